/**
 * A day's blocks take the place of its intraday rows. A row that says something else than its block is left where it is:
 * the block is shown, and the row stays as evidence.
 */
import { utcDayOf } from "@csj/reading";
import type { Queries } from "./database.ts";
import type { MeterDay } from "./day-record.ts";
import { INTRADAY_FIELDS, type IntradayRow, type MeterInterval, meterIntervalOf } from "./interval-record.ts";
import { agrees } from "./same.ts";

/** @param days stored just now */
export async function dropIntraday(queries: Queries, days: readonly MeterDay[]): Promise<void> {
  if (days.length === 0) return;
  const { rows } = await queries.query<IntradayRow>(
    `SELECT ${INTRADAY_FIELDS} FROM unnest($1::int4[], $2::timestamptz[]) AS k (meter, start)
       JOIN intraday i ON i.meter = k.meter AND i.start >= k.start AND i.start < k.start + interval '86400 seconds'`,
    [days.map(({ meter }) => meter), days.map(({ day }) => `${day}T00:00:00Z`)],
  );
  if (rows.length === 0) return;
  const byKey = new Map(days.map((one) => [`${one.meter} ${one.day}`, one]));
  const agreed = rows.map(meterIntervalOf).filter((one) => {
    const day = byKey.get(`${one.meter} ${utcDayOf(one.start)}`);
    return day !== undefined && agrees(one, day.channels);
  });
  await deleteIntervals(queries, agreed);
}

async function deleteIntervals(queries: Queries, intervals: readonly MeterInterval[]): Promise<void> {
  await queries.query(
    `DELETE FROM intraday i USING unnest($1::int4[], $2::timestamptz[]) AS k (meter, start)
      WHERE i.meter = k.meter AND i.start = k.start`,
    [intervals.map(({ meter }) => meter), intervals.map(({ start }) => new Date(start).toISOString())],
  );
}
