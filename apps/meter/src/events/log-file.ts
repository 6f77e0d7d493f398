/**
 * The event log on disk: a ring of fixed places, each entry on the medium before it counts. One place more than the log
 * keeps, so that a write which is torn by a power cut destroys an entry that was to be dropped anyway.
 */
import { join } from "node:path";
import { decodeEntry, ENTRY_BYTES, type Entry, EventLog, encodeEntry, LOG_CAPACITY } from "@csj/metrology";
import type { Digest, Log } from "@csj/runtime";
import { Keeper } from "../store/keeper.ts";
import { RingFile } from "../store/ring-file.ts";

export interface EventLogFile {
  readonly log: EventLog;
  close(): void;
}

/**
 * Where the entries that were there do not follow from each other, the log goes on and says so in an entry. So it does
 * after a start that follows a time in which the medium took nothing.
 */
export function openEventLog(folder: string, digest: Digest, messages: Log): EventLogFile {
  const codec = { bytes: ENTRY_BYTES, encode: encodeEntry, decode: decodeEntry };
  const keeper = new Keeper("event log", messages);
  const file = new RingFile<Entry>(join(folder, "events.dat"), LOG_CAPACITY + 1, codec);
  const log = new EventLog({ digest, entries: file.all(), keep: (entry) => void keeper.try(() => file.write(entry)) });
  return { log, close: () => file.close() };
}
