/** A simulated site and its gateway in one process, over wires in memory, on time that the test moves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModbusBus } from "@csj/modbus";
import { profile } from "@csj/profiles";
import { Instant, Millis } from "@csj/quantity";
import { FakeTime, memoryLog } from "@csj/runtime/fake";
import { nodeDigest } from "@csj/runtime/node";
import { createWorld, memoryLinks, siteConfig, streetOf, type World } from "@csj/world";
import { checkConfig } from "../config/load.ts";
import type { GatewayConfig } from "../config/schema.ts";
import { createGateway, type Gateway, type GatewayDeps } from "../gateway.ts";

export const START = Instant(Date.parse("2026-06-21T00:00:00Z"));

export interface TestSiteOptions {
  readonly seed?: number;
  /** Which site of the street, from 0. */
  readonly index?: number;
  readonly start?: Instant;
  readonly config?: Partial<GatewayConfig>;
  readonly home?: string;
  readonly data?: string;
  readonly deps?: Partial<GatewayDeps>;
}

export interface TestSite {
  readonly world: World;
  readonly gateway: Gateway;
  readonly time: FakeTime;
  readonly log: ReturnType<typeof memoryLog>;
  readonly home: string;
  readonly id: string;
  /** Time and plant go on by `by`, then one cycle runs. */
  cycle(by: number): Promise<void>;
  /** Stops the gateway and begins another on the same folder. */
  restart(): Promise<TestSite>;
  close(): Promise<void>;
}

export function testHome(): string {
  return mkdtempSync(join(tmpdir(), "csj-gateway-"));
}

export function testSite(options: TestSiteOptions = {}): TestSite {
  const { seed = 1, index = 0, start = START } = options;
  const street = streetOf(index + 1, {
    seed,
    exact: true,
    ...(options.data === undefined ? {} : { data: options.data }),
  });
  const site = street.sites[index]!;
  const world = createWorld({ seed, start, sites: [site], loads: street.loads, pv: street.pv });
  return runOn(world, new FakeTime(start), options.home ?? testHome(), options);
}

function runOn(world: World, time: FakeTime, home: string, options: TestSiteOptions): TestSite {
  const log = memoryLog();
  const site = world.sites[0]!;
  const config = checkConfig({ ...siteConfig(site, (id) => `tcp://${id}:502`), cycle_ms: 1000, ...options.config });
  const buses = new Map(
    config.buses.map((bus) => {
      const device = world.device(bus.address.slice("tcp://".length, -":502".length));
      const links = memoryLinks(device);
      return [bus.id, new ModbusBus({ links, framing: "tcp", clock: time, timers: time, timeout: 400 })];
    }),
  );
  const gateway = createGateway({
    config,
    home,
    clock: time,
    timers: time,
    log,
    digest: nodeDigest,
    accessOf: (bus) => buses.get(bus.id)!,
    profileOf: (id) => profile(id),
    ...options.deps,
  });
  return {
    world,
    gateway,
    time,
    log,
    home,
    id: site.id,
    cycle: async (by) => {
      time.skip(Millis(by));
      world.advance(time.now());
      await settled(gateway.cycle(), time);
    },
    restart: async () => {
      await gateway.stop();
      return runOn(world, time, home, options);
    },
    close: async () => {
      await gateway.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A cycle may wait for a timeout of a silent device: time goes on until it is over. */
async function settled(cycle: Promise<void>, time: FakeTime): Promise<void> {
  let over = false;
  const done = cycle.finally(() => {
    over = true;
  });
  for (let waits = 0; !over && waits < 100; waits += 1) {
    await Promise.race([done, new Promise((resolve) => setImmediate(resolve))]);
    if (!over) await time.advance(Millis(50));
  }
  await done;
}
