/**
 * A channel's UTC day: from the register counts at its boundaries to a value and a quality per interval.
 *
 * A boundary is the first good read at or after it. A boundary that was never read leaves the intervals on both sides
 * missing; the energy between its neighbours is a span, exact in sum, and is never split.
 */
import { Instant } from "@csj/quantity";
import { DAY_MS, type IntervalSeconds } from "./interval.ts";
import { qualityCode } from "./quality.ts";
import { growth, type RegisterFormat } from "./register.ts";

/** A boundary read more than this after its instant makes its intervals `late`. */
export const LATE_AFTER_MS = 2_000;

/** Register counts at the n + 1 boundaries of a day with n intervals, the day's own end included. */
export interface BoundaryDay extends RegisterFormat {
  readonly interval: IntervalSeconds;
  /** Null where the boundary was never read. */
  readonly counts: readonly (number | null)[];
  /** How long after its boundary each was measured, in ms; null where never. */
  readonly delays: readonly (number | null)[];
  /** Boundaries at which another register series began (meter exchange, reset): no difference is taken across one. */
  readonly breaks: readonly number[];
}

/** Energy known in sum alone, between two boundaries that are more than one interval apart. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
  /** Wh or varh, as the channel. */
  readonly amount: number;
}

export interface DerivedDay {
  /** Wh or varh per interval, 0 where missing: `quality` says which. */
  readonly values: Int32Array;
  /** A code of `quality.ts` per interval. */
  readonly quality: Uint8Array;
  readonly spans: readonly Span[];
}

const ACTUAL = qualityCode("actual");
const LATE = qualityCode("late");
const MISSING = qualityCode("missing");

/** @param start the UTC day's first instant */
export function deriveDay(day: BoundaryDay, start: Instant): DerivedDay {
  const length = day.counts.length - 1;
  const values = new Int32Array(length);
  const quality = new Uint8Array(length);
  for (let slot = 0; slot < length; slot += 1) {
    const open = day.counts[slot];
    const close = day.counts[slot + 1];
    if (open == null || close == null || day.breaks.includes(slot + 1)) {
      quality[slot] = MISSING;
      continue;
    }
    values[slot] = growth(open, close, day.digits) * day.perCount;
    quality[slot] = isLate(day.delays[slot]) || isLate(day.delays[slot + 1]) ? LATE : ACTUAL;
  }
  return { values, quality, spans: spansOf(day, start) };
}

function isLate(delay: number | null | undefined): boolean {
  return delay != null && delay > LATE_AFTER_MS;
}

function spansOf(day: BoundaryDay, start: Instant): Span[] {
  const spans: Span[] = [];
  const width = DAY_MS / (day.counts.length - 1);
  let from: number | undefined;
  for (let at = 0; at < day.counts.length; at += 1) {
    const count = day.counts[at];
    if (day.breaks.includes(at)) from = undefined;
    if (count == null) continue;
    if (from !== undefined && at - from > 1) {
      spans.push({
        from: Instant(start + from * width),
        to: Instant(start + at * width),
        amount: growth(day.counts[from] as number, count, day.digits) * day.perCount,
      });
    }
    from = at;
  }
  return spans;
}
