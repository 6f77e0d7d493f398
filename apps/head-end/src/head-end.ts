/**
 * The head-end: a database, a broker, and between them what takes readings in, and what shows them. Everything that it
 * meets comes in from outside, so the demo runs it on simulated days and a test on a free port.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock, Log, Timers } from "@csj/runtime";
import { agreementKeys, nodeDigest, nodeVerifier } from "@csj/runtime/node";
import { type Database, listSites, maintain, openDatabase, setting } from "@csj/store";
import type { FastifyInstance } from "fastify";
import { type Api, createApi } from "./api/server.ts";
import { embeddedBroker } from "./broker/embedded.ts";
import { databaseIdOf, externalBroker } from "./broker/external.ts";
import type { Broker } from "./broker/port.ts";
import type { HeadEndConfig } from "./config.ts";
import { Enrolment } from "./enrolment.ts";
import { errors } from "./errors.ts";
import { KeyRing } from "./ingest/keys.ts";
import { openIngest } from "./ingest/open-ingest.ts";
import type { Taker } from "./ingest/outcome.ts";
import { IngestQueue } from "./ingest/queue.ts";
import { LiveBoard } from "./live-board.ts";
import { Metrics } from "./metrics.ts";
import { Presence } from "./presence.ts";
import { checkToken, tokenOf } from "./token.ts";
import { Uplink } from "./uplink.ts";
import { Zones } from "./zones.ts";

export interface HeadEndDeps {
  readonly config: HeadEndConfig;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Folder of the built pages; nothing is served at `/` without it. */
  readonly webRoot?: string;
  /** Adds routes to the API. */
  readonly register?: (app: FastifyInstance) => Promise<void> | void;
}

export interface HeadEnd {
  /** `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where gateways connect. */
  readonly broker: string;
  readonly token: string;
  readonly tokenFile: string;
  readonly database: Database;
  /** Takes messages without a broker. */
  readonly ingest: Taker;
  readonly enrolment: Enrolment;
  readonly board: LiveBoard;
  readonly api: Api;
  stop(): Promise<void>;
}

const DEFAULT_HTTP = { host: "127.0.0.1", port: 8080 };
const DEFAULT_BROKER_PORT = 1883;
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

export async function startHeadEnd(deps: HeadEndDeps): Promise<HeadEnd> {
  const opened: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await start(deps, opened, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  deps: HeadEndDeps,
  opened: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<HeadEnd> {
  const { config, clock, timers, log } = deps;
  const tokenFile = config.token_file ?? defaultTokenFile(config);
  const database = await openDatabase(config.database);
  opened.push(() => database.close());
  const token = tokenOf(tokenFile);
  const agreementPem = await setting(database, "agreement_key", () => agreementKeys().privatePem);
  const security = { database, clock, digest: nodeDigest, verifier: nodeVerifier(), agreementPem };
  const enrolment = new Enrolment(security);
  await enrolment.allow(config.enrolment?.codes ?? [], config.enrolment?.keys ?? []);
  const keys = new KeyRing(database, agreementPem);
  const ingest = await openIngest({ ...security, keys, address: config.database });
  opened.push(() => ingest.close());
  const [board, presence, metrics] = [new LiveBoard(), new Presence(), new Metrics()];
  for (const { id, gateway } of await listSites(database)) presence.setOwner(id, gateway);

  const broker = await brokerOf(config, database);
  opened.push(() => broker.close());
  const uplink = new Uplink({ broker, enrolment, ingest, keys, digest: nodeDigest, board, presence, metrics, log });
  const queue = new IngestQueue({
    timers,
    take: (batch) => uplink.take(batch),
    dropped: () => metrics.dropped.inc({ reason: "queue full" }),
  });
  opened.push(() => queue.drained());

  const http = { ...DEFAULT_HTTP, ...config.http };
  const api = await createApi({
    ...{ database, clock, board, presence, metrics, enrolment, zones: new Zones() },
    readsNeedToken: !LOOPBACK.has(http.host),
    webRoot: deps.webRoot,
    register: deps.register,
    checkToken: (authorization) => checkToken(token, authorization),
    waiting: () => queue.waiting,
    resend: (gateway, from, to) => uplink.resend(gateway, from, to),
  });
  opened.push(() => api.close());
  const url = await listen(api, http);
  if (!LOOPBACK.has(http.host)) log.warn("open beyond this machine: reading needs the token", { host: http.host });
  let stopping = false;
  await broker.listen((message) => {
    if (!stopping) uplink.receive(message, queue);
  });
  opened.push(async () => {
    stopping = true;
  });
  opened.push(maintenance(database, timers, log));
  return { url, broker: broker.address, token, tokenFile, database, ingest, enrolment, board, api, stop };
}

function defaultTokenFile({ database }: HeadEndConfig): string {
  return database.startsWith("pglite:") ? join(database.slice("pglite:".length), "token") : "csj-head-end.token";
}

async function brokerOf(config: HeadEndConfig, database: Database): Promise<Broker> {
  const { broker = "embedded", broker_port: port = DEFAULT_BROKER_PORT } = config;
  if (broker === "embedded") return embeddedBroker(port);
  return externalBroker({ address: broker, database, databaseId: await databaseIdOf(database, randomUUID) });
}

async function listen(api: Api, http: { readonly host: string; readonly port: number }): Promise<string> {
  return api.listen(http).catch((cause) => {
    const says = `The pages cannot be served on ${http.host}:${http.port}: ${cause.code}.`;
    throw errors.HEADEND_PORT_IN_USE(says, undefined, cause);
  });
}

const MAINTENANCE_MS = 600_000;

/** Gives what stops it. */
function maintenance(database: Database, timers: Timers, log: Log): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let cancel = timers.after(MAINTENANCE_MS as never, run);
  function run(): void {
    running = maintain(database).catch((error) => log.error("maintenance failed", { says: String(error) }));
    void running.then(() => {
      cancel = timers.after(MAINTENANCE_MS as never, run);
    });
  }
  return async () => {
    cancel();
    await running;
  };
}
