/**
 * One run: a site and its gateway on wires in memory, an hour of the day that the seed chooses, faults at one moment, and
 * what was really exported afterwards. The gateway is the whole program; only time and wires are not real.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkConfig, createGateway, type Gateway } from "@csj/gateway";
import { ModbusBus } from "@csj/modbus";
import { profile } from "@csj/profiles";
import { Instant, Millis, Watts } from "@csj/quantity";
import { FakeTime, seededRandom, silentLog } from "@csj/runtime/fake";
import { nodeDigest } from "@csj/runtime/node";
import {
  createWorld,
  invertersOf,
  type LoadCurve,
  memoryLinks,
  type SiteSpec,
  siteConfig,
  type World,
} from "@csj/world";
import type { CampaignFault } from "./no-export-expectations.ts";
import type { CampaignSite } from "./no-export-plants.ts";

export interface SetFault {
  readonly fault: CampaignFault;
  /** A device's id, `gateway` or `bus`. */
  readonly on: string;
}

export interface RunOptions {
  readonly site: CampaignSite;
  readonly faults: readonly SetFault[];
  /** Chooses loads, sun and the fault's moment. */
  readonly seed: number;
  /** Whose rules the gateway goes by; its default where it is absent. */
  readonly standard?: string;
  /** For how long it is watched after the fault. */
  readonly seconds: number;
}

export interface RunResult {
  /** Export beyond 2 % of the rating (a third of it on any phase where each is judged): seconds from the fault to its begin and end, whole cycles. */
  readonly over: readonly (readonly [number, number])[];
  readonly exportedWh: number;
  readonly peakW: number;
  /** Seconds until the gateway said that something is wrong; undefined where it never did. */
  readonly foundAfterS: number | undefined;
}

const START = Instant(Date.parse("2026-06-21T11:00:00Z"));
const CYCLE_MS = 1_000;
/** Until the limit has risen and followed a few steps. */
const SETTLED_S = 90;
const OVER_SHARE = 0.02;
/** Load steps come this far apart, so that each is answered before the next. */
const STEP_S = 30;
/** The fault comes up to this long before a step, at any part of a cycle. */
const LEAD_S = 25;

export async function runFaults({ site, faults, seed, seconds, standard }: RunOptions): Promise<RunResult> {
  const dice = seededRandom(seed);
  const rated = invertersOf(site).reduce((sum, unit) => sum + unit.rated, 0);
  const faultAt = SETTLED_S * 1000 + Math.floor(dice.next() * LEAD_S * 1000);
  const world = worldOf(site, rated, seed);
  const time = new FakeTime(START);
  const run = begin(site, world, time, standard);
  try {
    const watch = new Watch(site, world, OVER_SHARE * rated);
    const end = faultAt + seconds * 1000;
    let broken = false;
    for (let at = 0; at < end; at += CYCLE_MS) {
      if (!broken && at + CYCLE_MS > faultAt) {
        world.advance(Instant(START + faultAt));
        for (const fault of faults) breakIt(site, world, fault);
        watch.begin();
        broken = true;
      }
      if (!broken || !faults.some(({ fault }) => fault === "killed")) await cycle(run.gateway, time, START + at);
      world.advance(Instant(START + at + CYCLE_MS));
      if (broken) watch.see((at + CYCLE_MS - faultAt) / 1000, run.gateway, faults);
    }
    return watch.result();
  } finally {
    await run.close();
  }
}

function breakIt(site: SiteSpec, world: World, { fault, on }: SetFault): void {
  if (fault === "killed") return;
  if (fault !== "meters-cut") world.setFault(on, fault);
  else
    for (const meter of ["grid", ...(site.pv === undefined ? [] : ["pv"])])
      world.setFault(`${site.id}-${meter}`, "cut");
}

class Watch {
  readonly #site: string;
  readonly #world: World;
  readonly #over: number;
  readonly #isPerPhase: boolean;
  readonly #pieces: [number, number][] = [];
  #exportedBefore = 0;
  #peak = 0;
  #found: number | undefined;
  #was = false;

  constructor({ id, basis }: CampaignSite, world: World, over: number) {
    this.#site = id;
    this.#world = world;
    this.#isPerPhase = basis === "per-phase";
    this.#over = this.#isPerPhase ? over / 3 : over;
  }

  begin(): void {
    this.#exportedBefore = this.#world.truth(this.#site).exportWh;
  }

  see(after: number, gateway: Gateway, faults: readonly SetFault[]): void {
    const { gridW, phasesW } = this.#world.truth(this.#site);
    const exported = this.#isPerPhase ? -Math.min(...phasesW) : -gridW;
    const over = exported > this.#over;
    this.#peak = Math.max(this.#peak, exported);
    const last = this.#pieces.at(-1);
    if (over && this.#was && last !== undefined) last[1] = after;
    else if (over) this.#pieces.push([after - CYCLE_MS / 1000, after]);
    this.#was = over;
    if (this.#found === undefined && tells(gateway, faults)) this.#found = after;
  }

  result(): RunResult {
    return {
      over: this.#pieces,
      exportedWh: this.#world.truth(this.#site).exportWh - this.#exportedBefore,
      peakW: this.#peak,
      foundAfterS: this.#found,
    };
  }
}

/** Any sign that reaches a person: a mode, an alarm, a safe limit, or an error at the device itself. */
function tells(gateway: Gateway, faults: readonly SetFault[]): boolean {
  const live = gateway.live();
  const hold = (live as { readonly hold?: { readonly mode: string; readonly alarm: unknown } }).hold;
  if (hold !== undefined && (hold.mode !== "normal" || hold.alarm !== null)) return true;
  if (live.safe || live.reason === "limit-not-taken") return true;
  return live.devices.some(({ id, error }) => error !== null && faults.some(({ on }) => on === id || on === "bus"));
}

interface Begun {
  readonly gateway: Gateway;
  close(): Promise<void>;
}

function begin(site: CampaignSite, world: World, time: FakeTime, standard: string | undefined): Begun {
  const home = mkdtempSync(join(tmpdir(), "csj-no-export-"));
  const told = siteConfig(site, (id) => `tcp://${id}:502`);
  const export_limit = {
    ...told.export_limit,
    ...(standard === undefined ? {} : { standard }),
    ...(site.basis === undefined ? {} : { basis: site.basis }),
  };
  const gateway = createGateway({
    config: checkConfig({ ...told, export_limit, cycle_ms: CYCLE_MS }),
    home,
    clock: time,
    timers: time,
    log: silentLog,
    digest: nodeDigest,
    profileOf: profile,
    accessOf: ({ address }) => {
      const device = world.device(new URL(address).hostname);
      const links = memoryLinks(device, { timers: time, before: () => world.advance(time.now()) });
      return new ModbusBus({ links, framing: "tcp", clock: time, timers: time, timeout: 400 });
    },
    durability: "process",
  });
  return {
    gateway,
    close: async () => {
      await passing(time, gateway.stop(), Number.POSITIVE_INFINITY);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const WAIT_MS = 5;

/** Brings time to the cycle's beginning and runs it; a device's latency and its timeouts pass meanwhile. */
async function cycle(gateway: Gateway, time: FakeTime, at: number): Promise<void> {
  if (time.now() < at) await time.advance(Millis(at - time.now()));
  await passing(time, gateway.cycle(), at + CYCLE_MS);
}

/** Lets time pass until something is done; the end of a run waits so for the cycle that a slow device has not ended yet. */
async function passing(time: FakeTime, work: Promise<unknown>, until: number): Promise<void> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  while (!over && time.now() < until) {
    await Promise.race([done, new Promise((resolve) => setImmediate(resolve))]);
    if (!over) await time.advance(Millis(WAIT_MS));
  }
}

function worldOf(site: SiteSpec, rated: number, seed: number): World {
  return createWorld({
    seed,
    start: START,
    sites: [site],
    loads: () => steps(rated, seed),
    pv: () => sunOf(rated, seed),
  });
}

/** High and low by turns, so that every second step is a drop, and one follows the fault. */
function steps(rated: number, seed: number): LoadCurve {
  const dice = seededRandom(seed ^ 0x10ad);
  const levels = Array.from({ length: 64 }, (_, index) =>
    Watts(Math.round(rated * (index % 2 === 1 ? 0.45 + 0.5 * dice.next() : 0.04 + 0.25 * dice.next()))),
  );
  return (at) => {
    const index = Math.floor((at - START) / (STEP_S * 1000));
    return { watts: levels[index % levels.length] ?? Watts(0), until: Instant(START + (index + 1) * STEP_S * 1000) };
  };
}

/** Bright, with a wander of a few per cent that keeps every reading moving. */
function sunOf(rated: number, seed: number) {
  const bright = rated * (0.7 + 0.4 * seededRandom(seed ^ 0x50).next());
  return (at: Instant) => {
    const piece = Math.floor((at - START) / 10_000);
    const level = (n: number) => bright * (1 + 0.02 * Math.sin(n * 1.7 + seed));
    const [from, to] = [level(piece), level(piece + 1)];
    const slope = (to - from) / 10_000;
    const begun = START + piece * 10_000;
    return { watts: Watts(from + slope * (at - begun)), slope, until: Instant(begun + 10_000) };
  };
}
