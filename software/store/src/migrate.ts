/**
 * The schema grows by numbered files and never goes back. Each runs in one transaction with the row that says that it
 * ran; a lock keeps two head-ends that start together from running it twice; a checksum tells when an applied file was
 * edited, which would leave two databases that call themselves the same.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Database, Queries } from "./database.ts";
import { errors } from "./errors.ts";

/** Beside both src and dist. */
const FOLDER = new URL("../migrations/", import.meta.url);
/** Any number will do, as long as nobody else's lock has it. */
const LOCK = 7_309_001;

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

export function migrations(folder: URL = FOLDER): Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name));
  return names.sort().map((name) => {
    const sql = readFileSync(new URL(name, folder), "utf8");
    return { number: Number(name.slice(0, 4)), name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

export async function migrate(database: Database, all: readonly Migration[] = migrations()): Promise<void> {
  await database.transaction(async (within) => {
    await within.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await within.script(
      "CREATE TABLE IF NOT EXISTS migration (number int4 PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)",
    );
  });
  for (const one of all) await database.transaction((within) => apply(within, one));
  const { rows } = await database.query<{ name: string }>("SELECT name FROM migration WHERE number > $1", [
    all.at(-1)?.number ?? 0,
  ]);
  if (rows[0] !== undefined) throw errors.STORE_NEWER(`The database has ${rows[0].name}, which this version lacks.`);
}

async function apply(within: Queries, migration: Migration): Promise<void> {
  await within.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
  const { number, name, checksum } = migration;
  const { rows } = await within.query<{ checksum: string }>("SELECT checksum FROM migration WHERE number = $1", [
    number,
  ]);
  const before = rows[0]?.checksum;
  if (before !== undefined && before !== checksum) {
    throw errors.STORE_MIGRATION_CHANGED(`${name} is not the file that was applied to this database.`, { file: name });
  }
  if (before !== undefined) return;
  await within.script(migration.sql);
  await within.query("INSERT INTO migration VALUES ($1, $2, $3)", [number, name, checksum]);
}
