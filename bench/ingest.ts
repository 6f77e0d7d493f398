/**
 * How many readings a second a head-end takes in: payload bytes to committed rows. Messages are made, sealed and MACed
 * before the clock starts; each one's MAC is checked, and each day's seal. Afterwards the database is asked for what it
 * holds, and a wrong sum throws.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BATCH_MAX, IN_FLIGHT_MAX, KeyRing, openIngest, type Taker } from "@csj/head-end";
import { agreementKeys, nodeClock, nodeDigest, nodeVerifier } from "@csj/runtime/node";
import { channelCode, type Database, openDatabase } from "@csj/store";
import { type BenchOptions, median, type Row } from "./bench.ts";
import { dayLoad, type GatewayIdentity, type Load, liveLoad, makeGateways } from "./ingest-load.ts";
import { hasPostgres, startPostgres } from "./ingest-postgres.ts";

const GATEWAYS = 1_000;
const SEED = 2_026_1124;

interface Run {
  readonly name: string;
  /** A head-end runs for months: its first seconds, while code is compiled and keys are agreed, are not its rate. */
  readonly warm: Load;
  readonly load: Load;
  readonly table: string;
}

interface Place {
  readonly subject: string;
  readonly address: string;
  close(): Promise<void> | void;
}

export default async function ingest({ full, progress }: BenchOptions): Promise<Row[]> {
  const rounds = full ? 5 : 2;
  const agreement = agreementKeys();
  const gateways = makeGateways(GATEWAYS, agreement.publicRaw);
  progress(`making messages of ${GATEWAYS} gateways`);
  const loads: Run[] = [
    { name: "day", table: "block", warm: dayLoad(gateways, 2, SEED), load: dayLoad(gateways, full ? 12 : 4, SEED) },
    {
      name: "live",
      table: "intraday",
      warm: liveLoad(gateways, 6, SEED),
      load: liveLoad(gateways, full ? 96 : 48, SEED),
    },
  ];
  const rows: Row[] = [];
  for (const place of await places()) {
    for (const run of loads) {
      const rates: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        rates.push(await measure(place.address, agreement.privatePem, gateways, run));
        progress(`${place.subject} ${run.name}: ${Math.round(rates.at(-1) ?? 0).toLocaleString("en")} readings/s`);
      }
      rows.push({
        case: run.name,
        subject: place.subject,
        metric: "readings_per_s",
        value: median(rates),
        unit: "1/s",
      });
    }
    await place.close();
  }
  return rows;
}

async function places(): Promise<Place[]> {
  const folder = mkdtempSync(join(tmpdir(), "csj-bench-"));
  const close = () => rmSync(folder, { recursive: true, force: true });
  const pglite = { subject: "csj (PGlite)", address: `pglite:${folder}`, close };
  if (!hasPostgres) return [pglite];
  const postgres = await startPostgres();
  return [pglite, { subject: "csj (PostgreSQL)", ...postgres }];
}

async function measure(
  address: string,
  agreementPem: string,
  gateways: readonly GatewayIdentity[],
  { warm, load, table }: Run,
): Promise<number> {
  const database = await openDatabase(address);
  try {
    await prepare(database, gateways);
    const keys = new KeyRing(database, agreementPem);

    const security = { digest: nodeDigest, verifier: nodeVerifier(), clock: nodeClock(), agreementPem };
    const taker = await openIngest({ ...security, database, keys, address });
    // Keys are agreed and meters claimed once in a gateway's life here, not once in a message's.
    await takeAll(taker, warm);
    await emptied(database);
    const from = performance.now();
    await takeAll(taker, load);
    const seconds = (performance.now() - from) / 1000;
    await taker.close();
    await check(database, load, table);
    return load.readings / seconds;
  } finally {
    await database.close();
  }
}

async function prepare(database: Database, gateways: readonly GatewayIdentity[]): Promise<void> {
  await database.script("TRUNCATE gateway, meter, meter_day, block, intraday, conflict");
  await database.transaction(async (within) => {
    for (const { id, publicKey, agreementKey } of gateways) {
      await within.query(
        "INSERT INTO gateway (id, public_key, agreement_key, enrolled_at) VALUES ($1, $2, $3, now())",
        [id, publicKey, agreementKey],
      );
    }
  });
}

/** The meters stay claimed. */
function emptied(database: Database): Promise<unknown> {
  return database.script("TRUNCATE meter_day, block, intraday, conflict");
}

/** In batches and as many at once as the head-end's own queue makes. */
async function takeAll(taker: Taker, { messages }: Load): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < messages.length) {
      const batch = messages.slice(next, next + BATCH_MAX);
      next += batch.length;
      const outcomes = await taker.take(batch);
      const bad = outcomes.find(({ kind }) => kind !== "stored");
      if (bad !== undefined) throw new Error(`A message was not stored: ${JSON.stringify(bad)}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT_MAX }, lane));
}

/** Each channel's sum, as the database has it. */
async function check(database: Database, { sums, readings }: Load, table: string): Promise<void> {
  const source =
    table === "block"
      ? "SELECT channel, value FROM block, unnest(values) AS value"
      : "SELECT channel, value FROM intraday, unnest(channels, values) AS one (channel, value)";
  const { rows } = await database.query<{ channel: number; total: number; count: number }>(
    `SELECT channel, sum(value)::int8 AS total, count(*) AS count FROM (${source}) AS each GROUP BY channel`,
  );
  const stored = rows.reduce((all, { count }) => all + count, 0);
  if (stored !== readings) throw new Error(`${stored} readings are stored, ${readings} were sent.`);
  for (const [channel, sum] of sums) {
    const total = rows.find((row) => row.channel === channelCode(channel))?.total;
    if (total !== sum) throw new Error(`${channel} adds up to ${total}, not to ${sum}.`);
  }
}
