import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLimiter, openMeter } from "@csj/device";
import { isCoded } from "@csj/fault";
import { ModbusBus, parseBusAddress } from "@csj/modbus";
import { profile } from "@csj/profiles";
import { Instant, Millis, Watts } from "@csj/quantity";
import { FakeTime } from "@csj/runtime/fake";
import { linksOf, nodeClock, nodeTimers } from "@csj/runtime/node";
import { afterEach, describe, expect, it } from "vitest";
import { memoryLinks, serveSerial, serveWorld } from "./serve.ts";
import { streetOf } from "./street.ts";
import { NOON, steadyLoad, steadySun, testInverter, testWorld } from "./test-site.ts";
import { createWorld, type World } from "./world.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function opened<One extends { close(): unknown }>(one: One): One {
  open.push(one);
  return one;
}

function memoryBus(world: World, id: string, timeout = 1000): { bus: ModbusBus; time: FakeTime } {
  const time = new FakeTime(NOON);
  const links = memoryLinks(world.device(id), { timers: time });
  return { bus: opened(new ModbusBus({ links, framing: "tcp", clock: time, timers: time, timeout })), time };
}

async function settled<Value>(time: FakeTime, promise: Promise<Value>): Promise<Value | string> {
  const outcome = promise.catch((error: unknown) => (isCoded(error) ? error.code : String(error)));
  await time.advance(Millis(10_000));
  return outcome;
}

const readTwo = (bus: ModbusBus) => bus.read({ unit: 1, function: 4, address: 0x34, count: 2 });

describe("a device on a wire in memory", () => {
  it("answers after its latency", async () => {
    const { bus, time } = memoryBus(testWorld(steadyLoad(1000), steadySun(0)), "site-01-grid");
    const asked = readTwo(bus);
    await time.advance(Millis(5000));
    const answer = await asked;
    expect(answer.receivedAt - NOON).toBe(20);
  });

  it("is not heard when it is silent, and takes no write either", async () => {
    const world = testWorld(steadyLoad(1000), steadySun(8000));
    const { bus, time } = memoryBus(world, "site-01-grid");
    world.setFault("site-01-grid", "silent");
    expect(await settled(time, readTwo(bus))).toBe("MODBUS_TIMEOUT");
    world.setFault("site-01-inverter", "silent");
    const inverter = memoryBus(world, "site-01-inverter");
    const write = { unit: 1, function: 16, address: 40_291, words: [1, 0, 0, 1, 0, 0] } as const;
    expect(await settled(inverter.time, inverter.bus.write(write))).toBe("MODBUS_TIMEOUT");
    world.advance(Instant(NOON + 60_000));
    expect(world.truth("site-01").pvW).toBe(8000);
  });

  it("answers late when it is slow, and its late answers are never taken for another request's", async () => {
    const world = testWorld(steadyLoad(1000), steadySun(0));
    const { bus, time } = memoryBus(world, "site-01-grid", 600);
    world.setFault("site-01-grid", "slow");
    const outcomes = await manyReads(bus, time, 40);
    expect(outcomes.wrong).toEqual([]);
    expect(outcomes.failed).toBeGreaterThan(0);
  });

  it.each(["tcp", "rtu"] as const)(
    "on a noisy %s wire gives right words or an error, never wrong words",
    async (framing) => {
      const world = testWorld(steadyLoad(1000), steadySun(0));
      world.setFault("site-01-grid", "noise");
      const time = new FakeTime(NOON);
      const links = memoryLinks(world.device("site-01-grid"), { timers: time, framing });
      const bus = opened(new ModbusBus({ links, framing, clock: time, timers: time, timeout: 500 }));
      const outcomes = await manyReads(bus, time, 200);
      expect(outcomes.wrong).toEqual([]);
      expect(outcomes.failed).toBeGreaterThan(20);
      expect(outcomes.good).toBeGreaterThan(20);
    },
  );
});

/** Two registers whose right words are known, by two lengths in turn, so that a mixed-up answer would show. */
async function manyReads(bus: ModbusBus, time: FakeTime, times: number) {
  const outcomes = { good: 0, failed: 0, wrong: [] as unknown[] };
  for (let turn = 0; turn < times; turn += 1) {
    const address = turn % 2 === 0 ? 0x34 : 0x30;
    const outcome = await settled(time, bus.read({ unit: 1, function: 4, address, count: 2 }));
    if (typeof outcome === "string") outcomes.failed += 1;
    else if ((outcome.words[0] === 0x447a && outcome.words[1] === 0) === (address === 0x34)) outcomes.good += 1;
    else outcomes.wrong.push(outcome);
  }
  return outcomes;
}

describe("every make of the street", () => {
  it("reads through its profile as what the plant really does", async () => {
    const street = streetOf(12, { seed: 2 });
    const world = createWorld({ seed: 2, start: NOON, ...street });
    world.advance(Instant(NOON + 3_600_000));
    for (const device of world.devices) {
      const { role } = device;
      if (role === "battery" || role === "relay") throw new Error("the street has no such device");
      const links = memoryLinks(device);
      const bus = opened(
        new ModbusBus({ links, framing: "tcp", clock: new FakeTime(NOON), timers: new FakeTime(NOON) }),
      );
      const meter = openMeter(profile(device.profile), bus, device.unit, { id: device.id, role });
      const power = await meter.readPower();
      const energy = await meter.readEnergy();
      const truth = world.truth(device.site);
      const name = device.role === "grid" ? "power" : "generation";
      const wanted = device.role === "grid" ? truth.gridW : truth.pvW;
      // The sun and the load go on after the meter's last update: up to a second of a minute's slope, and a watt's rounding.
      expect(Math.abs((power.values.get(name) ?? Number.NaN) - wanted), device.id).toBeLessThan(30);
      for (const [channel, register] of Object.entries(device.served())) {
        const read = energy.registers.get(channel as "import");
        expect((read?.count ?? Number.NaN) * (read?.perCount ?? 0), `${device.id} ${channel}`).toBe(
          register.count * register.perCount,
        );
      }
    }
  });

  it.each(["123", "704"] as const)("is held by our limiter through SunSpec %s", async (control) => {
    const world = testWorld(steadyLoad(0), steadySun(8000), { inverter: { ...testInverter, control } });
    const { bus, time } = memoryBus(world, "site-01-inverter");
    const limiter = openLimiter(profile("sunspec-inverter"), bus, 1, { id: "site-01-inverter" });
    expect(await settled(time, limiter.prepare())).toEqual({ rated: 10_000 });
    // A master writes again and again; a 704 inverter that hears nothing falls.
    for (let second = 5; second <= 30; second += 5) {
      expect(await settled(time, limiter.limitTo(Watts(2345)))).toBe(2345);
      world.advance(Instant(NOON + second * 1000));
    }
    expect(world.truth("site-01").pvW).toBe(2345);
    world.advance(Instant(NOON + 120_000));
    expect(world.truth("site-01").pvW).toBe(control === "704" ? 0 : 2345);
  });
});

describe("a served world", () => {
  it("has each device on its own port and brings the plant to the moment of the request", async () => {
    const world = testWorld(steadyLoad(3600), steadySun(0));
    let now = NOON;
    const served = opened(
      await serveWorld(world, { host: "127.0.0.1", firstPort: 0, timers: nodeTimers, now: () => now }),
    );
    const address = served.addresses.get("site-01-grid") ?? "";
    const links = linksOf(parseBusAddress(address));
    const bus = opened(new ModbusBus({ links, framing: "tcp", clock: nodeClock(), timers: nodeTimers }));
    const energy = async () =>
      (await openMeter(profile("eastron-sdm630"), bus, 1, { id: "grid" }).readEnergy()).registers.get("import")?.count;
    const first = (await energy()) ?? Number.NaN;
    now = Instant(NOON + 3_600_000);
    expect(((await energy()) ?? Number.NaN) - first).toBe(3599);
    expect(new Set(served.addresses.values()).size).toBe(2);
  });

  it("says which port it could not have", async () => {
    const world = testWorld(steadyLoad(0), steadySun(0));
    const first = opened(await serveWorld(world, { host: "127.0.0.1", firstPort: 0, timers: nodeTimers }));
    const port = Number(first.addresses.get("site-01-grid")?.split(":").at(-1));
    const second = serveWorld(world, { host: "127.0.0.1", firstPort: port, timers: nodeTimers });
    await expect(second).rejects.toMatchObject({
      code: "WORLD_PORT_TAKEN",
      message: expect.stringContaining(`${port}`),
    });
  });
});

const hasSocat = spawnSync("socat", ["-V"]).status === 0;
const inCi = process.env["CI"] === "true";

describe("a device on a serial line", () => {
  it("is refused at another speed than 1", async () => {
    const device = testWorld(steadyLoad(0), steadySun(0)).device("site-01-grid");
    const settings = { path: "/dev/null", baud: 9600, parity: "none", stopBits: 1 } as const;
    await expect(serveSerial(device, { ...settings, timers: nodeTimers, speed: 60 })).rejects.toMatchObject({
      code: "WORLD_SERIAL_SPEED",
    });
  });

  it.skipIf(!hasSocat && !inCi)("reads the same as over TCP (needs socat)", async () => {
    const { meterEnd, masterEnd } = await ptyPair();
    const world = testWorld(steadyLoad(1000), steadySun(0));
    const settings = { baud: 19_200, parity: "none", stopBits: 1 } as const;
    const device = world.device("site-01-grid");
    opened(await serveSerial(device, { path: meterEnd, ...settings, timers: nodeTimers, speed: 1 }));
    const links = linksOf({ kind: "serial", path: masterEnd, ...settings });
    const bus = opened(new ModbusBus({ links, framing: "rtu", clock: nodeClock(), timers: nodeTimers }));
    const { words } = await readTwo(bus);
    expect([...words]).toEqual([...(device.readInput(0x34, 2) as Uint16Array)]);
  });
});

/** Two pseudo-terminals joined by socat. */
async function ptyPair() {
  const folder = mkdtempSync(join(tmpdir(), "csj-world-"));
  const meterEnd = join(folder, "meter");
  const masterEnd = join(folder, "master");
  const socat = spawn("socat", [`pty,raw,echo=0,link=${meterEnd}`, `pty,raw,echo=0,link=${masterEnd}`]);
  opened({
    close: () => {
      socat.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  });
  for (let wait = 0; wait < 200 && !(existsSync(meterEnd) && existsSync(masterEnd)); wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { meterEnd, masterEnd };
}
