import { hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { agreedKey, agreementKeys, agreementPublicKey } from "./agreement.ts";

test("both sides arrive at the same key, and another use or another peer at another", () => {
  const gateway = agreementKeys();
  const headEnd = agreementKeys();
  const info = "csj-mac-1 site-01";
  const up = agreedKey(gateway.privatePem, headEnd.publicRaw, info);
  expect(up).toHaveLength(32);
  expect(agreedKey(headEnd.privatePem, gateway.publicRaw, info)).toEqual(up);
  expect(agreedKey(headEnd.privatePem, gateway.publicRaw, "csj-mac-1 site-02")).not.toEqual(up);
  expect(agreedKey(agreementKeys().privatePem, gateway.publicRaw, info)).not.toEqual(up);
  expect(agreementPublicKey(gateway.privatePem)).toEqual(gateway.publicRaw);
});

test("the shared secret is the one of RFC 7748 section 6.1", () => {
  // PKCS #8 of X25519 is a fixed prefix (RFC 8410) and the 32 private bytes.
  const prefix = "302e020100300506032b656e04220420";
  const pem = (hex: string) =>
    `-----BEGIN PRIVATE KEY-----\n${Buffer.from(prefix + hex, "hex").toString("base64")}\n-----END PRIVATE KEY-----\n`;
  const alice = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
  const bobPublic = Buffer.from("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", "hex");
  const secret = Buffer.from("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", "hex");
  const expected = new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), "x", 32));
  expect(agreedKey(pem(alice), bobPublic, "x")).toEqual(expected);
});

test("a peer's key that is short or of low order is refused", () => {
  const { privatePem } = agreementKeys();
  expect(() => agreedKey(privatePem, new Uint8Array(31), "x")).toThrow();
  expect(() => agreedKey(privatePem, new Uint8Array(32), "x")).toThrow();
});
