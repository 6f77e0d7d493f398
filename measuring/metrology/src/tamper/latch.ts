/**
 * What happened while the meter had no power, from a latch that a battery keeps: it remembers that a cover was opened or
 * a magnet came, with the time where its clock can be trusted. A time outside of what the meter knows itself (it ran until
 * `lastSeen`, and again from `boot` on) shows that it cannot.
 */
import type { TamperKind } from "./kind.ts";
import type { Occurrence } from "./occurrence.ts";

export interface LatchedInput {
  readonly kind: TamperKind;
  /** UTC ms by the latch's clock; absent where the latch keeps none. */
  readonly at?: number;
}

export interface Latch {
  readonly inputs: readonly LatchedInput[];
  /** False where its battery ran out or its clock was never set. */
  readonly isClockTrusted: boolean;
}

/**
 * One start for each latched input, the oldest first.
 *
 * @param lastSeen UTC ms of the last thing on the meter's disk; NaN for a meter that never ran
 * @param boot UTC ms of this start
 */
export function unpowered(latch: Latch, lastSeen: number, boot: number): Occurrence[] {
  const found = latch.inputs.map(({ kind, at }): Occurrence => {
    const base = { kind, phase: 0, edge: "start", confidence: 100 } as const;
    const isKnown = latch.isClockTrusted && at !== undefined && at <= boot && !(at < lastSeen);
    return isKnown ? { ...base, at } : { ...base, at: boot, between: [lastSeen, boot] };
  });
  return found.sort((one, other) => one.at - other.at);
}
