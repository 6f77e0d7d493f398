/**
 * An entry of the meter's event log: what happened, when, how sure, and what the registers read. It holds integers only,
 * so that its canonical text (`@csj/evidence`), which is hashed, is the same everywhere. An instant that is not known is
 * null, never 0.
 */
import { type Canonical, type Hash, hashOf } from "@csj/evidence";
import type { Digest } from "@csj/runtime";
import { type TamperKind, type TamperPhase, tamperKinds } from "../tamper/kind.ts";
import type { Edge, Occurrence } from "../tamper/occurrence.ts";

/** Beside tampering: the log's own state, power, quality of supply, protection and access. New ones are added at the end. */
export const entryKinds = [
  ...tamperKinds,
  "log-damaged",
  "power",
  "dip",
  "swell",
  "interruption",
  "rapid-change",
  "protection-trip",
  "protection-throttle",
  "parameters-changed",
  "log-opened",
] as const;
export type EntryKind = TamperKind | (typeof entryKinds)[number];

export const edges = ["start", "end", "moment"] as const satisfies readonly Edge[];

/** Register counts that an entry holds at the most. */
export const COUNTS_MAX = 8;

export interface EntryBody {
  readonly kind: EntryKind;
  readonly phase: TamperPhase;
  readonly edge: Edge;
  /** UTC ms. */
  readonly at: number | null;
  /** UTC ms, where only bounds are known. */
  readonly between?: readonly [number | null, number | null];
  /** Percent. */
  readonly confidence: number;
  /** ms by which a clock was set. */
  readonly shift?: number;
  /** Register counts when it was said, in the registers' own units and order; empty where they were not to be had. */
  readonly counts: readonly number[];
}

export interface Entry extends EntryBody {
  /** From 1, without a gap. */
  readonly sequence: number;
  /** Hash of the entry before; of the first one `chainStart`. */
  readonly previous: Hash;
}

export function bodyOf(occurrence: Occurrence, counts: readonly number[]): EntryBody {
  const { kind, phase, edge, at, between, confidence, shift } = occurrence;
  return {
    kind,
    phase,
    edge,
    at: whole(at),
    ...(between === undefined ? {} : { between: [whole(between[0]), whole(between[1])] as const }),
    confidence,
    ...(shift === undefined ? {} : { shift: Math.round(shift) }),
    counts,
  };
}

/** Whole ms; null for an instant that is not known. */
function whole(at: number): number | null {
  return Number.isFinite(at) ? Math.round(at) : null;
}

export function hashOfEntry(digest: Digest, entry: Entry): Hash {
  return hashOf(digest, entry as unknown as Canonical);
}
