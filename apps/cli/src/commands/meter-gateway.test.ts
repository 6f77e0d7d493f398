import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, type Gateway, checkConfig as gatewayConfig } from "@csj/gateway";
import { type Meter, checkConfig as meterConfig, startMeter } from "@csj/meter";
import { ModbusBus, parseBusAddress } from "@csj/modbus";
import { profile } from "@csj/profiles";
import { Instant, Millis } from "@csj/quantity";
import { FakeTime, silentLog } from "@csj/runtime/fake";
import { linksOf, nodeDigest, nodeTimers } from "@csj/runtime/node";
import { afterEach, beforeEach, expect, it } from "vitest";

const START = Instant(Date.parse("2026-06-13T11:59:00Z"));
const INTERVAL_S = 300;
const WATTS = 2300;
/** Of one interval. */
const WH = (WATTS * INTERVAL_S) / 3600;

let folder: string;
let time: FakeTime;
let meter: Meter;
let bus: ModbusBus;
let gateway: Gateway;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "csj-meter-gateway-"));
  time = new FakeTime(START);
  const config = meterConfig({
    id: "M1",
    wiring: "1p2w",
    nominal_hertz: 50,
    nominal_volts: 230,
    rate: 1000,
    rating: { class: "1", connection: "transformer", amps: 100 },
    source: { kind: "simulated", phases: [{ volts: 230, amps: 10 }] },
    interval_s: INTERVAL_S,
    modbus: { tcp: { port: 0 } },
  });
  meter = await startMeter({ config, home: folder, clock: time, timers: time, log: silentLog });
  const links = linksOf(parseBusAddress(meter.address!));
  bus = new ModbusBus({ links, framing: "tcp", clock: time, timers: nodeTimers, timeout: 2000 });
  gateway = createGateway({
    config: gatewayConfig({
      site: { id: "site", name: "Site", zone: "UTC" },
      interval_s: INTERVAL_S,
      buses: [{ id: "bus", address: meter.address }],
      devices: [{ id: "grid", role: "grid", profile: "csj-meter", bus: "bus", unit: 1 }],
    }),
    home: join(folder, "gateway"),
    clock: time,
    timers: time,
    log: silentLog,
    digest: nodeDigest,
    accessOf: () => bus,
    profileOf: (id) => profile(id),
  });
});

afterEach(async () => {
  await gateway.stop();
  bus.close();
  await meter.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("a gateway fills three boundaries that it missed from the meter's load profile, exactly, and marks them", async () => {
  // 12:00, 12:05; then away over 12:10, 12:15 and 12:20; back before 12:25.
  await together(7 * 60);
  await alone(15 * 60);
  await together(4 * 60);
  expect(gateway.outbox.sources("grid")).toEqual(
    ["12:10", "12:15", "12:20"].map((hour) => ({ atS: secondsAt(hour), source: "load-profile" })),
  );
  const closes = importCloses();
  for (const hour of ["12:10", "12:15", "12:20"]) {
    const latched = meter.store.intervals.all().find(({ end }) => end === secondsAt(hour));
    expect(closes.get(secondsAt(hour)), hour).toBe(Math.floor((latched?.counts[0] ?? Number.NaN) / 1000));
  }
  const growth = (from: string, to: string) => (closes.get(secondsAt(to)) ?? 0) - (closes.get(secondsAt(from)) ?? 0);
  for (const [from, to] of [
    ["12:05", "12:10"],
    ["12:10", "12:15"],
    ["12:15", "12:20"],
  ] as const) {
    expect(Math.abs(growth(from, to) - WH), `${from} to ${to}`).toBeLessThanOrEqual(1);
  }
});

it("what the meter latched while its clock was set is not taken", async () => {
  await together(7 * 60);
  time.jump(Millis(20_000));
  await alone(10 * 60);
  time.jump(Millis(-20_000));
  await alone(5 * 60);
  await together(4 * 60);
  const filled = gateway.outbox.sources("grid").map(({ atS }) => atS);
  expect(filled).not.toContain(secondsAt("12:10"));
  expect(filled).toContain(secondsAt("12:15"));
});

/** Both run, with a cycle of the gateway every ten seconds. */
async function together(seconds: number): Promise<void> {
  for (let done = 0; done < seconds; done += 10) {
    await time.advance(Millis(10_000));
    await gateway.cycle();
  }
}

async function alone(seconds: number): Promise<void> {
  for (let done = 0; done < seconds; done += 10) await time.advance(Millis(10_000));
}

/** The import register in Wh by the second of its boundary, as it goes to the head-end. */
function importCloses(): ReadonlyMap<number, number> {
  while (gateway.outbox.derive([{ id: "grid", interval: INTERVAL_S }], time.now())) {}
  const messages = gateway.outbox.waitingMessages(0, 1000).map(({ body }) => JSON.parse(body));
  return new Map(messages.map(({ start_s, channels }) => [start_s + INTERVAL_S, channels.import.close]));
}

function secondsAt(hour: string): number {
  return Date.parse(`2026-06-13T${hour}:00Z`) / 1000;
}
