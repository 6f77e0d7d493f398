/**
 * The one way to a database. PGlite in a worker thread and PostgreSQL answer the same SQL with the same JavaScript
 * values (`values.ts`), so everything above this file is written and tested once.
 */

/** What a statement takes. Instants go as ISO text, days as `2026-11-24`, lists as arrays of numbers or texts. */
export type Param = string | number | boolean | null | Uint8Array | readonly (number | string | null)[];

/** int8 as number, date as text, timestamptz as milliseconds, bytea as bytes, arrays as arrays. */
export type Value = string | number | boolean | null | Uint8Array | (number | string | null)[];

export interface Result<Row> {
  readonly rows: Row[];
  /** Rows returned, or changed. */
  readonly count: number;
}

export interface Queries {
  query<Row extends object = Record<string, Value>>(sql: string, params?: readonly Param[]): Promise<Result<Row>>;
  /** Several statements without parameters. */
  script(sql: string): Promise<void>;
  /** Rows in PostgreSQL's binary COPY form (`copy.ts`); gives the rows taken. The bytes may not be used again. */
  copyIn(table: string, columns: readonly string[], rows: Uint8Array<ArrayBuffer>): Promise<number>;
}

export interface Database extends Queries {
  readonly engine: "pglite" | "postgres";
  /** Commits when `work` resolves and takes everything back when it rejects. Nothing else runs on its connection. */
  transaction<Value>(work: (within: Queries) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

export function copyStatement(table: string, columns: readonly string[], source: string): string {
  return `COPY ${table} (${columns.join(", ")}) FROM ${source} WITH (FORMAT binary)`;
}

export async function within<Value>(queries: Queries, work: (within: Queries) => Promise<Value>): Promise<Value> {
  await queries.script("BEGIN");
  try {
    const value = await work(queries);
    await queries.script("COMMIT");
    return value;
  } catch (error) {
    await queries.script("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
