/** Records that contradict what is stored. They are kept, so that nothing is lost, and shown to nobody as a value. */
import { dayStart } from "@csj/reading";
import type { Queries } from "./database.ts";
import type { MeterDay } from "./day-record.ts";
import type { MeterInterval } from "./interval-record.ts";
import type { Known } from "./known.ts";

/** Kept for one key: a gateway that says something else each time must not fill the disk. */
const KEPT_PER_KEY_MAX = 8;

type Contradiction = Known<MeterDay | MeterInterval>;

export function conflictsOf(known: readonly Contradiction[]): Contradiction[] {
  return known.filter(({ same }) => !same);
}

export async function keepConflicts(queries: Queries, conflicts: readonly Contradiction[]): Promise<void> {
  for (const { record, body } of conflicts) {
    const { gateway, epoch, seq, previous, signature, receivedAt } = record.delivery;
    const [kind, start] = "day" in record ? ["day", dayStart(record.day)] : ["interval", record.start];
    await queries.query(
      `INSERT INTO conflict (meter, start, kind, gateway, epoch, seq, body, previous, signature, received_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, decode($8, 'hex'), decode($9, 'hex'), $10
         WHERE (SELECT count(*) FROM conflict WHERE meter = $1 AND start = $2 AND kind = $3) < $11
       ON CONFLICT DO NOTHING`,
      [
        ...[record.meter, new Date(start).toISOString(), kind, gateway, epoch, seq],
        ...[body, previous, signature, new Date(receivedAt).toISOString(), KEPT_PER_KEY_MAX],
      ],
    );
  }
}
