/**
 * A time zone as data: its offset changes as instants. Pure code has no zone table, so an app makes one from the
 * platform's tzdata and passes it in; a bill carries the same table's version, so it can be checked without one.
 */
import { Instant } from "@csj/quantity";

export interface ZoneTable {
  /** IANA id, `Europe/London`. */
  readonly id: string;
  /** The tzdata release that the offsets come from, `2026b`; `unknown` where the platform does not say. */
  readonly tzdata: string;
  /** In seconds east of UTC, before the first change. */
  readonly firstOffset: number;
  /** In order of `at`. */
  readonly changes: readonly OffsetChange[];
}

export interface OffsetChange {
  readonly at: Instant;
  /** In seconds east of UTC, from `at` on. */
  readonly offset: number;
}

/** Seconds east of UTC at an instant. */
export function offsetAt(zone: ZoneTable, at: Instant): number {
  let low = 0;
  let high = zone.changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((zone.changes[middle] as OffsetChange).at <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? zone.firstOffset : (zone.changes[low - 1] as OffsetChange).offset;
}

/** The first instant whose local time is at or after the given one; a skipped local time gives the end of the gap. */
export function instantOfLocal(zone: ZoneTable, local: number): Instant {
  // Zones lie within 26 h of UTC, so every candidate offset is in force somewhere in that window.
  const candidates = new Set<number>([offsetAt(zone, Instant(local - WINDOW_MS))]);
  let gapEnd: number | undefined;
  for (const change of zone.changes) {
    if (change.at < local - WINDOW_MS || change.at > local + WINDOW_MS) continue;
    candidates.add(change.offset);
    const before = offsetAt(zone, Instant(change.at - 1));
    const skipped = change.at + before * 1000 <= local && local < change.at + change.offset * 1000;
    if (skipped) gapEnd = change.at;
  }
  if (gapEnd !== undefined) return Instant(gapEnd);
  const instants = [...candidates]
    .map((offset) => Instant(local - offset * 1000))
    .filter((at) => at + offsetAt(zone, at) * 1000 === local);
  return Instant(Math.min(...instants));
}

const WINDOW_MS = 26 * 3_600_000;
