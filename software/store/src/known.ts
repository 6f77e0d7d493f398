/** Sets a batch's new records apart from those whose key is taken, by the database or by the batch itself. */
import type { Instant } from "@csj/quantity";
import { DAY_MS, dayStart, type UtcDay, utcDayOf } from "@csj/reading";
import type { Told } from "./batch.ts";
import type { Queries } from "./database.ts";
import { BLOCK_FIELDS, type BlockRow, type ChannelDay, channelDayOf, type MeterDay } from "./day-record.ts";
import { INTRADAY_FIELDS, type IntradayRow, type MeterInterval, meterIntervalOf } from "./interval-record.ts";
import { agrees, sameDay, sameInterval } from "./same.ts";

export interface Known<Record> extends Told<Record> {
  /** Says what is stored already. */
  readonly same: boolean;
}

export interface Sorted<Record> {
  readonly fresh: readonly Told<Record>[];
  readonly known: readonly Known<Record>[];
}

/** A meter's number and a day's in one: a text for each record would be a third of the work of a batch. */
const dayKey = (meter: number, dayNumber: number) => meter * DAY_NUMBERS + dayNumber;
/** More than there are days from 1970 to 2100. */
const DAY_NUMBERS = 65_536;
const dayNumberOf = (start: Instant) => Math.floor(start / DAY_MS);

export async function knownDays(
  queries: Queries,
  told: readonly Told<MeterDay>[],
  look: boolean,
): Promise<Sorted<MeterDay>> {
  const stored = look
    ? await storedDays(
        queries,
        told.map(({ record }) => record),
      )
    : new Map<number, ChannelDay[]>();
  const seen = new Map<number, readonly ChannelDay[]>(stored);
  return sortOut(told, ({ meter, day, channels }) => {
    const key = dayKey(meter, dayNumberOf(dayStart(day)));
    const before = seen.get(key);
    if (before !== undefined) return sameDay(before, channels);
    seen.set(key, channels);
  });
}

export async function knownIntervals(
  queries: Queries,
  told: readonly Told<MeterInterval>[],
  look: boolean,
): Promise<Sorted<MeterInterval>> {
  const records = told.map(({ record }) => record);
  const days = await storedDays(queries, daysOf(records));
  const stored = look ? await storedIntervals(queries, records) : [];
  const seen = new Seen(stored);
  return sortOut(told, (record) => {
    const day = days.get(dayKey(record.meter, dayNumberOf(record.start)));
    if (day !== undefined) return agrees(record, day);
    const before = seen.before(record);
    return before === undefined ? undefined : sameInterval(before, record);
  });
}

/** By start and then by meter: a batch has many meters and few starts. */
class Seen {
  readonly #byStart = new Map<Instant, Map<number, MeterInterval>>();

  constructor(stored: readonly MeterInterval[]) {
    for (const one of stored) this.before(one);
  }

  /** The record of the same key, or undefined, and then this one is it from now on. */
  before(record: MeterInterval): MeterInterval | undefined {
    let byMeter = this.#byStart.get(record.start);
    if (byMeter === undefined) {
      byMeter = new Map();
      this.#byStart.set(record.start, byMeter);
    }
    const before = byMeter.get(record.meter);
    if (before === undefined) byMeter.set(record.meter, record);
    return before;
  }
}

/** @param same undefined for a new key, else whether the record says what is known */
function sortOut<Record>(told: readonly Told<Record>[], same: (record: Record) => boolean | undefined): Sorted<Record> {
  const fresh: Told<Record>[] = [];
  const known: Known<Record>[] = [];
  for (const one of told) {
    const is = same(one.record);
    if (is === undefined) fresh.push(one);
    else known.push({ ...one, same: is });
  }
  return { fresh, known };
}

export interface DayKey {
  readonly meter: number;
  readonly day: UtcDay;
}

function daysOf(records: readonly MeterInterval[]): DayKey[] {
  const found = new Map<number, DayKey>();
  const days = new Map<number, UtcDay>();
  for (const { meter, start } of records) {
    const number = dayNumberOf(start);
    const key = dayKey(meter, number);
    if (found.has(key)) continue;
    const day = days.get(number) ?? utcDayOf(start);
    days.set(number, day);
    found.set(key, { meter, day });
  }
  return [...found.values()];
}

/** The stored days among these, by meter and day. */
async function storedDays(queries: Queries, keys: readonly DayKey[]): Promise<Map<number, ChannelDay[]>> {
  const found = new Map<number, ChannelDay[]>();
  if (keys.length === 0) return found;
  const { rows } = await queries.query<BlockRow>(
    `SELECT ${BLOCK_FIELDS} FROM (SELECT DISTINCT * FROM unnest($1::int4[], $2::date[])) AS k (meter, day)
       JOIN meter_day d ON d.meter = k.meter AND d.day = k.day
       JOIN block b ON b.meter = d.meter AND b.day = d.day`,
    [keys.map(({ meter }) => meter), keys.map(({ day }) => day)],
  );
  for (const row of rows) {
    const key = dayKey(row.meter, dayNumberOf(dayStart(row.day)));
    const channels = found.get(key);
    if (channels === undefined) found.set(key, [channelDayOf(row)]);
    else channels.push(channelDayOf(row));
  }
  return found;
}

async function storedIntervals(queries: Queries, keys: readonly MeterInterval[]): Promise<MeterInterval[]> {
  const { rows } = await queries.query<IntradayRow>(
    `SELECT ${INTRADAY_FIELDS} FROM unnest($1::int4[], $2::timestamptz[]) AS k (meter, start)
       JOIN intraday i ON i.meter = k.meter AND i.start = k.start`,
    [keys.map(({ meter }) => meter), keys.map(({ start }) => new Date(start).toISOString())],
  );
  return rows.map(meterIntervalOf);
}
