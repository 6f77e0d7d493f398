/**
 * A batch of records in one transaction. New keys are the rule, so they are copied in without asking; only when the
 * database finds one of them taken is the batch taken back, and done again with the taken ones set apart and compared.
 *
 * What is stored first stays. The same record again, in any delivery, changes nothing; another record for the same key
 * is kept in `conflict` and told to the caller.
 */
import { isCoded } from "@csj/fault";
import { conflictsOf, keepConflicts } from "./conflict.ts";
import type { Database, Queries } from "./database.ts";
import { copyDays, type DayRows, type MeterDay, rowsOfDays } from "./day-record.ts";
import { copyIntervals, type MeterInterval, rowsOfIntervals } from "./interval-record.ts";
import { knownDays, knownIntervals } from "./known.ts";
import type { Partitions } from "./partitions.ts";
import { dropIntraday } from "./rollup.ts";
import { type Statement, storeStatement } from "./statement.ts";

/** A day or an interval, with the text that was signed, for the case that it contradicts what is there. */
export interface Told<Record> {
  readonly record: Record;
  readonly body: string;
}

export interface Batch {
  readonly days: readonly Told<MeterDay>[];
  readonly intervals: readonly Told<MeterInterval>[];
  readonly statements: readonly Statement[];
}

/** The records that contradict what was stored before them; all others of the batch are stored, now or before. */
export type Conflicts = ReadonlySet<MeterDay | MeterInterval>;

/** Another head-end may store the same keys between our look and our write; not for ever. */
const ATTEMPTS_MAX = 4;

export async function storeBatch(database: Database, partitions: Partitions, batch: Batch): Promise<Conflicts> {
  await partitions.ensure(new Set(batch.days.map(({ record }) => record.day)));
  // Written out before the batch's turn comes: another one has the database meanwhile.
  let rows: Rows | undefined = { days: rowsOfDays(batch.days.map(recordOf)), intervals: intervalRows(batch.intervals) };
  for (let attempt = 1; ; attempt += 1) {
    const first = rows;
    rows = undefined;
    try {
      return await database.transaction((within) => write(within, batch, first));
    } catch (error) {
      const again = isCoded(error, "STORE_DUPLICATE") || isCoded(error, "STORE_CONTENTION");
      if (!again || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

interface Rows {
  readonly days: DayRows | undefined;
  readonly intervals: Uint8Array<ArrayBuffer> | undefined;
}

/** @param rows the whole batch's, on its first attempt; after that what is stored is looked up first */
async function write(within: Queries, batch: Batch, rows: Rows | undefined): Promise<Conflicts> {
  const look = rows === undefined;
  for (const statement of batch.statements) await storeStatement(within, statement);
  const days = await knownDays(within, batch.days, look);
  const newDays = days.fresh.map(recordOf);
  await copyDays(within, rows !== undefined && days.known.length === 0 ? rows.days : rowsOfDays(newDays));
  const intervals = await knownIntervals(within, batch.intervals, look);
  const allNew = rows !== undefined && intervals.known.length === 0;
  await copyIntervals(within, allNew ? rows.intervals : intervalRows(intervals.fresh));
  await dropIntraday(within, newDays);
  const conflicts = [...conflictsOf(days.known), ...conflictsOf(intervals.known)];
  await keepConflicts(within, conflicts);
  return new Set(conflicts.map(recordOf));
}

const intervalRows = (told: readonly Told<MeterInterval>[]) => rowsOfIntervals(told.map(recordOf));

function recordOf<Record>({ record }: Told<Record>): Record {
  return record;
}
