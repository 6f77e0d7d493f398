/**
 * One line of the log: the canonical text of a record with its number and the hash of the line before it. `previous` is
 * the SHA-256 of that line's bytes without its line feed, so `sha256sum` is enough to follow the chain by hand.
 */
import { type Canonical, canonical, chainStart, checkSeal, type Hash, seal, toHex } from "@csj/evidence";
import type { Digest, Signer, Verifier } from "@csj/runtime";
import type { BodyOf, EvidenceBody } from "./record.ts";

/** Where a chain stands: the number and the hash of its last line. */
export interface Tail {
  readonly seq: number;
  readonly hash: Hash;
}

export const noTail: Tail = { seq: 0, hash: chainStart };

export interface Line {
  /** Without a line feed. */
  readonly text: string;
  readonly tail: Tail;
}

/** Keeps a signature for the log from being passed off as one for a meter's day. */
export const SEAL_PURPOSE = "evidence-log";

export function lineOf(digest: Digest, tail: Tail, body: EvidenceBody): Line {
  const seq = tail.seq + 1;
  const text = canonical({ ...body, seq, previous: tail.hash } as Canonical);
  return { text, tail: { seq, hash: hashOfLine(digest, text) } };
}

export function hashOfLine(digest: Digest, text: string): Hash {
  return toHex(digest.sha256(text));
}

export type Unsigned = Omit<BodyOf<"seal">, "signature" | "key">;

/** The device signs its key, the line's number and time, and, through `previous`, everything before. */
export function sealLineOf(digest: Digest, signer: Signer, tail: Tail, body: Unsigned): Line {
  const signed = { ...body, key: toHex(signer.publicKey), seq: tail.seq + 1 };
  const { signature } = seal(digest, signer, SEAL_PURPOSE, signed, tail.hash);
  return lineOf(digest, tail, { ...body, key: signed.key, signature });
}

export function checkSealLine(
  digest: Digest,
  verifier: Verifier,
  publicKey: Uint8Array,
  record: BodyOf<"seal"> & { readonly seq: number; readonly previous: string },
): Promise<boolean> {
  const { signature, previous, ...signed } = record;
  return checkSeal(digest, verifier, publicKey, SEAL_PURPOSE, signed, { previous, signature });
}
