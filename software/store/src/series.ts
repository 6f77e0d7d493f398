/**
 * What is asked of a meter most: its intervals from one instant to another. Blocks give the finished days and the
 * intraday table the rest; where both have an interval, the block's is the one that counts.
 */
import type { ChannelId, Instant } from "@csj/quantity";
import { DAY_MS, dayStart, type Quality, qualityOf, type Span, type UtcDay, utcDayOf } from "@csj/reading";
import { channelOfCode } from "./channel-code.ts";
import type { Queries } from "./database.ts";
import { BLOCK_FIELDS, type BlockRow } from "./day-record.ts";
import { INTRADAY_FIELDS, type IntradayRow } from "./interval-record.ts";
import { SpanWalker } from "./spans.ts";

export interface Point {
  readonly start: Instant;
  readonly intervalS: number;
  /** Wh or varh; null where missing. */
  readonly amount: number | null;
  readonly quality: Quality;
}

export interface Series {
  readonly channel: ChannelId;
  /** In order of their start; what was never received is absent. */
  readonly points: readonly Point[];
  /** Energy that is known in sum alone. */
  readonly spans: readonly Span[];
}

/** @param to exclusive */
export async function readSeries(queries: Queries, meter: number, from: Instant, to: Instant): Promise<Series[]> {
  const builders = new Map<ChannelId, Builder>();
  const of = (channel: ChannelId): Builder => {
    const found = builders.get(channel) ?? new Builder(from, to);
    builders.set(channel, found);
    return found;
  };
  // In this order: a day that is rolled up between the two is then found twice, and not missed.
  const intraday = await readIntraday(queries, meter, from, to);
  for (const row of await readBlocks(queries, meter, from, to)) of(channelOfCode(row.channel)).addBlock(row);
  for (const row of intraday) {
    for (const [at, code] of row.channels.entries()) of(channelOfCode(code)).addInterval(row, at);
  }
  return [...builders].map(([channel, builder]) => ({ channel, ...builder.done() }));
}

class Builder {
  readonly #from: Instant;
  readonly #to: Instant;
  readonly #points: Point[] = [];
  readonly #spans = new SpanWalker();
  readonly #days = new Set<UtcDay>();

  constructor(from: Instant, to: Instant) {
    this.#from = from;
    this.#to = to;
  }

  addBlock(row: BlockRow): void {
    this.#days.add(row.day);
    const start = dayStart(row.day);
    for (const [slot, value] of row.values.entries()) {
      this.#add(start + slot * row.interval_s * 1000, row.interval_s, value, row.quality[slot] ?? 0);
    }
    this.#spans.day(row);
  }

  addInterval(row: IntradayRow, at: number): void {
    if (this.#days.has(utcDayOf(row.start as Instant))) return;
    this.#add(row.start, row.interval_s, row.values[at] ?? 0, row.quality[at] ?? 0);
  }

  #add(start: number, intervalS: number, value: number, code: number): void {
    if (start < this.#from || start >= this.#to) return;
    const quality = qualityOf(code);
    const amount = quality === "missing" ? null : value;
    this.#points.push({ start: start as Instant, intervalS, amount, quality });
  }

  done(): { points: Point[]; spans: Span[] } {
    const spans = this.#spans.spans.filter(({ from, to }) => to > this.#from && from < this.#to);
    return { points: this.#points.sort((a, b) => a.start - b.start), spans };
  }
}

/** One more day on either side: a span may reach over midnight. */
export async function readBlocks(queries: Queries, meter: number, from: Instant, to: Instant): Promise<BlockRow[]> {
  const { rows } = await queries.query<BlockRow>(
    `SELECT ${BLOCK_FIELDS} FROM block b WHERE b.meter = $1 AND b.day >= $2 AND b.day < $3 ORDER BY b.day, b.channel`,
    [meter, utcDayOf((from - DAY_MS) as Instant), utcDayOf((to + 2 * DAY_MS - 1) as Instant)],
  );
  return rows;
}

export async function readIntraday(
  queries: Queries,
  meter: number,
  from: Instant,
  to: Instant,
): Promise<IntradayRow[]> {
  const { rows } = await queries.query<IntradayRow>(
    `SELECT ${INTRADAY_FIELDS} FROM intraday i WHERE i.meter = $1 AND i.start >= $2 AND i.start < $3 ORDER BY i.start`,
    [meter, new Date(from).toISOString(), new Date(to).toISOString()],
  );
  return rows;
}

export interface Extent {
  /** Start of the first interval and end of the last that anything is stored for. */
  readonly from: Instant;
  readonly to: Instant;
}

export async function extentOf(queries: Queries, meter: number): Promise<Extent | undefined> {
  const { rows } = await queries.query<
    Record<"first_day" | "last_day", string | null> & Record<"first" | "last", number | null>
  >(
    `SELECT (SELECT min(day) FROM meter_day WHERE meter = $1) AS first_day,
            (SELECT max(day) FROM meter_day WHERE meter = $1) AS last_day,
            (SELECT min(start) FROM intraday WHERE meter = $1) AS first,
            (SELECT max(start + interval_s * interval '1 second') FROM intraday WHERE meter = $1) AS last`,
    [meter],
  );
  const { first_day, last_day, first, last } = rows[0] ?? { first_day: null, last_day: null, first: null, last: null };
  const starts = [first_day === null ? null : dayStart(first_day), first].filter((at) => at !== null);
  const ends = [last_day === null ? null : dayStart(last_day) + DAY_MS, last].filter((at) => at !== null);
  if (starts.length === 0) return undefined;
  return { from: Math.min(...starts) as Instant, to: Math.max(...ends) as Instant };
}
