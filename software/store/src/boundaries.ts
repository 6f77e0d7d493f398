/**
 * The registers behind the intervals: each boundary's count with the moment at which it was measured, so that anybody can
 * take the differences again. Finished days come from their blocks; of the unfinished day, each interval brings both of
 * its ends, and the end of one is the start of the next.
 */
import type { ChannelId, Instant } from "@csj/quantity";
import { dayStart, LATE_AFTER_MS, type RegisterFormat, type UtcDay, utcDayOf } from "@csj/reading";
import type { Queries } from "./database.ts";
import { channelDayOf } from "./day-record.ts";
import { meterIntervalOf } from "./interval-record.ts";
import { readBlocks, readIntraday } from "./series.ts";

export interface Boundary {
  readonly at: Instant;
  /** In the register's own unit; null where it was never read. */
  readonly count: number | null;
  readonly measuredAt: Instant | null;
  readonly late: boolean;
}

export interface ChannelBoundaries extends RegisterFormat {
  readonly channel: ChannelId;
  /** In order, each boundary once. */
  readonly boundaries: readonly Boundary[];
}

/** Boundaries from `from` to `to`, both included. */
export async function readBoundaries(
  queries: Queries,
  meter: number,
  from: Instant,
  to: Instant,
): Promise<ChannelBoundaries[]> {
  const found = new Map<ChannelId, { format: RegisterFormat; at: Map<number, Boundary> }>();
  const put = (channel: ChannelId, { unit, perCount, digits, step }: RegisterFormat, boundary: Boundary) => {
    if (boundary.at < from || boundary.at > to) return;
    const one = found.get(channel) ?? { format: { unit, perCount, digits, step }, at: new Map() };
    found.set(channel, one);
    if (one.at.get(boundary.at)?.count == null) one.at.set(boundary.at, boundary);
  };
  const days = new Set<UtcDay>();
  for (const row of await readBlocks(queries, meter, from, to)) {
    days.add(row.day);
    const day = channelDayOf(row);
    for (const [slot, count] of day.counts.entries()) {
      const at = (dayStart(row.day) + slot * day.interval * 1000) as Instant;
      put(day.channel, day, boundaryOf(at, count, day.delays[slot]));
    }
  }
  for (const row of await readIntraday(queries, meter, from, to)) {
    if (days.has(utcDayOf(row.start as Instant))) continue;
    const { start, interval, channels } = meterIntervalOf(row);
    for (const one of channels) {
      put(one.channel, one, boundaryOf(start, one.open, one.openDelay));
      put(one.channel, one, boundaryOf((start + interval * 1000) as Instant, one.close, one.closeDelay));
    }
  }
  return [...found].map(([channel, { format, at }]) => ({
    channel,
    ...format,
    boundaries: [...at.values()].sort((a, b) => a.at - b.at),
  }));
}

function boundaryOf(at: Instant, count: number | null, delay: number | null | undefined): Boundary {
  if (count === null || delay == null) return { at, count: null, measuredAt: null, late: false };
  return { at, count, measuredAt: (at + delay) as Instant, late: delay > LATE_AFTER_MS };
}
