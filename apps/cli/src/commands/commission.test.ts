/** The whole walk over real sockets, as the terminal drives it, five times as fast as time. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Commissioning, checkConfig, openIdentity, ruleFor, verifyReport } from "@csj/gateway";
import { ModbusBus, parseBusAddress } from "@csj/modbus";
import { profile } from "@csj/profiles";
import { Instant, Millis, seconds, Watts } from "@csj/quantity";
import { scaledClock, scaledTimers } from "@csj/runtime";
import { memoryLog } from "@csj/runtime/fake";
import { linksOf, nodeClock, nodeDigest, nodeTimers, nodeVerifier } from "@csj/runtime/node";
import { createWorld, siteConfig, startSimulation, streetOf } from "@csj/world";
import { afterEach, expect, test } from "vitest";
import { walk } from "./commission-walk.ts";

const SPEED = 5;
const NOON = Instant(Date.parse("2026-06-13T12:00:00Z"));
const after: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo();
});

/** A home of 3 kW whose kettle is switched by the test, 4 kW of sun, and an inverter of the newer kind. */
async function site() {
  const clock = scaledClock({ real: nodeClock().now(), simulated: NOON, speed: SPEED }, nodeClock());
  const timers = scaledTimers(SPEED, nodeTimers);
  const load = { watts: 3_000 };
  const street = streetOf(1, { seed: 1, exact: true });
  const [plain] = street.sites;
  const inverter = { ...plain!.inverter, control: "704" as const, rated: Watts(5_000), deadTime: Millis(800) };
  const spec = { ...plain!, inverter: { ...inverter, response: { kind: "first-order" as const, tau: Millis(700) } } };
  const world = createWorld({
    seed: 1,
    start: clock.now(),
    sites: [spec],
    loads: () => (at) => ({ watts: Watts(load.watts), until: Instant(at + seconds(0.5)) }),
    pv: () => () => ({ watts: Watts(4_000), slope: 0, until: Instant(Number.POSITIVE_INFINITY) }),
  });
  const simulation = await startSimulation({
    world,
    clock,
    timers: nodeTimers,
    speed: SPEED,
    host: "127.0.0.1",
    firstPort: 0,
  });
  after.push(() => simulation.stop());
  const home = mkdtempSync(join(tmpdir(), "csj-commission-"));
  after.push(() => rmSync(home, { recursive: true, force: true }));
  const config = checkConfig(siteConfig(spec, (id) => simulation.addresses.get(id) ?? ""));
  const buses = new Map(
    config.buses.map(({ id, address }) => {
      const parsed = parseBusAddress(address);
      const bus = new ModbusBus({
        links: linksOf(parsed),
        framing: parsed.framing,
        clock,
        timers,
        timeout: 800 * SPEED,
      });
      after.push(() => bus.close());
      return [id, bus] as const;
    }),
  );
  const commissioning = new Commissioning({
    config,
    home,
    rule: ruleFor(config),
    clock,
    timers,
    log: memoryLog(),
    digest: nodeDigest,
    signer: openIdentity(home).signer,
    accessOf: ({ id }) => buses.get(id)!,
    profileOf: (id) => profile(id),
  });
  return { commissioning, load, home };
}

test("a quick inverter of the newer kind is found able, and the signed report says so", {
  timeout: 120_000,
}, async () => {
  const { commissioning, load } = await site();
  const kettle = setInterval(() => {
    if (commissioning.view().says?.startsWith("Switch the load") === true) load.watts = 5_000;
  }, 20);
  after.push(() => clearInterval(kettle));
  const may = { may_export: true };
  const answers = {
    "load-step": { load_w: 2_000, phase: "unknown" },
    "limit-step:site-01-inverter": may,
    "fail-safe:site-01-inverter": may,
    verdict: { accept_exposure: true },
  };
  const ended = await walk(commissioning, { answers, ask: false, quiet: true });
  expect(ended.answer, JSON.stringify(ended.steps, null, 1)).toBe("yes-with-exposure");
  const report = JSON.parse(readFileSync(join(ended.report.folder, ended.report.json), "utf8"));
  expect(await verifyReport(report, nodeDigest, nodeVerifier())).toBe(true);
});
