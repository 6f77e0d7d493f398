/** PostgreSQL by URL. A pool is shared by readers and by ingest; a transaction keeps one of its connections. */
import pg from "pg";
import { copyStatement, type Database, type Param, type Queries, type Result, within } from "./database.ts";
import { errors } from "./errors.ts";
import { failed } from "./failed.ts";
import { CopyIn } from "./postgres-copy.ts";
import { parserOf, textOf } from "./values.ts";

const CONNECTIONS_MAX = 8;
const CONNECT_TIMEOUT_MS = 5_000;
/** `server_version_num` of PostgreSQL 15. */
const VERSION_MIN = 150_000;

export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: "-c timezone=UTC",
    types: { getTypeParser: ((oid: number) => parserOf(oid)) as typeof pg.types.getTypeParser },
  });
  // A connection that breaks while idle is replaced by the next query; without a listener it would end the process.
  pool.on("error", () => undefined);
  await checkVersion(pool).catch(async (error) => {
    await pool.end();
    throw error;
  });
  const direct = queriesOf(pool);
  return {
    engine: "postgres",
    query: direct.query,
    script: direct.script,
    copyIn: (table, columns, rows) => onOneConnection(pool, (queries) => queries.copyIn(table, columns, rows)),
    transaction: (work) => onOneConnection(pool, (queries) => within(queries, work)),
    close: () => pool.end(),
  };
}

async function checkVersion(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query("SELECT current_setting('server_version_num')::int4 AS version").catch((cause) => {
    throw errors.STORE_UNREACHABLE(`The database does not answer: ${cause.message || cause.code}.`, undefined, cause);
  });
  const { version } = rows[0] as { version: number };
  if (version < VERSION_MIN) throw errors.STORE_TOO_OLD(`The database is PostgreSQL ${Math.floor(version / 10_000)}.`);
}

async function onOneConnection<Value>(pool: pg.Pool, work: (queries: Queries) => Promise<Value>): Promise<Value> {
  const client = await pool.connect().catch((cause) => {
    throw errors.STORE_UNREACHABLE(`No connection to the database: ${cause.message}.`, undefined, cause);
  });
  try {
    const value = await work(queriesOf(client));
    client.release();
    return value;
  } catch (error) {
    // A connection whose transaction failed may be half-way through anything: it is not used again.
    client.release(true);
    throw error;
  }
}

function queriesOf(client: pg.Pool | pg.ClientBase): Queries {
  return {
    async query<Row extends object>(sql: string, params: readonly Param[] = []): Promise<Result<Row>> {
      const result = await client.query(sql, params.map(textOf)).catch(rethrow);
      return { rows: result.rows as Row[], count: result.rowCount ?? 0 };
    },
    async script(sql) {
      await client.query(sql).catch(rethrow);
    },
    copyIn(table, columns, rows) {
      return new Promise<number>((resolve, reject) => {
        client.query(new CopyIn(copyStatement(table, columns, "STDIN"), rows, resolve, reject));
      }).catch(rethrow);
    },
  };
}

function rethrow(cause: Error & { code?: string; detail?: string }): never {
  throw failed(cause.code, cause.detail === undefined ? cause.message : `${cause.message}: ${cause.detail}`, cause);
}
