/**
 * The outbox file: encrypted, write-ahead logged, and synced at every commit (synchronous = FULL), so that what was
 * stored survives a power cut as far as the disk keeps its word.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import type { Log } from "@csj/runtime";
import Database from "libsql";
import { errors } from "../errors.ts";

export interface OutboxFileOptions {
  readonly path: string;
  /** 64 hex digits. */
  readonly key: string;
  readonly log: Log;
  /** Called when a file is begun; see `Identity.nextEpoch`. */
  newEpoch(): number;
  readonly maxBytes?: number;
  /** `process` survives a killed process and not a power cut: for filling a simulated history. */
  readonly durability?: "power-cut" | "process";
}

export interface OutboxFile {
  readonly database: Database.Database;
  readonly epoch: number;
}

/** A quarter of the smallest card in use, and some 30 years of one meter's half-hours. */
export const OUTBOX_BYTES_MAX = 256 * 1024 * 1024;
const PAGE_BYTES = 4096;
const SCHEMA_VERSION = 1;

export function openOutboxFile(options: OutboxFileOptions): OutboxFile {
  try {
    return open(options);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const aside = setAside(options.path);
    const coded = errors.OUTBOX_UNREADABLE(`The outbox cannot be read; it is kept as ${aside}.`, {
      file: options.path,
    });
    options.log.error(coded.describe(), { code: coded.code });
    return open(options);
  }
}

function open(options: OutboxFileOptions): OutboxFile {
  // The published types lack the encryption options that the library has.
  const database = new Database(options.path, { encryptionCipher: "aes256cbc", encryptionKey: options.key } as object);
  try {
    database.pragma("journal_mode = WAL");
    database.pragma(`synchronous = ${options.durability === "process" ? "NORMAL" : "FULL"}`);
    database.pragma(`max_page_count = ${Math.ceil((options.maxBytes ?? OUTBOX_BYTES_MAX) / PAGE_BYTES)}`);
    const epoch = begin(database, options.newEpoch);
    return { database, epoch };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Makes the tables and the epoch in one transaction, so that there is never the one without the other. */
function begin(database: Database.Database, newEpoch: () => number): number {
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version === 0) {
    const epoch = newEpoch();
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} INSERT INTO outbox VALUES (1, ${epoch}, 1);
      PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  }
  database.exec(SOURCES);
  return (database.prepare("SELECT epoch FROM outbox").get() as { epoch: number }).epoch;
}

/** Later than the other tables, so it is made where it is not there yet. */
const SOURCES = `
CREATE TABLE IF NOT EXISTS boundary_source (
  meter INTEGER NOT NULL, at_s INTEGER NOT NULL, source TEXT NOT NULL, PRIMARY KEY (meter, at_s)) WITHOUT ROWID;
`;

const SCHEMA = `
CREATE TABLE outbox (id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, next_seq INTEGER NOT NULL);
CREATE TABLE meter (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
  -- Where the next day message begins, and the end of the last interval that has a message of its own.
  day_from_s INTEGER, interval_to_s INTEGER);
CREATE TABLE format (
  id INTEGER PRIMARY KEY, unit TEXT NOT NULL, per_count INTEGER NOT NULL, digits INTEGER NOT NULL, step INTEGER NOT NULL,
  UNIQUE (unit, per_count, digits, step));
CREATE TABLE boundary (
  meter INTEGER NOT NULL, at_s INTEGER NOT NULL, channel TEXT NOT NULL,
  count INTEGER NOT NULL, delay_ms INTEGER NOT NULL, format INTEGER NOT NULL,
  series INTEGER NOT NULL, broken INTEGER NOT NULL,
  PRIMARY KEY (meter, at_s, channel)) WITHOUT ROWID;
CREATE TABLE message (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, meter INTEGER NOT NULL, day TEXT NOT NULL,
  body TEXT NOT NULL, previous TEXT NOT NULL, signature TEXT NOT NULL,
  -- 1 while it must be sent. A superseded interval message is neither waiting nor acknowledged.
  waiting INTEGER NOT NULL, acked_ms INTEGER,
  -- Code with which the head-end refused it for good; kept for a person to look at.
  refused TEXT);
CREATE INDEX message_waiting ON message (seq) WHERE waiting = 1;
CREATE INDEX message_day ON message (day, kind, meter);
CREATE TABLE chain (kind TEXT NOT NULL, meter INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (kind, meter)) WITHOUT ROWID;
CREATE TABLE loss (
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, dropped INTEGER NOT NULL,
  first_day TEXT NOT NULL, last_day TEXT NOT NULL, told INTEGER NOT NULL);
`;

function isUnreadable(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_CORRUPT");
}

function setAside(path: string): string {
  let number = 1;
  while (existsSync(`${path}.unreadable-${number}`)) number += 1;
  const aside = `${path}.unreadable-${number}`;
  renameSync(path, aside);
  for (const suffix of ["-wal", "-shm"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    rmSync(path + suffix, { force: true });
  }
  return aside;
}
