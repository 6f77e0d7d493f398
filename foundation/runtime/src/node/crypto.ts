/** Ed25519 and SHA-256 by node:crypto. Keys travel raw (32 bytes); node wants them as JWK. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import type { Digest, Signer, Verifier } from "../ports.ts";

export const nodeDigest: Digest = {
  sha256: (data) => createHash("sha256").update(data).digest(),
  hmac: (key, data) => createHmac("sha256", key).update(data).digest(),
};

/** A fresh device key, as PKCS #8 PEM. */
export function generateDeviceKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

export function nodeSigner(privateKeyPem: string): Signer {
  const key = createPrivateKey(privateKeyPem);
  const jwk = createPublicKey(key).export({ format: "jwk" });
  return {
    publicKey: Buffer.from(jwk.x ?? "", "base64url"),
    sign: (bytes) => sign(null, bytes, key),
  };
}

/** Keeps the parsed form of the last keys: parsing one costs a third of a verification. */
const PARSED_KEYS_MAX = 4096;
const PUBLIC_KEY_BYTES = 32;

export function nodeVerifier(): Verifier {
  const parsed = new Map<string, KeyObject>();
  const keyOf = (raw: Uint8Array): KeyObject => {
    const x = Buffer.from(raw).toString("base64url");
    let key = parsed.get(x);
    if (key === undefined) {
      key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
      if (parsed.size >= PARSED_KEYS_MAX) parsed.clear();
      parsed.set(x, key);
    }
    return key;
  };
  return {
    verify: (publicKey, bytes, signature) => {
      if (publicKey.length !== PUBLIC_KEY_BYTES) return Promise.resolve(false);
      return new Promise((resolve) => {
        // The callback form runs on libuv's threads, so a batch uses every core.
        verify(null, bytes, keyOf(publicKey), signature, (error, good) => resolve(error === null && good));
      });
    },
  };
}
