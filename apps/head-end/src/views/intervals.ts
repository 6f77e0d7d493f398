/**
 * A meter's intervals as they are asked for. What was never received stands there as missing, from the meter's first
 * interval to now, so that a gap is seen; before the one and after the other there is nothing to miss.
 */
import type { ChannelId } from "@csj/quantity";
import { Instant } from "@csj/quantity";
import type { Quality } from "@csj/reading";
import {
  channelUnit,
  type Database,
  type Extent,
  extentOf,
  type MeterEntry,
  readSeries,
  type Series,
} from "@csj/store";

export interface ShownInterval {
  readonly start: string;
  /** Absent on a varh channel. */
  readonly wh?: number | null;
  readonly varh?: number | null;
  readonly quality: Quality;
}

export interface IntervalPage {
  readonly meter: string;
  readonly interval_s: number;
  readonly channels: Record<string, ShownInterval[]>;
  /** Energy that is known in sum alone, by channel. */
  readonly spans?: Record<string, { from: string; to: string; wh?: number; varh?: number }[]>;
  /** `from` of the next page, null on the last. */
  readonly next: string | null;
}

export interface IntervalQuery {
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  readonly now: Instant;
  /** Intervals of a page, for each channel. */
  readonly limit: number;
  readonly spans: boolean;
}

const HALF_HOUR_S = 1800;

export async function intervalPage(database: Database, meter: MeterEntry, query: IntervalQuery): Promise<IntervalPage> {
  const length = (meter.interval_s ?? HALF_HOUR_S) * 1000;
  const extent = await extentOf(database, meter.key);
  const from = upTo(Math.max(query.from, extent?.from ?? query.to), length);
  const end = Math.min(query.to, endOf(extent, query.now, length));
  const to = Math.min(end, from + query.limit * length);
  const series = from < to ? await readSeries(database, meter.key, Instant(from), Instant(to)) : [];
  const channels: Record<string, ShownInterval[]> = {};
  for (const id of channelsOf(meter, series)) {
    channels[id] =
      from < to
        ? filled(
            series.find(({ channel }) => channel === id),
            id,
            from,
            to,
            length,
          )
        : [];
  }
  return {
    meter: meter.id,
    interval_s: length / 1000,
    channels,
    ...(query.spans ? { spans: spansOf(series) } : {}),
    next: to < end ? iso(to) : null,
  };
}

/** The last boundary that has passed, or what is stored where that is later: the days may be simulated. */
function endOf(extent: Extent | undefined, now: Instant, length: number): number {
  return Math.max(Math.floor(now / length) * length, extent?.to ?? 0);
}

function upTo(at: number, length: number): number {
  return Math.ceil(at / length) * length;
}

/** The channels that the meter is said to have, and those that something came for. */
export function channelsOf(meter: MeterEntry, series: readonly Series[]): ChannelId[] {
  return [...new Set([...meter.channels, ...series.map(({ channel }) => channel)])];
}

function filled(series: Series | undefined, id: ChannelId, from: number, to: number, length: number): ShownInterval[] {
  const name = amountName(id);
  const shown: ShownInterval[] = [];
  let at = from;
  const missingUntil = (end: number) => {
    for (; at < end; at += length) shown.push({ start: iso(at), [name]: null, quality: "missing" });
  };
  for (const point of series?.points ?? []) {
    missingUntil(point.start);
    shown.push({ start: iso(point.start), [name]: point.amount, quality: point.quality });
    at = point.start + point.intervalS * 1000;
  }
  missingUntil(to);
  return shown;
}

function spansOf(series: readonly Series[]): NonNullable<IntervalPage["spans"]> {
  return Object.fromEntries(
    series.map(({ channel, spans }) => [
      channel,
      spans.map(({ from, to, amount }) => ({ from: iso(from), to: iso(to), [amountName(channel)]: amount })),
    ]),
  );
}

export function amountName(id: ChannelId): "wh" | "varh" {
  return channelUnit(id) === "varh" ? "varh" : "wh";
}

/** `2026-11-24T12:30:00Z`: intervals start at whole seconds. */
export function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
