/**
 * The demo: a simulated street on real sockets, a gateway for each home, one head-end with its database and broker in the
 * process, and the pages. At its first start each home gets thirty days of history, by the same gateway code at one cycle
 * a minute; they reach the head-end as a gateway's backlog does after a long outage. The street is live with the first
 * home whose history is made, and the others move in as theirs are. Later starts go on where it stopped.
 */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type HeadEnd, startHeadEnd } from "@csj/head-end";
import { Instant, Millis } from "@csj/quantity";
import { scaledTimers } from "@csj/runtime";
import { lockFolder } from "@csj/runtime/folder";
import { nodeTimers } from "@csj/runtime/node";
import { type SavedWorld, type ServedWorld, serveWorld, type World } from "@csj/world";
import { errors } from "../errors.ts";
import { DemoClock } from "./clock.ts";
import { makeHistories } from "./history.ts";
import type { DemoOptions } from "./options.ts";
import { startPace } from "./pace.ts";
import { type DemoPlan, planStreet, planWorld } from "./plan.ts";
import { type DemoState, demoRoutes } from "./routes.ts";
import { beginFirstStart, readSaved, writeSaved } from "./saved.ts";
import { type DemoGateway, gatewayHome, startDemoGateway } from "./street-gateways.ts";

export interface Demo {
  readonly url: string;
  readonly broker: string;
  readonly addresses: ReadonlyMap<string, string>;
  readonly continued: boolean;
  stop(): Promise<void>;
}

const STEP = Millis(1_000);
const MINUTE_MS = 60_000;
const WEB_ROOT = fileURLToPath(new URL("../../../web/dist", import.meta.url));

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const opened: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await openDemo(options, opened, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDemo(
  options: DemoOptions,
  opened: (() => Promise<unknown> | unknown)[],
  stop: () => Promise<void>,
): Promise<Demo> {
  const lock = lockFolder(options.home);
  opened.push(() => lock.release());
  const saved = readSaved(options.home);
  const plan = saved?.plan ?? newPlan(options);
  if (saved !== undefined) checkSame(plan, options);
  const street = planStreet(plan);
  const world = planWorld(plan, street, street.sites);
  const state = newState(plan, options, saved !== undefined);
  if (saved === undefined) beginFirstStart(options.home);

  const history = new AbortController();
  opened.push(() => history.abort());
  const homes = new Homes();
  if (saved === undefined) makePast(plan, options, { state, signal: history.signal, homes });
  else homes.add(saved.world);
  const clock = new DemoClock(Instant(saved?.world.now ?? plan.born));
  const codes = new Map(street.sites.map(({ id }) => [id, randomBytes(12).toString("hex")]));
  const headEnd = await startDemoHeadEnd(options, clock, state, [...codes.values()]);
  opened.push(() => headEnd.stop());
  options.progress(`The pages are at ${headEnd.url}`);

  for (const past of await homes.first()) settle(world, past);
  clock.step(Millis(world.now - clock.now()));
  const served = await serveWorld(world, {
    host: "127.0.0.1",
    firstPort: options.modbusPort,
    // A device answers as late as it does in simulated time.
    timers: scaledTimers(options.speed, nodeTimers),
  });
  opened.push(() => served.close());
  state.world = world;
  state.addresses = served.addresses;
  const gateways: DemoGateway[] = [];
  const parts = { world, clock, served, broker: headEnd.broker, codes };
  const moveIn = (past: SavedWorld) => {
    for (const id of Object.keys(past.sites)) gateways.push(startGateway(options, parts, id));
  };
  for (const past of homes.taken) moveIn(past);
  opened.push(() => Promise.all(gateways.map((gateway) => gateway.stop())));
  opened.push(run(options, plan, { world, clock, gateways, state, homes, moveIn }));
  return {
    url: headEnd.url,
    broker: headEnd.broker,
    addresses: served.addresses,
    continued: saved !== undefined,
    stop,
  };
}

function newPlan({ sites, seed, data, historyDays }: DemoOptions): DemoPlan {
  const born = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  return { seed, sites, born, historyDays, ...(data === undefined ? {} : { data }) };
}

function checkSame(plan: DemoPlan, { sites, seed, data, home }: DemoOptions): void {
  const differs = [
    plan.sites === sites ? "" : `--sites ${plan.sites}`,
    plan.seed === seed ? "" : `--seed ${plan.seed}`,
    plan.data === data ? "" : plan.data === undefined ? "no --data" : `--data ${plan.data}`,
  ].filter((one) => one !== "");
  if (differs.length === 0) return;
  throw errors.DEMO_HOME_DIFFERS(`${home} holds a demo that was started with ${differs.join(" and ")}.`, {
    file: home,
  });
}

function newState(plan: DemoPlan, options: DemoOptions, continued: boolean): DemoState {
  return {
    world: undefined,
    addresses: new Map(),
    pace: { wanted: options.speed, reached: 0 },
    history: { done: continued ? plan.sites : 0, of: plan.sites },
    seed: plan.seed,
    simulates: [
      plan.data === undefined
        ? "The homes and the sun are made by a seeded generator."
        : "The homes and the sun are recorded days; the thirty days before the first start are those days varied.",
      "Meters and inverters are simulated devices that speak real Modbus on real sockets.",
      "The clock is the demo's own, and goes on where it stopped. The prices are invented.",
    ],
  };
}

/** Homes whose past is made, as they come. */
class Homes {
  readonly taken: SavedWorld[] = [];
  #waiting: SavedWorld[] = [];
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  add(past: SavedWorld): void {
    this.#waiting.push(past);
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  /** Resolves when there is one; rejects where none can be made. */
  async first(): Promise<readonly SavedWorld[]> {
    if (this.#waiting.length === 0 && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.take();
  }

  take(): readonly SavedWorld[] {
    const failure = this.#failure;
    // Said once: the homes that have their past go on without the others.
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.taken.push(...waiting);
    return waiting;
  }
}

/** Puts a home's past into the world, which may have gone on since then; the others stay as they are. */
function settle(world: World, past: SavedWorld): void {
  const now = Instant(Math.max(world.now, past.now));
  world.restore({ ...past, now, sites: { ...world.save().sites, ...past.sites } });
}

interface PastParts {
  readonly state: DemoState;
  readonly signal: AbortSignal;
  readonly homes: Homes;
}

function makePast(plan: DemoPlan, options: DemoOptions, { state, signal, homes }: PastParts): void {
  const street = planStreet(plan);
  const tasks = street.sites.map(({ id }, index) => ({ plan, index, home: gatewayHome(options.home, id) }));
  const made = makeHistories(tasks, {
    threads: Math.max(1, availableParallelism()),
    signal,
    onDone: ({ saved }) => {
      homes.add(saved);
      state.history.done += 1;
      options.progress(`History of ${state.history.done} of ${plan.sites} homes is made`);
    },
  });
  made.catch((error: Error) => homes.fail(error));
}

function startDemoHeadEnd(
  { home, port, log }: DemoOptions,
  clock: DemoClock,
  state: DemoState,
  codes: readonly string[],
): Promise<HeadEnd> {
  return startHeadEnd({
    config: {
      database: `pglite:${join(home, "database")}`,
      broker: "embedded",
      broker_port: 0,
      http: { host: "127.0.0.1", port },
      token_file: join(home, "token"),
      enrolment: { codes: [...codes] },
    },
    clock,
    timers: nodeTimers,
    log,
    webRoot: WEB_ROOT,
    register: (app) => demoRoutes(app, state),
  });
}

interface Parts {
  readonly world: World;
  readonly clock: DemoClock;
  readonly served: ServedWorld;
  readonly broker: string;
  readonly codes: ReadonlyMap<string, string>;
}

function startGateway(
  { home, log, speed }: DemoOptions,
  { world, clock, served, broker, codes }: Parts,
  id: string,
): DemoGateway {
  const site = world.sites.find((one) => one.id === id);
  if (site === undefined) throw errors.DEMO_HISTORY_FAILED(`There is no home ${id} in this street.`);
  return startDemoGateway({
    site,
    clock,
    speed,
    log,
    broker,
    home: gatewayHome(home, id),
    addressOf: (device) => served.addresses.get(device) ?? "",
    code: codes.get(id) ?? "",
  });
}

interface Moving {
  readonly world: World;
  readonly clock: DemoClock;
  readonly gateways: readonly DemoGateway[];
  readonly state: DemoState;
  readonly homes: Homes;
  moveIn(past: SavedWorld): void;
}

function run(options: DemoOptions, plan: DemoPlan, { world, clock, gateways, state, homes, moveIn }: Moving) {
  const { speed, home, log, progress } = options;
  // Until each home has its past, a next start begins afresh.
  const save = () => {
    if (gateways.length === plan.sites) writeSaved(home, { version: 1, plan, world: world.save() });
  };
  const welcome = () => {
    try {
      for (const past of homes.take()) {
        settle(world, past);
        moveIn(past);
      }
    } catch (error) {
      progress(`A home stays empty: ${String(error)}`);
    }
  };
  const pace = startPace({
    speed,
    stepMs: STEP,
    onPace: (reached) => {
      state.pace = reached;
    },
    step: async () => {
      if (gateways.length < plan.sites) welcome();
      clock.step(STEP);
      world.advance(clock.now());
      save();
      const done = await Promise.allSettled(gateways.map((gateway) => gateway.cycle()));
      for (const one of done) if (one.status === "rejected") log.error("a cycle failed", { says: String(one.reason) });
    },
  });
  return async () => {
    await pace.stop();
    save();
  };
}
