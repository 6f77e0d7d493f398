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
import { copyDays, type MeterDay } from "./day-record.ts";
import { copyIntervals, type MeterInterval } from "./interval-record.ts";
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
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction((within) => write(within, batch, attempt > 1));
    } catch (error) {
      if (!isCoded(error, "STORE_DUPLICATE") || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

async function write(within: Queries, batch: Batch, look: boolean): Promise<Conflicts> {
  for (const statement of batch.statements) await storeStatement(within, statement);
  const days = await knownDays(within, batch.days, look);
  await copyDays(
    within,
    days.fresh.map(({ record }) => record),
  );
  const intervals = await knownIntervals(within, batch.intervals, look);
  await copyIntervals(
    within,
    intervals.fresh.map(({ record }) => record),
  );
  await dropIntraday(
    within,
    days.fresh.map(({ record }) => record),
  );
  const conflicts = [...conflictsOf(days.known), ...conflictsOf(intervals.known)];
  await keepConflicts(within, conflicts);
  return new Set(conflicts.map(({ record }) => record));
}
