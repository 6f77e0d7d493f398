/**
 * What PostgreSQL does in the background and PGlite, having none, does not: taking back the room of deleted rows, and
 * counting rows for the planner. The intraday table is written and emptied every day and would only ever grow.
 */
import type { Database } from "./database.ts";

export async function maintain(database: Database): Promise<void> {
  if (database.engine !== "pglite") return;
  await database.script("VACUUM (ANALYZE) intraday");
  await database.script("ANALYZE meter");
}
