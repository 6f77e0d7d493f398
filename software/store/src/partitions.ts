/**
 * Days lie in one partition a month, made when its first day arrives, so that an old month can be detached and kept
 * elsewhere as a whole. Made outside the batch's transaction: an empty month is nothing half-written.
 */
import type { UtcDay } from "@csj/reading";
import type { Database } from "./database.ts";

const TABLES = ["meter_day", "block"];
/** Any number will do, as long as nobody else's lock has it. */
const LOCK = 7_309_002;

/** Days before 2000 or after 2099 come from a broken clock; one must not make partitions without end. */
export function isStorableDay(day: UtcDay): boolean {
  return day.startsWith("20");
}

export class Partitions {
  readonly #database: Database;
  readonly #known = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  async ensure(days: Iterable<UtcDay>): Promise<void> {
    for (const day of days) {
      const month = day.slice(0, 7);
      if (this.#known.has(month)) continue;
      await this.#make(month);
      this.#known.add(month);
    }
  }

  #make(month: string): Promise<void> {
    const [year = 0, number = 0] = month.split("-").map(Number);
    const next = new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
    const suffix = month.replace("-", "_");
    return this.#database.transaction(async (within) => {
      await within.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
      for (const table of TABLES) {
        await within.script(
          `CREATE TABLE IF NOT EXISTS ${table}_${suffix} PARTITION OF ${table}
             FOR VALUES FROM ('${month}-01') TO ('${next}-01')`,
        );
      }
    });
  }
}
