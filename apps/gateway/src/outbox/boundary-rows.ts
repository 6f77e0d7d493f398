/** The durable truth: which register stood at which boundary. Rows are only ever appended, in time, per meter. */
import { type ChannelId, Instant } from "@csj/quantity";
import type { RegisterFormat } from "@csj/reading";
import type Database from "libsql";
import type { BoundaryReads, ChannelRead } from "../boundaries.ts";
import type { FormattedCount } from "./common-format.ts";

export interface MeterBoundary extends BoundaryReads {
  readonly meter: string;
}

/** A stored register at a boundary. */
export interface BoundaryRow extends FormattedCount {
  readonly channel: ChannelId;
  readonly atS: number;
  readonly delayMs: number;
  readonly series: number;
}

interface StoredRow {
  readonly channel: ChannelId;
  readonly at_s: number;
  readonly delay_ms: number;
  readonly count: number;
  readonly series: number;
  readonly broken: number;
  readonly unit: "Wh" | "varh";
  readonly per_count: number;
  readonly digits: number;
  readonly step: number;
}

const COLUMNS = "b.channel, b.at_s, b.delay_ms, b.count, b.series, b.broken, f.unit, f.per_count, f.digits, f.step";
const JOINED = `SELECT ${COLUMNS} FROM boundary b JOIN format f ON f.id = b.format WHERE b.meter = ?`;

export class BoundaryRows {
  readonly #insert: Database.Statement<unknown[]>;
  readonly #latestOfChannel: Database.Statement<unknown[]>;
  readonly #between: Database.Statement<unknown[]>;
  readonly #edge: Database.Statement<unknown[]>;
  readonly #insertSource: Database.Statement<unknown[]>;
  readonly #sources: Database.Statement<unknown[]>;
  readonly #formats: FormatTable;
  readonly #meters: MeterTable;

  constructor(database: Database.Database) {
    this.#insert = database.prepare("INSERT OR IGNORE INTO boundary VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#latestOfChannel = database.prepare(`${JOINED} AND b.channel = ? ORDER BY b.at_s DESC LIMIT 1`);
    this.#between = database.prepare(`${JOINED} AND b.at_s BETWEEN ? AND ? ORDER BY b.at_s`);
    this.#edge = database.prepare(
      "SELECT min(at_s) AS first, max(at_s) AS last FROM boundary WHERE meter = ? AND at_s >= ?",
    );
    this.#insertSource = database.prepare("INSERT OR IGNORE INTO boundary_source VALUES (?, ?, ?)");
    this.#sources = database.prepare("SELECT at_s, source FROM boundary_source WHERE meter = ? ORDER BY at_s");
    this.#formats = new FormatTable(database);
    this.#meters = new MeterTable(database);
  }

  /** Must run inside a transaction. A row that is there stays as it is. */
  append(boundary: MeterBoundary): void {
    const meter = this.#meters.idOf(boundary.meter);
    if (boundary.source !== undefined) this.#insertSource.run(meter, boundary.at / 1000, boundary.source);
    for (const [channel, read] of boundary.channels) {
      const before = this.latest(boundary.meter, channel);
      const delay = Math.max(0, Math.round(read.measuredAt - boundary.at));
      const broken = before !== undefined && !sameSeries(before, read);
      const format = this.#formats.idOf(read);
      this.#insert.run(meter, boundary.at / 1000, channel, read.count, delay, format, read.series, broken ? 1 : 0);
    }
  }

  latest(meter: string, channel: ChannelId): BoundaryRow | undefined {
    const row = this.#latestOfChannel.get(this.#meters.idOf(meter), channel) as StoredRow | undefined;
    return row === undefined ? undefined : fromStored(row);
  }

  /** Boundaries that were not read in time, with where their values come from. */
  sources(meter: string): { readonly atS: number; readonly source: string }[] {
    const rows = this.#sources.all(this.#meters.idOf(meter)) as { at_s: number; source: string }[];
    return rows.map(({ at_s: atS, source }) => ({ atS, source }));
  }

  /** Both ends included. */
  between(meter: number, fromS: number, toS: number): BoundaryRow[] {
    return (this.#between.all(meter, fromS, toS) as StoredRow[]).map(fromStored);
  }

  /** The first and the last boundary stored at or after an instant. */
  edges(meter: number, fromS: number): { readonly first: number; readonly last: number } | undefined {
    const { first, last } = this.#edge.get(meter, fromS) as { first: number | null; last: number | null };
    return first === null || last === null ? undefined : { first, last };
  }

  latestAt(meter: string): Instant | undefined {
    const edges = this.edges(this.#meters.idOf(meter), 0);
    return edges === undefined ? undefined : Instant(edges.last * 1000);
  }
}

/** The read that a row was made from, to go on from after a restart. */
export function asRead(row: BoundaryRow): ChannelRead {
  const { unit, perCount, digits, step, count, series } = row;
  return { unit, perCount, digits, step, count, series, measuredAt: Instant(row.atS * 1000 + row.delayMs) };
}

function sameSeries(row: BoundaryRow, read: ChannelRead): boolean {
  return row.series === read.series && row.perCount === read.perCount && row.digits === read.digits;
}

function fromStored(row: StoredRow): BoundaryRow {
  return {
    channel: row.channel,
    atS: row.at_s,
    delayMs: row.delay_ms,
    count: row.count,
    series: row.series,
    broken: row.broken === 1,
    unit: row.unit,
    perCount: row.per_count,
    digits: row.digits,
    step: row.step,
  };
}

/** Small numbers for names, looked up once. */
export class MeterTable {
  readonly #ids = new Map<string, number>();
  readonly #find: Database.Statement<unknown[]>;
  readonly #insert: Database.Statement<unknown[]>;

  constructor(database: Database.Database) {
    this.#find = database.prepare("SELECT id FROM meter WHERE name = ?");
    this.#insert = database.prepare("INSERT INTO meter (name) VALUES (?)");
  }

  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const stored = this.#find.get(name) as { id: number } | undefined;
    const id = stored?.id ?? Number(this.#insert.run(name).lastInsertRowid);
    // Kept only once it is stored for good: an insert may be rolled back.
    if (stored !== undefined) this.#ids.set(name, id);
    return id;
  }
}

class FormatTable {
  readonly #find: Database.Statement<unknown[]>;
  readonly #insert: Database.Statement<unknown[]>;

  constructor(database: Database.Database) {
    this.#find = database.prepare("SELECT id FROM format WHERE unit = ? AND per_count = ? AND digits = ? AND step = ?");
    this.#insert = database.prepare("INSERT INTO format (unit, per_count, digits, step) VALUES (?, ?, ?, ?)");
  }

  idOf({ unit, perCount, digits, step }: RegisterFormat): number {
    const stored = this.#find.get(unit, perCount, digits, step) as { id: number } | undefined;
    return stored?.id ?? Number(this.#insert.run(unit, perCount, digits, step).lastInsertRowid);
  }
}
