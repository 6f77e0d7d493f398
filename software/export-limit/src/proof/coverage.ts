/**
 * Which of the time is covered by minutes, and how long it may have been over without anybody seeing it. A gap is counted
 * together with the doubtful ends of the minutes around it, since one stretch may reach over all three.
 */
import { type Dated, ofKind, type Range } from "./collect.ts";
import type { EvidenceRecord } from "./record.ts";

export type DatedMinute = Dated<Extract<EvidenceRecord, { kind: "minute" }>>;

export interface Gap {
  /** UTC ms. */
  readonly from: number;
  readonly to: number;
  readonly why: string;
  /** With the doubt on both sides. */
  readonly doubtMs: number;
}

/** Minutes follow one another without a pause; this is for rounding. */
const ROUNDING_MS = 2;

export function minutesIn(dated: readonly Dated[], range: Range): DatedMinute[] {
  return ofKind(dated, "minute").filter((minute) => minute.at > range.from && beginOf(minute) < range.to);
}

export function beginOf({ record, at }: DatedMinute): number {
  return at - (record.t_ms - record.from_t_ms);
}

export function gapsIn(minutes: readonly DatedMinute[], range: Range): Gap[] {
  const [first] = minutes;
  const last = minutes.at(-1);
  if (first === undefined || last === undefined) {
    return [{ ...range, why: "the log says nothing of this time", doubtMs: range.to - range.from }];
  }
  const gaps: Gap[] = [];
  const add = (from: number, to: number, why: string, doubt: number) => {
    if (to - from > ROUNDING_MS) gaps.push({ from, to, why, doubtMs: to - from + doubt });
  };
  add(range.from, beginOf(first), "the log begins later", first.record.doubt_longest_ms);
  for (const [index, minute] of minutes.slice(1).entries()) {
    const before = minutes[index] as DatedMinute;
    const doubt = before.record.doubt_longest_ms + minute.record.doubt_longest_ms;
    const same = before.run === minute.run;
    const pause = same ? minute.record.from_t_ms - before.record.t_ms : beginOf(minute) - before.at;
    // Where the clock was set back between two runs nobody can say how long it was; it is taken for a second.
    const gap = same ? pause : Math.max(1000, pause);
    add(before.at, before.at + gap, same ? "records were lost" : "the program did not run", doubt);
  }
  add(last.at, range.to, "the log ends earlier", last.record.doubt_longest_ms);
  return gaps;
}
