/**
 * A signed statement: a canonical body, the hash of the statement before it, and one Ed25519 signature over both.
 *
 * What is signed is `csj-1 <purpose> <hash of the body> <hash of the previous statement>`: the purpose keeps a signature
 * for one kind of message from being passed off as another, and the previous hash makes a chain, so that a removed or
 * reordered statement shows.
 */
import type { Digest, Signer, Verifier } from "@csj/runtime";
import { type Canonical, canonical } from "./canonical.ts";

/** Lower-case hex of a SHA-256. */
export type Hash = string;

/** The `previous` of a chain's first statement. */
export const chainStart: Hash = "0".repeat(64);

export interface Seal {
  readonly previous: Hash;
  /** Lower-case hex, 128 digits. */
  readonly signature: string;
}

export function hashOf(digest: Digest, body: Canonical): Hash {
  return toHex(digest.sha256(canonical(body)));
}

export function seal(digest: Digest, signer: Signer, purpose: string, body: Canonical, previous: Hash): Seal {
  const signature = signer.sign(statement(purpose, hashOf(digest, body), previous));
  return { previous, signature: toHex(signature) };
}

export function checkSeal(
  digest: Digest,
  verifier: Verifier,
  publicKey: Uint8Array,
  purpose: string,
  body: Canonical,
  sealed: Seal,
): Promise<boolean> {
  return checkSealOfHash(verifier, publicKey, purpose, hashOf(digest, body), sealed);
}

/** For a reader that has hashed the canonical text already. */
export function checkSealOfHash(
  verifier: Verifier,
  publicKey: Uint8Array,
  purpose: string,
  body: Hash,
  sealed: Seal,
): Promise<boolean> {
  const signature = fromHex(sealed.signature);
  if (signature?.length !== 64 || fromHex(sealed.previous)?.length !== 32) return Promise.resolve(false);
  return verifier.verify(publicKey, statement(purpose, body, sealed.previous), signature);
}

function statement(purpose: string, body: Hash, previous: Hash): Uint8Array {
  const text = `csj-1 ${purpose} ${body} ${previous}`;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Undefined where the text is not pairs of lower-case hex digits. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}
