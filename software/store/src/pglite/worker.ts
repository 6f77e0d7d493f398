/**
 * The thread that PGlite runs in: a query blocks the thread that it runs on for as long as it takes. The data directory
 * is made in a thread of its own that then ends, since the heap of initdb is never given back (867 MB against 345 MB for
 * the whole process, measured).
 */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { Value } from "../database.ts";
import { PARSERS } from "../values.ts";
import { DurableFs, startParams } from "./durable-fs.ts";
import type { Failure, Reply, Request, WorkerData } from "./protocol.ts";

const { folder, mode } = workerData as WorkerData;
/** Log that may be read again after a crash. */
const LOG_BYTES_MAX = 64 * 1024 * 1024;
const STATEMENTS_BETWEEN_LOOKS = 64;

let syncs = 0;
let statements = 0;
let checkpointed = "0/0";

const fs = new DurableFs(folder, () => {
  syncs += 1;
});
const database = await PGlite.create({ fs, startParams });
// Parameters come as text already, whatever their type.
const conversions = { parsers: PARSERS, serializers: new Proxy({}, { get: () => (text: string) => text }) };

if (mode === "create") {
  await database.close();
  parentPort?.postMessage({ id: 0 } satisfies Reply);
} else {
  let last: Promise<void> = Promise.resolve();
  parentPort?.on("message", (request: Request) => {
    last = last.then(() => answer(request));
  });
  parentPort?.postMessage({ id: 0 } satisfies Reply);
}

async function answer(request: Request): Promise<void> {
  const reply = await run(request).catch((error: unknown): Reply => ({ id: request.id, failure: failureOf(error) }));
  parentPort?.postMessage(reply);
  // Within a failed transaction it is refused; the next look will do.
  if (request.op !== "close") await checkpointWhenDue().catch(() => undefined);
  if (request.op === "close") parentPort?.close();
}

async function run(request: Request): Promise<Reply> {
  const { id } = request;
  switch (request.op) {
    case "query": {
      const result = await database.query<Record<string, Value>>(request.sql, [...request.params], conversions);
      return { id, rows: result.rows, count: result.rowCount ?? result.rows.length };
    }
    case "script":
      await database.exec(request.sql);
      return { id };
    case "copy": {
      const { rowCount = 0 } = await database.query(request.sql, [], { blob: new Blob([request.rows]) });
      return { id, count: rowCount };
    }
    case "syncs":
      return { id, count: syncs };
    case "close":
      await database.exec("CHECKPOINT");
      await database.close();
      return { id };
  }
}

/**
 * A single-user PostgreSQL has no checkpointer: without this its log grows for ever (800 MB after 600 MB of rows,
 * measured) and is read from the start after a crash.
 */
async function checkpointWhenDue(): Promise<void> {
  statements += 1;
  if (statements % STATEMENTS_BETWEEN_LOOKS !== 0) return;
  const sql =
    "SELECT pg_current_wal_insert_lsn() AS at, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::int8 AS grown";
  const { rows } = await database.query<{ at: string; grown: number }>(sql, [checkpointed], conversions);
  const { at = checkpointed, grown = 0 } = rows[0] ?? {};
  if (grown < LOG_BYTES_MAX) return;
  await database.exec("CHECKPOINT");
  checkpointed = at;
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { state: undefined, says: String(error) };
  const { code, detail } = error as { code?: string; detail?: string };
  return { state: code, says: detail === undefined ? error.message : `${error.message}: ${detail}` };
}
