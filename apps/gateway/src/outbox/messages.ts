/**
 * Messages that wait for the head-end's word. Each gets its sequence number and its seal once, in the transaction that
 * stores it, before anything of it can be sent; sent again it is the same bytes.
 */
import { type Canonical, canonical, chainStart } from "@csj/evidence";
import type { Digest, Signer } from "@csj/runtime";
import { bodyHash, type Purpose, sealBody } from "@csj/uplink";
import type Database from "libsql";

export interface OutboxDeps {
  readonly gateway: string;
  readonly digest: Digest;
  readonly signer: Signer;
}

export interface StoredMessage {
  readonly epoch: number;
  readonly seq: number;
  readonly kind: Purpose;
  /** Canonical JSON of the body. */
  readonly body: string;
  readonly seal: { readonly previous: string; readonly signature: string };
}

export interface NewMessage {
  readonly kind: Purpose;
  /** Row id of the meter, 0 where the message is of the site. */
  readonly meter: number;
  /** UTC day that it belongs to. */
  readonly day: string;
  /** The body without `kind`, `gateway`, `epoch` and `seq`. */
  readonly says: { readonly [key: string]: Canonical };
}

/** Confirmed messages and their boundaries stay this long, so that a restored head-end can ask for them again. */
export const KEEP_CONFIRMED_MS = 90 * 86_400_000;

export class Messages {
  readonly #database: Database.Database;
  readonly #epoch: number;
  readonly #deps: OutboxDeps;
  readonly #waiting: Database.Statement<unknown[]>;
  readonly #confirm: Database.Statement<unknown[]>;
  #count: number;

  constructor(database: Database.Database, epoch: number, deps: OutboxDeps) {
    this.#database = database;
    this.#epoch = epoch;
    this.#deps = deps;
    this.#waiting = database.prepare(
      "SELECT seq, kind, body, previous, signature FROM message WHERE waiting = 1 AND seq > ? ORDER BY seq LIMIT ?",
    );
    this.#confirm = database.prepare("UPDATE message SET waiting = 0, acked_ms = ?, refused = NULL WHERE seq = ?");
    this.#count = this.#countWaiting();
  }

  /** Stored and not confirmed. */
  get waitingCount(): number {
    return this.#count;
  }

  /** Must run inside a transaction; `recount` after it. */
  add({ kind, meter, day, says }: NewMessage): void {
    const { gateway, digest, signer } = this.#deps;
    const seq = this.#nextSeq();
    const body = { ...says, kind, gateway, epoch: this.#epoch, seq };
    const previous = this.#chainHead(kind, meter);
    const seal = sealBody(digest, signer, kind, body, previous);
    this.#database
      .prepare("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, 1, NULL, NULL)")
      .run(seq, kind, meter, day, canonical(body), previous, seal.signature);
    this.#database.prepare("INSERT OR REPLACE INTO chain VALUES (?, ?, ?)").run(kind, meter, bodyHash(digest, body));
  }

  /** A day message says all that the day's interval messages say. */
  supersedeIntervals(meter: number, day: string): void {
    this.#database
      .prepare("UPDATE message SET waiting = 0 WHERE day = ? AND kind = 'interval' AND meter = ?")
      .run(day, meter);
  }

  recount(): void {
    this.#count = this.#countWaiting();
  }

  /** Oldest first, after a sequence number. */
  waiting(afterSeq: number, limit: number): StoredMessage[] {
    const rows = this.#waiting.all(afterSeq, limit) as {
      seq: number;
      kind: Purpose;
      body: string;
      previous: string;
      signature: string;
    }[];
    return rows.map(({ seq, kind, body, previous, signature }) => ({
      epoch: this.#epoch,
      seq,
      kind,
      body,
      seal: { previous, signature },
    }));
  }

  confirm(seqs: readonly number[], atMs: number): void {
    for (const seq of seqs) this.#confirm.run(atMs, seq);
  }

  /** The head-end will never take it: it is kept, and not sent again unless it is asked for. */
  refuse(seq: number, code: string): void {
    this.#database
      .prepare("UPDATE message SET waiting = 0, refused = ? WHERE seq = ? AND acked_ms IS NULL")
      .run(code, seq);
  }

  /** What the head-end asks for again: whole days, what there is of unfinished ones, and what the site is. */
  sendAgain(fromDay: string, toDay: string): void {
    this.#database
      .prepare(
        `UPDATE message SET waiting = 1 WHERE (day BETWEEN ? AND ? AND (kind IN ('day', 'loss') OR (kind = 'interval'
          AND NOT EXISTS (SELECT 1 FROM message d WHERE d.day = message.day AND d.kind = 'day' AND d.meter = message.meter))))
          OR seq = (SELECT max(seq) FROM message WHERE kind = 'site')`,
      )
      .run(fromDay, toDay);
  }

  /** Drops what was confirmed long enough ago, with the boundaries of confirmed days. Must run inside a transaction. */
  prune(nowMs: number, keepMs: number): void {
    const before = nowMs - keepMs;
    this.#database
      .prepare(
        `DELETE FROM boundary WHERE EXISTS (SELECT 1 FROM message m WHERE m.kind = 'day' AND m.meter = boundary.meter
          AND m.waiting = 0 AND m.acked_ms < ? AND boundary.at_s >= unixepoch(m.day) AND boundary.at_s < unixepoch(m.day) + 86400)`,
      )
      .run(before);
    this.#database
      .prepare(
        `DELETE FROM message WHERE waiting = 0 AND refused IS NULL
          AND (acked_ms < ?1 OR (acked_ms IS NULL AND unixepoch(day) * 1000 < ?1))
          AND NOT (kind = 'site' AND seq = (SELECT max(seq) FROM message WHERE kind = 'site'))`,
      )
      .run(before);
  }

  latestOf(kind: Purpose): string | undefined {
    const row = this.#database.prepare("SELECT body FROM message WHERE kind = ? ORDER BY seq DESC LIMIT 1").get(kind);
    return (row as { body: string } | undefined)?.body;
  }

  #nextSeq(): number {
    const { next_seq: seq } = this.#database.prepare("SELECT next_seq FROM outbox").get() as { next_seq: number };
    this.#database.prepare("UPDATE outbox SET next_seq = ?").run(seq + 1);
    return seq;
  }

  #chainHead(kind: Purpose, meter: number): string {
    const row = this.#database.prepare("SELECT hash FROM chain WHERE kind = ? AND meter = ?").get(kind, meter);
    return (row as { hash: string } | undefined)?.hash ?? chainStart;
  }

  #countWaiting(): number {
    return (this.#database.prepare("SELECT count(*) AS n FROM message WHERE waiting = 1").get() as { n: number }).n;
  }
}
