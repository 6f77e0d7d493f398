/** Sets a batch's new records apart from those whose key is taken, by the database or by the batch itself. */
import type { Instant } from "@csj/quantity";
import { type UtcDay, utcDayOf } from "@csj/reading";
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

const dayKey = (meter: number, day: UtcDay) => `${meter} ${day}`;
const intervalKey = (meter: number, start: Instant) => `${meter} ${start}`;

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
    : new Map<string, ChannelDay[]>();
  const seen = new Map<string, readonly ChannelDay[]>(stored);
  return sortOut(told, ({ meter, day, channels }) => {
    const key = dayKey(meter, day);
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
  const seen = new Map(stored.map((one) => [intervalKey(one.meter, one.start), one]));
  return sortOut(told, (record) => {
    const day = days.get(dayKey(record.meter, utcDayOf(record.start)));
    if (day !== undefined) return agrees(record, day);
    const key = intervalKey(record.meter, record.start);
    const before = seen.get(key);
    if (before !== undefined) return sameInterval(before, record);
    seen.set(key, record);
  });
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
  const found = new Map<string, DayKey>();
  let day = "";
  let dayFrom = Number.NaN;
  for (const { meter, start } of records) {
    const from = Math.floor(start / 86_400_000);
    if (from !== dayFrom) {
      dayFrom = from;
      day = utcDayOf(start);
    }
    found.set(dayKey(meter, day), { meter, day });
  }
  return [...found.values()];
}

/** The stored days among these, by meter and day. */
async function storedDays(queries: Queries, keys: readonly DayKey[]): Promise<Map<string, ChannelDay[]>> {
  const found = new Map<string, ChannelDay[]>();
  if (keys.length === 0) return found;
  const { rows } = await queries.query<BlockRow>(
    `SELECT ${BLOCK_FIELDS} FROM unnest($1::int4[], $2::date[]) AS k (meter, day)
       JOIN meter_day d ON d.meter = k.meter AND d.day = k.day
       JOIN block b ON b.meter = d.meter AND b.day = d.day`,
    [keys.map(({ meter }) => meter), keys.map(({ day }) => day)],
  );
  for (const row of rows) {
    const key = dayKey(row.meter, row.day);
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
