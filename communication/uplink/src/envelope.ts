/**
 * Closing and opening envelopes. The MAC and the seal cover the canonical text of the body, so they hold for any
 * formatting that a broker or a bridge gives the JSON on the way.
 */
import { type Canonical, canonical, chainStart, checkSeal, type Hash, hashOf, seal, toHex } from "@csj/evidence";
import type { Digest, Signer, Verifier } from "@csj/runtime";
import type { Envelope } from "./messages.ts";

/** The purposes that a seal can have (see @csj/evidence). */
export type Purpose = "interval" | "day" | "site" | "loss";

/** The two directions have a label each, so that a message cannot be turned round. */
export type Direction = "up" | "down";

export function macOf(digest: Digest, key: Uint8Array, direction: Direction, body: unknown): string {
  return toHex(digest.hmac(key, `${direction} ${canonical(body as Canonical)}`));
}

/** An envelope without evidence: the live picture, an acknowledgement. */
export function closePlain<Body>(digest: Digest, key: Uint8Array, direction: Direction, body: Body): Envelope<Body> {
  return { body, mac: macOf(digest, key, direction, body) };
}

/** The evidence beside a body, made once when it is written to the outbox. */
export function sealBody(
  digest: Digest,
  signer: Signer,
  purpose: Purpose,
  body: unknown,
  previous: Hash = chainStart,
): { previous: string; signature: string } {
  return seal(digest, signer, purpose, body as Canonical, previous);
}

export function bodyHash(digest: Digest, body: unknown): Hash {
  return hashOf(digest, body as Canonical);
}

export function checkBody(
  digest: Digest,
  verifier: Verifier,
  publicKey: Uint8Array,
  purpose: Purpose,
  body: unknown,
  sealed: { previous: string; signature: string },
): Promise<boolean> {
  return checkSeal(digest, verifier, publicKey, purpose, body as Canonical, sealed);
}
