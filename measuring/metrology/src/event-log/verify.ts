import type { Hash } from "@csj/evidence";
import type { Digest } from "@csj/runtime";
import { type Entry, hashOfEntry } from "./entry.ts";

export interface LogVerdict {
  readonly isWhole: boolean;
  /** Of the first entry that does not follow from the one before; absent where all do. */
  readonly brokenAt?: number;
  /** Hash of the last entry: whoever kept one from before finds it in the chain, or the log was rewritten. */
  readonly head?: Hash;
}

/**
 * Whether entries, oldest first, follow from each other without a gap.
 *
 * @param anchor what the entry before the first one hashed to, where it is known: `chainStart` for entry 1. Without it the
 *   first entry's own word for it is taken.
 */
export function verifyLog(digest: Digest, entries: readonly Entry[], anchor?: Hash): LogVerdict {
  let expected = anchor ?? entries[0]?.previous;
  let sequence = entries[0]?.sequence ?? 0;
  for (const entry of entries) {
    if (entry.previous !== expected || entry.sequence !== sequence) return { isWhole: false, brokenAt: entry.sequence };
    expected = hashOfEntry(digest, entry);
    sequence += 1;
  }
  return expected === undefined ? { isWhole: true } : { isWhole: true, head: expected };
}
