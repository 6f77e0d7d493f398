/**
 * Messages out of boundaries, when there is somebody to send them to: a `day` message when the UTC day is complete, an
 * `interval` message per closed interval of the unfinished day. A month without a head-end becomes thirty messages a
 * meter and not fifteen hundred.
 */

import type { Canonical } from "@csj/evidence";
import type { Instant } from "@csj/quantity";
import { DAY_MS, type IntervalSeconds, utcDayOf } from "@csj/reading";
import type Database from "libsql";
import { dayChannels, intervalChannels } from "./bodies.ts";
import type { BoundaryRow, BoundaryRows } from "./boundary-rows.ts";
import type { Messages } from "./messages.ts";

export interface MeterToDerive {
  readonly name: string;
  readonly id: number;
  readonly interval: IntervalSeconds;
}

interface Cursor {
  /** First second of the day that has no day message yet. */
  readonly dayFrom: number;
  /** Intervals up to here have their message. */
  readonly intervalTo: number;
}

/** Messages made in one transaction: about 10 ms of work, so that a cycle is not held up. */
export const DERIVE_MAX = 32;
const DAY_S = DAY_MS / 1000;

export class Derivation {
  readonly #database: Database.Database;
  readonly #rows: BoundaryRows;
  readonly #messages: Messages;

  constructor(database: Database.Database, rows: BoundaryRows, messages: Messages) {
    this.#database = database;
    this.#rows = rows;
    this.#messages = messages;
  }

  /** Must run inside a transaction. Gives how many messages it made, `limit` at the most. */
  run(meter: MeterToDerive, now: Instant, limit: number): number {
    let made = 0;
    while (made < limit) {
      const cursor = this.#cursor(meter.id);
      const edges = this.#rows.edges(meter.id, cursor.dayFrom);
      if (edges === undefined) return made;
      const start = Math.floor(edges.first / DAY_S) * DAY_S;
      const givenUp = now / 1000 >= start + DAY_S + meter.interval;
      if (edges.last < start + DAY_S && !givenUp)
        return made + this.#intervals(meter, cursor, start, edges.last, limit - made);
      this.#day(meter, start);
      made += 1;
    }
    return made;
  }

  #day(meter: MeterToDerive, start: number): void {
    const day = utcDayOf((start * 1000) as Instant);
    const rows = this.#rows.between(meter.id, start, start + DAY_S);
    const says = {
      meter: meter.name,
      day,
      interval_s: meter.interval,
      channels: dayChannels(rows, start, meter.interval),
    };
    this.#messages.add({ kind: "day", meter: meter.id, day, says: says as unknown as { [key: string]: Canonical } });
    this.#messages.supersedeIntervals(meter.id, day);
    this.#save(meter.id, { dayFrom: start + DAY_S, intervalTo: start + DAY_S });
  }

  #intervals(meter: MeterToDerive, cursor: Cursor, start: number, last: number, limit: number): number {
    // Rounded up, for the interval length may have been another one.
    const from = Math.ceil(Math.max(start, cursor.intervalTo) / meter.interval) * meter.interval;
    if (last - from < meter.interval) return 0;
    const rows = rowsByTime(this.#rows.between(meter.id, from, last));
    let made = 0;
    let at = from;
    for (; at + meter.interval <= last && made < limit; at += meter.interval) {
      const ends = [...(rows.get(at) ?? []), ...(rows.get(at + meter.interval) ?? [])];
      if (ends.length === 0) continue;
      this.#interval(meter, at, ends);
      made += 1;
    }
    this.#save(meter.id, { dayFrom: start, intervalTo: at });
    return made;
  }

  #interval(meter: MeterToDerive, start: number, rows: readonly BoundaryRow[]): void {
    const channels = intervalChannels(rows, start, meter.interval);
    const says = { meter: meter.name, start_s: start, interval_s: meter.interval, channels };
    const day = utcDayOf((start * 1000) as Instant);
    this.#messages.add({
      kind: "interval",
      meter: meter.id,
      day,
      says: says as unknown as { [key: string]: Canonical },
    });
  }

  #cursor(meter: number): Cursor {
    const row = this.#database.prepare("SELECT day_from_s, interval_to_s FROM meter WHERE id = ?").get(meter) as {
      day_from_s: number | null;
      interval_to_s: number | null;
    };
    return { dayFrom: row.day_from_s ?? 0, intervalTo: row.interval_to_s ?? 0 };
  }

  #save(meter: number, { dayFrom, intervalTo }: Cursor): void {
    this.#database
      .prepare("UPDATE meter SET day_from_s = ?, interval_to_s = ? WHERE id = ?")
      .run(dayFrom, intervalTo, meter);
  }
}

function rowsByTime(rows: readonly BoundaryRow[]): Map<number, BoundaryRow[]> {
  const times = new Map<number, BoundaryRow[]>();
  for (const row of rows) times.set(row.atS, [...(times.get(row.atS) ?? []), row]);
  return times;
}
