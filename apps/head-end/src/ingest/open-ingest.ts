/**
 * Where messages are taken in. PostgreSQL serves many sessions, so there each core gets a thread that opens, checks and
 * stores: opening costs twice what the database's part does, and on one thread it is the bound. PGlite is one session in
 * a thread of its own, which the caller's thread keeps busy alone.
 */
import { availableParallelism } from "node:os";
import { Ingest, type IngestDeps } from "./ingest.ts";
import type { Taker } from "./outcome.ts";
import { IngestThreads } from "./threads.ts";

export interface OpenIngest extends IngestDeps {
  /** The database's address, for threads that open it themselves. */
  readonly address: string;
  readonly agreementPem: string;
}

export interface OpenTaker extends Taker {
  /** After the last `take` has settled. */
  close(): Promise<void>;
}

/** More sessions than this wait for each other's log writes. */
const THREADS_MAX = 4;

export async function openIngest({ address, agreementPem, ...deps }: OpenIngest): Promise<OpenTaker> {
  const threads = Math.min(THREADS_MAX, availableParallelism());
  if (deps.database.engine === "postgres" && threads > 1) {
    return IngestThreads.start(threads, { address, agreementPem }, deps.clock);
  }
  const ingest = new Ingest(deps);
  return {
    take: (messages) => ingest.take(messages),
    forget: (gateway) => ingest.forget(gateway),
    close: async () => {},
  };
}
