/**
 * An energy register as its meter holds it: an integer count in the register's own unit. The count travels to the
 * head-end unscaled, so an interval is exact in sum, and is off by one register step at the most when taken alone.
 */
import type { Instant } from "@csj/quantity";

export interface RegisterFormat {
  readonly unit: "Wh" | "varh";
  /** Wh (or varh) in one count: 1, 10, 100. */
  readonly perCount: number;
  /** The register returns to 0 after 10^digits - 1 counts. */
  readonly digits: number;
  /** Smallest change that the meter can show, in counts; above 1 where a float32 has run out of mantissa. */
  readonly step: number;
}

export interface RegisterRead extends RegisterFormat {
  /** From 0 to 10^digits - 1. */
  readonly count: number;
  readonly measuredAt: Instant;
}

/** Counts from `earlier` to `later` where a smaller `later` means that the register rolled over; never negative. */
export function growth(earlier: number, later: number, digits: number): number {
  return later >= earlier ? later - earlier : later + 10 ** digits - earlier;
}

export type Change = "grew" | "rolled-over" | "impossible";

/**
 * Whether a register can have gone from one count to the other. Falling is a rollover only where the growth through zero
 * is no more than the fuse lets pass; anything else is another meter, a reset, or a wrong answer.
 *
 * @param growthMax counts that the fuse lets pass in the time between the reads
 */
export function changeOf(earlier: number, later: number, digits: number, growthMax: number): Change {
  const grown = growth(earlier, later, digits);
  if (grown > growthMax) return "impossible";
  return later >= earlier ? "grew" : "rolled-over";
}
