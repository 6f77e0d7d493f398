/**
 * Enrolment. A hello is signed by the device key that it carries, so it proves possession of the key and nothing more;
 * whether that key is wanted is decided by a one-time code or by the head-end's list.
 *
 * The answer comes as an envelope like everything else that goes down. A welcome's MAC is made with the key that the two
 * have just agreed on: the gateway takes the head-end's key out of the body, derives the MAC key, and checks. A refused
 * hello has no agreed key, so its MAC is `noMac`, and a gateway takes it for nothing but an answer to its own hello.
 */
import { chainStart, checkSeal, fromHex, seal } from "@csj/evidence";
import type { Digest, Signer, Verifier } from "@csj/runtime";
import type { Hello, HelloBody } from "./messages.ts";

const PURPOSE = "hello";

export const noMac = "0".repeat(64);

export function signHello(digest: Digest, signer: Signer, body: HelloBody): Hello {
  return { body, signature: seal(digest, signer, PURPOSE, body, chainStart).signature };
}

/** True if the hello was signed by the key that it carries. */
export function checkHello(digest: Digest, verifier: Verifier, hello: Hello): Promise<boolean> {
  const key = fromHex(hello.body.public_key);
  if (key === undefined) return Promise.resolve(false);
  const sealed = { previous: chainStart, signature: hello.signature };
  return checkSeal(digest, verifier, key, PURPOSE, hello.body, sealed);
}

/** The `info` of the HKDF that turns the agreed secret into a gateway's MAC key. */
export function macKeyInfo(gateway: string): string {
  return `csj-mac-1 ${gateway}`;
}
