/** What the rules are held against: the dated records of a range, sorted by what they are. */
import type { Standard } from "../standard/standard.ts";
import { toleranceOf } from "../standard/standard.ts";
import { type Dated, ofKind, type Range } from "./collect.ts";
import { type DatedMinute, type Gap, gapsIn, minutesIn } from "./coverage.ts";
import { type DatedCycle, type Over, stretchesOver } from "./over.ts";
import type { EvidenceRecord } from "./record.ts";

export type DatedPicture = Dated<Extract<EvidenceRecord, { kind: "cycle" | "decision" }>>;

export interface Material {
  readonly range: Range;
  readonly standard: Standard;
  /** All that is there, and some time around the range. */
  readonly dated: readonly Dated[];
  readonly minutes: readonly DatedMinute[];
  readonly gaps: readonly Gap[];
  readonly cycles: readonly DatedCycle[];
  /** Cycles and decisions: whatever names a mode and a limit. */
  readonly pictures: readonly DatedPicture[];
  /** Over by what the standard counts, in the range and the time before that matters. */
  readonly over: readonly Over[];
  /** The largest rating that any record names; 0 where none does, which makes a share of it nothing. */
  readonly ratedW: number;
  /** The longest that it may have been over in time that no cycle shows, by the minutes and the gaps. */
  readonly unseenMs: number;
}

export function materialOf(dated: readonly Dated[], range: Range, standard: Standard): Material {
  const cycles = ofKind(dated, "cycle");
  const pictures = ofKind(dated, "cycle", "decision");
  const minutes = minutesIn(dated, range);
  const gaps = gapsIn(minutes, range);
  const ratedW = pictures.reduce((most, { record }) => Math.max(most, record.rated_w ?? 0), 0);
  const tolerance = toleranceOf(standard, ratedW);
  const over = stretchesOver(cycles, () => tolerance);
  const inMinutes = minutes.map(({ record }) => unseenIn(record, tolerance));
  const unseenMs = Math.max(0, ...inMinutes, ...gaps.map(({ doubtMs }) => doubtMs));
  return { range, standard, dated, minutes, gaps, cycles, pictures, over, ratedW, unseenMs };
}

export function inRange({ at }: { readonly at: number }, { from, to }: Range): boolean {
  return at >= from && at < to;
}

/**
 * What the cycles of this minute do not show: where all were read and the log counted from no more than the standard
 * does, nothing. Where the log counted from more, the time over the allowed by any amount stands for it.
 */
export function unseenIn(minute: DatedMinute["record"], tolerance: number): number {
  const none = minute.over_max_w !== null && minute.over_max_w <= tolerance;
  const read = minute.unread_longest_ms === 0;
  if (read && none) return 0;
  if (tolerance < minute.tolerance_w) return Math.max(minute.any_longest_ms, read ? 0 : minute.doubt_longest_ms);
  return read ? 0 : minute.doubt_longest_ms;
}
