/**
 * A recorded day at one cycle a second, from the meters' registers through gateway, broker and database to the API, and
 * what must hold of it: energy is conserved in each half-hour, each value is the difference of what the meter served at
 * the moment that the gateway says, and what was exported at each load drop is what the plant's own slowness explains.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkConfig, createGateway, mqttConnector } from "@csj/gateway";
import { type HeadEnd, startHeadEnd } from "@csj/head-end";
import { ModbusBus } from "@csj/modbus";
import { profile } from "@csj/profiles";
import { Instant, Millis } from "@csj/quantity";
import { DAY_MS, dayStart } from "@csj/reading";
import { FakeTime, silentLog } from "@csj/runtime/fake";
import { nodeClock, nodeDigest, nodeTimers } from "@csj/runtime/node";
import { createWorld, memoryLinks, type SiteSpec, type Street, siteConfig, streetOf, type World } from "@csj/world";
import { type BalanceCheck, checkBalance, type StoredDay } from "./check-balance.ts";
import { ExportWatch } from "./export-watch.ts";
import { ServedLog } from "./served-log.ts";

export interface RecordedDayOptions {
  /** The folder of recorded homes. */
  readonly data: string;
  /** Of the street, from 0. */
  readonly sites: readonly number[];
  readonly seed: number;
  progress(text: string): void;
}

export interface RecordedDayResult {
  readonly sites: number;
  readonly halfHours: number;
  /** Largest part of its tolerance that a half-hour's balance used, 0 to 1. */
  readonly worstBalance: number;
  /** Largest part of its bound that the export after a load drop used, 0 to 1. */
  readonly worstDrop: number;
  readonly longestOverS: number;
  readonly exportedWh: number;
  readonly problems: readonly string[];
}

/** Both recorded files are one June day; which date it is played on does not matter. */
const DAY = "2026-06-14";
const CYCLE = Millis(1_000);
/** Before the day, so that limits and registers are known when it begins; and after it, so that its end is read. */
const LEAD_MS = 120_000;
const TAIL_MS = 5_000;

export async function recordedDay(options: RecordedDayOptions): Promise<RecordedDayResult> {
  const folder = mkdtempSync(join(tmpdir(), "csj-day-"));
  const codes = options.sites.map((index) => `recorded-day-${index}`);
  const headEnd = await startHeadEnd({
    config: {
      database: `pglite:${join(folder, "database")}`,
      broker_port: 0,
      http: { host: "127.0.0.1", port: 0 },
      enrolment: { codes },
    },
    clock: nodeClock(),
    timers: nodeTimers,
    log: silentLog,
  });
  try {
    const days: SiteDay[] = [];
    for (const [at, index] of options.sites.entries()) {
      days.push(await runSite(options, index, { folder, headEnd, code: codes[at] ?? "" }));
      options.progress(`site ${at + 1} of ${options.sites.length} has run its day`);
    }
    return summed(days);
  } finally {
    await headEnd.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface SiteDay {
  readonly balance: BalanceCheck;
  readonly watch: ExportWatch;
}

interface Place {
  readonly folder: string;
  readonly headEnd: HeadEnd;
  readonly code: string;
}

async function runSite({ data, seed }: RecordedDayOptions, index: number, place: Place): Promise<SiteDay> {
  const street = streetOf(index + 1, { seed, data, exact: true });
  const site = street.sites[index] as SiteSpec;
  const start = Instant(dayStart(DAY) - LEAD_MS);
  const world = createWorld({ seed, start, sites: [site], loads: street.loads, pv: street.pv });
  const time = new FakeTime(start);
  const gateway = gatewayOf(site, world, time, place);
  const served = new ServedLog(world.devices);
  const watch = new ExportWatch(site, CYCLE);
  gateway.start();
  while (time.now() < dayStart(DAY) + DAY_MS + TAIL_MS) {
    served.note(time.now());
    await gateway.cycle();
    if (time.now() >= dayStart(DAY)) watch.see(world.truth(site.id));
    time.skip(CYCLE);
    world.advance(time.now());
  }
  await delivered(() => gateway.outbox.waiting);
  await gateway.stop();
  const stored = await storedDay(place.headEnd, world);
  return { balance: checkBalance(site.id, stored, served, loadOf(street, site)), watch };
}

function gatewayOf(site: SiteSpec, world: World, time: FakeTime, { folder, headEnd, code }: Place) {
  return createGateway({
    config: checkConfig({
      ...siteConfig(site, (id) => `tcp://${id}:502`),
      head_end: { broker: headEnd.broker, enrolment_code: code },
    }),
    home: join(folder, site.id),
    clock: time,
    // The broker is real, and so are the times in which it answers.
    wireClock: nodeClock(),
    timers: nodeTimers,
    log: silentLog,
    digest: nodeDigest,
    profileOf: profile,
    accessOf: ({ address }) =>
      new ModbusBus({
        links: memoryLinks(world.device(new URL(address).hostname)),
        framing: "tcp",
        clock: time,
        timers: time,
      }),
    connect: mqttConnector({ broker: headEnd.broker, log: silentLog }),
    durability: "process",
  });
}

const DELIVERY_MAX_MS = 30_000;

async function delivered(waiting: () => number): Promise<void> {
  const end = performance.now() + DELIVERY_MAX_MS;
  // Messages are made from the boundaries when they can be sent; a moment without any means that all are made.
  for (let quiet = 0; quiet < 5; quiet = waiting() === 0 ? quiet + 1 : 0) {
    if (performance.now() > end) throw new Error(`${waiting()} messages are not acknowledged`);
    await sleep(200);
  }
}

async function storedDay(headEnd: HeadEnd, world: World): Promise<StoredDay> {
  const from = new Date(dayStart(DAY)).toISOString();
  const to = new Date(dayStart(DAY) + DAY_MS).toISOString();
  const { meters } = (await get(headEnd, "/api/v1/meters")) as { meters: { id: string }[] };
  const mine = meters.map(({ id }) => id).filter((id) => world.devices.some((device) => device.id === id));
  const day: Record<string, unknown> = {};
  for (const id of mine) {
    day[id] = {
      intervals: await get(headEnd, `/api/v1/meters/${id}/intervals?from=${from}&to=${to}`),
      registers: await get(headEnd, `/api/v1/meters/${id}/registers?from=${from}&to=${to}`),
    };
  }
  return day as StoredDay;
}

async function get(headEnd: HeadEnd, path: string): Promise<unknown> {
  const answer = await fetch(`${headEnd.url}${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Recorded load in Wh between two instants, from the recording itself and not from the plant. */
function loadOf(street: Street, site: SiteSpec): (from: number, to: number) => number {
  const curve = street.loads(site);
  return (from, to) => {
    let wh = 0;
    for (let at = from; at < to; ) {
      const piece = curve(Instant(at));
      const until = Math.min(piece.until, to);
      wh += (piece.watts * (until - at)) / 3_600_000;
      at = until;
    }
    return wh;
  };
}

function summed(days: readonly SiteDay[]): RecordedDayResult {
  return {
    sites: days.length,
    halfHours: days.reduce((sum, { balance }) => sum + balance.halfHours, 0),
    worstBalance: Math.max(...days.map(({ balance }) => balance.worst)),
    worstDrop: Math.max(...days.map(({ watch }) => watch.worstDrop)),
    longestOverS: Math.max(...days.map(({ watch }) => watch.longestOverS)),
    exportedWh: days.reduce((sum, { watch }) => sum + watch.exportedWh, 0),
    problems: days.flatMap(({ balance, watch }) => [...balance.problems, ...watch.problems]),
  };
}
