/**
 * What a gateway owes its head-end, on disk. Boundaries are stored at their read; messages are made from them when they
 * can be sent; both stay until 90 days after the head-end said, end to end, that they are in its database. A full disk
 * stops neither the limit nor the meters: reads wait in memory, and what has to be dropped is counted and reported.
 */
import type { Canonical } from "@csj/evidence";
import type { ChannelId, Instant } from "@csj/quantity";
import { type IntervalSeconds, utcDayOf } from "@csj/reading";
import type { Log } from "@csj/runtime";
import type Database from "libsql";
import type { ChannelRead } from "../boundaries.ts";
import { errors } from "../errors.ts";
import { asRead, BoundaryRows, type MeterBoundary, MeterTable } from "./boundary-rows.ts";
import { type OutboxFileOptions, openOutboxFile } from "./database.ts";
import { DERIVE_MAX, Derivation } from "./derive.ts";
import { Held } from "./held.ts";
import { KEEP_CONFIRMED_MS, Messages, type OutboxDeps, type StoredMessage } from "./messages.ts";

export interface OutboxMeter {
  readonly id: string;
  readonly interval: IntervalSeconds;
}

export interface OutboxOptions extends OutboxFileOptions, OutboxDeps {
  readonly keepConfirmedMs?: number;
}

/** What a site says of itself: a `site` message without its stamp. */
export type SiteSays = { readonly [key: string]: Canonical };

export class Outbox {
  readonly epoch: number;
  readonly #database: Database.Database;
  readonly #rows: BoundaryRows;
  readonly #messages: Messages;
  readonly #derivation: Derivation;
  readonly #meters: MeterTable;
  readonly #held = new Held();
  readonly #keepMs: number;
  readonly #log: Log;
  #failing = false;

  constructor(database: Database.Database, epoch: number, options: OutboxOptions) {
    this.epoch = epoch;
    this.#database = database;
    this.#rows = new BoundaryRows(database);
    this.#messages = new Messages(database, epoch, options);
    this.#derivation = new Derivation(database, this.#rows, this.#messages);
    this.#meters = new MeterTable(database);
    this.#keepMs = options.keepConfirmedMs ?? KEEP_CONFIRMED_MS;
    this.#log = options.log;
  }

  /** Messages that the head-end has not confirmed yet. */
  get waiting(): number {
    return this.#messages.waitingCount;
  }

  /** Boundaries in memory that the disk did not take. */
  get held(): number {
    return this.#held.size;
  }

  latestBoundary(meter: string): Instant | undefined {
    return this.#rows.latestAt(meter);
  }

  /** The last stored register of a channel: what a belief goes on from after a restart. */
  latestRead(meter: string, channel: ChannelId): ChannelRead | undefined {
    const row = this.#rows.latest(meter, channel);
    return row === undefined ? undefined : asRead(row);
  }

  /** Boundaries of a meter that were not read in time but filled, with where their values come from. */
  sources(meter: string): { readonly atS: number; readonly source: string }[] {
    return this.#rows.sources(meter);
  }

  /** Stores in one transaction; true when the disk has it. What it did not take is tried again with the next. */
  store(boundaries: readonly MeterBoundary[], now: Instant): boolean {
    this.#held.add(boundaries);
    if (this.#held.size === 0 && this.#held.lost === undefined) return true;
    const failure = this.#try(() => this.#storeHeld(now));
    if (failure === undefined) return this.#recovered();
    const again = this.#pruned(now) ? this.#try(() => this.#storeHeld(now)) : failure;
    if (again === undefined) return this.#recovered();
    this.#failed(again);
    return false;
  }

  /** True while something waits in memory for the disk. */
  get behind(): boolean {
    return this.#held.size > 0 || this.#held.lost !== undefined;
  }

  /** Makes messages of what is stored; true where there may be more to make. Needs trusted time. */
  derive(meters: readonly OutboxMeter[], now: Instant): boolean {
    let left = DERIVE_MAX;
    const failure = this.#try(() => {
      left -= this.#reportLosses(now);
      for (const meter of meters) {
        if (left <= 0) break;
        left -= this.#derivation.run(
          { name: meter.id, id: this.#meters.idOf(meter.id), interval: meter.interval },
          now,
          left,
        );
      }
    });
    if (failure !== undefined) {
      this.#failed(failure);
      return false;
    }
    if (left < DERIVE_MAX) this.#messages.recount();
    return left <= 0;
  }

  /** Stores a `site` message. */
  saySite(site: SiteSays, now: Instant): void {
    const failure = this.#try(() =>
      this.#messages.add({ kind: "site", meter: 0, day: utcDayOf(now), says: { ...site, at_ms: Math.round(now) } }),
    );
    if (failure !== undefined) this.#failed(failure);
    this.#messages.recount();
  }

  waitingMessages(afterSeq: number, limit: number): StoredMessage[] {
    return this.#messages.waiting(afterSeq, limit);
  }

  /** The head-end has committed these. */
  confirm(seqs: readonly number[], now: Instant): void {
    const failure = this.#try(() => this.#messages.confirm(seqs, now));
    if (failure !== undefined) this.#failed(failure);
    this.#messages.recount();
  }

  /** The head-end will never take this one. */
  refuse(seq: number, code: string): void {
    const failure = this.#try(() => this.#messages.refuse(seq, code));
    if (failure !== undefined) this.#failed(failure);
    this.#messages.recount();
  }

  sendAgain(fromDay: string, toDay: string): void {
    const failure = this.#try(() => this.#messages.sendAgain(fromDay, toDay));
    if (failure !== undefined) this.#failed(failure);
    this.#messages.recount();
  }

  /** Drops what was confirmed long enough ago. */
  prune(now: Instant): void {
    this.#pruned(now);
  }

  /** Refuses every call after it. */
  close(): void {
    this.#database.close();
  }

  #storeHeld(now: Instant): void {
    for (const boundary of this.#held.all()) this.#rows.append(boundary);
    const lost = this.#held.lost;
    if (lost !== undefined) {
      this.#database
        .prepare("INSERT INTO loss (at_ms, dropped, first_day, last_day, told) VALUES (?, ?, ?, ?, 0)")
        .run(Math.round(now), lost.dropped, lost.firstDay, lost.lastDay);
    }
  }

  #reportLosses(now: Instant): number {
    const rows = this.#database.prepare("SELECT * FROM loss WHERE told = 0 ORDER BY id LIMIT 4").all() as LossRow[];
    for (const { id, at_ms, dropped, first_day, last_day } of rows) {
      this.#messages.add({ kind: "loss", meter: 0, day: utcDayOf(now), says: { at_ms, dropped, first_day, last_day } });
      this.#database.prepare("UPDATE loss SET told = 1 WHERE id = ?").run(id);
    }
    return rows.length;
  }

  #pruned(now: Instant): boolean {
    return this.#try(() => this.#messages.prune(now, this.#keepMs)) === undefined;
  }

  #try(work: () => void): unknown {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      work();
      this.#database.exec("COMMIT");
      return undefined;
    } catch (error) {
      // SQLite has rolled back by itself after some failures; then there is nothing left to roll back.
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      return error;
    }
  }

  #recovered(): true {
    this.#held.clear();
    if (this.#failing) this.#log.info("the outbox stores again");
    this.#failing = false;
    return true;
  }

  #failed(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const coded = errors.OUTBOX_CANNOT_STORE(`The outbox cannot store (${String(error)}).`, undefined, error);
    this.#log.error(coded.describe(), { code: coded.code });
  }
}

interface LossRow {
  readonly id: number;
  readonly at_ms: number;
  readonly dropped: number;
  readonly first_day: string;
  readonly last_day: string;
}

export function openOutbox(options: OutboxOptions): Outbox {
  const { database, epoch } = openOutboxFile(options);
  return new Outbox(database, epoch, options);
}
