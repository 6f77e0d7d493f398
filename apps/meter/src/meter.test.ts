import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readComtrade } from "@csj/comtrade";
import { decodeInterval, rawFrame, statusNames } from "@csj/metrology";
import { ModbusBus, parseBusAddress } from "@csj/modbus";
import { Instant, Millis } from "@csj/quantity";
import { FakeTime, silentLog } from "@csj/runtime/fake";
import { linksOf, nodeClock, nodeTimers } from "@csj/runtime/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkConfig } from "./config/load.ts";
import { base, HARMONICS_STEP, rows } from "./map/table.ts";
import { writable } from "./map/writes.ts";
import { type Meter, startMeter } from "./meter.ts";
import { replay } from "./replay.ts";
import { SimulatedCircuit } from "./source/simulated.ts";

/** Half a minute before a half-hour. */
const START = Instant(Date.parse("2026-06-13T11:59:30Z"));
const PIN = 471_100;
const config = checkConfig({
  id: "M1",
  wiring: "3p4w",
  nominal_hertz: 50,
  nominal_volts: 230,
  rate: 4000,
  rating: { class: "1", connection: "transformer", amps: 100 },
  source: {
    kind: "simulated",
    phases: [
      { volts: 230, amps: 10, lag_deg: 60 },
      { volts: 230, amps: 5 },
      { volts: 230, amps: 4, lag_deg: 180 },
    ],
    voltage_overtones: [{ order: 5, percent: 4 }],
  },
  pin: PIN,
  modbus: { tcp: { port: 0 } },
  inputs: [{ name: "terminal-cover", coil: 3 }],
});

let home: string;
let meter: Meter;
let time: FakeTime;
let bus: ModbusBus;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "csj-meter-"));
  time = new FakeTime(START);
  await begin();
});

afterEach(async () => {
  await end();
  rmSync(home, { recursive: true, force: true });
});

describe("a meter on a network", () => {
  it("shows what the formula of its circuit says", async () => {
    await run(3000);
    expect(await float(2000)).toBeCloseTo(230 * Math.hypot(1, 0.04), 2);
    expect(await float(2016)).toBeCloseTo(50, 3);
    expect(await float(2020)).toBeCloseTo(230 * 10 * 0.5, 1);
    expect(await float(2022)).toBeCloseTo(230 * 5, 1);
    expect(await float(2024)).toBeCloseTo(-230 * 4, 1);
    expect(await float(2018)).toBeCloseTo(230 * 6, 1);
    expect(await float(2036)).toBeCloseTo(2300 * Math.sin(Math.PI / 3), 1);
    expect(await float(base.harmonics + 10)).toBeCloseTo(230 * 0.04, 2);
    expect(await float(base.harmonics + HARMONICS_STEP * 4 + 2)).toBeCloseTo(10, 3);
    expect(await float(2006), "a channel that it does not have").toBeNaN();
  });

  it("refuses what it does not have by exception 2", async () => {
    await expect(words(base.latched + 100, 2)).rejects.toMatchObject({ code: expect.stringMatching(/^MODBUS_/) });
    await expect(words(0, 1)).rejects.toThrow();
  });

  it("latches its registers at the half-hour for who comes late, in registers, in a window and in a file", async () => {
    await run(50_000);
    const end = new DataView(Uint16Array.from(await words(base.latched, 30)).buffer);
    expect(end.byteLength).toBe(60);
    expect(await u32(base.latched)).toBe(Date.parse("2026-06-13T12:00:00Z") / 1000);
    const atBoundary = await u64(base.latched + 6);
    // The measuring begins with the first crossing, and the clock with the first stamp: a part of a second.
    expect(Math.abs(atBoundary - (1380 * 30_000) / 3600)).toBeLessThan((1380 * 500) / 3600);
    expect(await u64(base.energies), "the register itself has gone on").toBeGreaterThan(atBoundary);
    await write(writable.selectInterval, [0, 1]);
    expect(await u64(base.profile + 10)).toBe(atBoundary);
    const [record] = (await bus.readFileRecord({ unit: 1, records: [{ file: 100, record: 32, count: 32 }] })).records;
    const interval = decodeInterval(bytesOf(record!));
    expect(interval?.counts[0]).toBe(atBoundary);
    expect(statusNames(interval?.status ?? 0)).toContain("partial");
  });

  it("lets none of its registers fall when it starts again", async () => {
    await run(5000);
    const before = await u64(base.energies);
    expect(before).toBeGreaterThan(0);
    await end();
    await begin();
    expect(await u64(base.energies)).toBeGreaterThanOrEqual(before);
    await run(3000);
    expect(await u64(base.energies)).toBeGreaterThan(before);
  });

  it("records a dip with its depth and its length", async () => {
    await run(3000);
    (meter.source as SimulatedCircuit).dip(0.5, 0.2);
    await run(2000);
    expect(await u32(base.events + 2)).toBeGreaterThan(0);
    const dip = meter.unit.events.all.find(({ kind }) => kind === "dip");
    expect(dip?.channels).toEqual(["u1", "u2", "u3"]);
    expect(dip?.extreme).toBeCloseTo(115 * Math.hypot(1, 0.04), 0);
    expect(Math.abs((dip?.seconds ?? 0) - 0.2)).toBeLessThan(0.02);
    await write(writable.selectEvent, [0, dip!.sequence]);
    expect(await words(base.events + 6, 2)).toEqual([1, 7]);
  });

  it("keeps the waveform of a dip as a COMTRADE file that function 20 reads, and the dip in its log", async () => {
    await run(3000);
    (meter.source as SimulatedCircuit).dip(0.5, 0.2);
    await run(3000);
    const [directory] = (await bus.readFileRecord({ unit: 1, records: [{ file: 500, record: 0, count: 4 }] })).records;
    const length = (directory![2]! << 16) | directory![3]!;
    const cff = await fileBytes(1000, length);
    const recording = readComtrade({ cff });
    expect(recording.analog.map(({ name }) => name)).toEqual(["U1", "U2", "U3", "I1", "I2", "I3"]);
    const u1 = recording.analog[0]!;
    const peaks = Array.from(recording.samples.analog[0]!, (count) => Math.abs(count * u1.multiplier + u1.offset));
    expect(Math.max(...peaks)).toBeGreaterThan(230 * Math.SQRT2 * 0.95);
    expect(await u32(1023), "the dip's beginning and its end").toBeGreaterThanOrEqual(2);
    expect(await u32(1025)).toBe(1);
  });

  it("takes no write before its PIN, and none for an hour after three wrong ones", async () => {
    await run(3000);
    await expect(write(writable.demandReset, [1])).rejects.toThrow();
    await write(writable.unlock, [PIN >>> 16, PIN & 0xffff]);
    await write(writable.demandReset, [1]);
    expect(await u32(1016), "seconds left, and the rate").toBeGreaterThan(60 * 0x10000 - 1);
    await write(writable.unlock, [0, 0]);
    await expect(write(writable.demandReset, [1])).rejects.toThrow();
    for (const wrong of [1, 2, 3]) await expect(write(writable.unlock, [0, wrong])).rejects.toThrow();
    await expect(write(writable.unlock, [PIN >>> 16, PIN & 0xffff])).rejects.toThrow();
    time.skip(Millis(3_600_001));
    await write(writable.unlock, [PIN >>> 16, PIN & 0xffff]);
    await expect(write(writable.clock, [0, 0x19e, 0, 0]), "the host's clock is not set from here").rejects.toThrow();
  });

  it("shows a switch that another device writes to a coil", async () => {
    await bus.writeBits({ unit: 1, function: 5, address: 3, bits: [true] });
    expect(await words(1021, 1)).toEqual([1]);
    expect([...(await bus.readBits({ unit: 1, function: 1, address: 3, count: 1 })).bits]).toEqual([true]);
    await expect(bus.writeBits({ unit: 1, function: 5, address: 4, bits: [true] })).rejects.toThrow();
  });

  it("logs a cover that is opened and closed, with the time and the registers, and no bounce", async () => {
    await run(3000);
    const cover = (open: boolean) => bus.writeBits({ unit: 1, function: 5, address: 3, bits: [open] });
    for (const bounce of [true, false, true]) await cover(bounce);
    await run(1000);
    await cover(false);
    await run(1000);
    const entries = Array.from({ length: await u32(1023) }, (_, k) => meter.events.read(k + 1));
    const covers = entries.filter((entry) => entry?.kind === "terminal-cover");
    expect(covers.map((entry) => [entry?.edge, entry?.at])).toEqual([
      ["start", START + 3000],
      ["end", START + 4000],
    ]);
    expect(covers[0]?.counts[0]).toBeGreaterThan(0);
  });

  it("logs five refused PINs as a failed access, those that the lock did not look at among them", async () => {
    await run(3000);
    for (const wrong of [1, 2, 3, 4, 5]) await expect(write(writable.unlock, [0, wrong])).rejects.toThrow();
    await run(1000);
    const entries = Array.from({ length: await u32(1023) }, (_, k) => meter.events.read(k + 1));
    expect(entries.map((entry) => entry?.kind)).toContain("failed-access");
  });

  it("goes on measuring where a capture cannot be written", async () => {
    await run(3000);
    rmSync(join(home, "captures"), { recursive: true });
    (meter.source as SimulatedCircuit).dip(0.5, 0.2);
    await run(3000);
    expect(await u32(1025), "no capture").toBe(0);
    expect(await float(2000)).toBeCloseTo(230 * Math.hypot(1, 0.04), 2);
  });

  it("says which serial line cannot be had, and leaves its port free", async () => {
    const other = mkdtempSync(join(tmpdir(), "csj-meter-"));
    const modbus = { tcp: { port: 0 }, serial: "serial:/dev/csj-none?baud=9600" };
    const asked = startMeter({ config: { ...config, modbus }, home: other, clock: time, timers: time, log: silentLog });
    await expect(asked).rejects.toMatchObject({ code: "METER_LINE_REFUSED" });
    rmSync(other, { recursive: true });
  });

  it("shows nothing as measured once no samples come", async () => {
    await run(3000);
    meter.source.stop();
    await words(2000, 2);
    time.skip(Millis(5000));
    expect(await float(2000)).toBeNaN();
    expect(await u64(base.energies), "its registers stay").toBeGreaterThan(0);
  });
});

describe("the map", () => {
  it("has no register twice", () => {
    const taken = new Set<number>();
    for (const { at, type } of rows) {
      const size = { u16: 1, u32: 2, u64: 4, f32: 2 }[type];
      for (let word = at; word < at + size; word += 1) {
        expect(taken.has(word), `${word}`).toBe(false);
        taken.add(word);
      }
    }
  });
});

describe("a replay", () => {
  it("of raw frames gives the power that was in them", () => {
    const layout = { rate: 4000, channels: ["u1", "i1"], wiring: "1p2w", nominalHertz: 50, nominalVolts: 230 } as const;
    const deps = { clock: time, timers: time, log: silentLog };
    const source = { kind: "simulated", phases: [{ volts: 230, amps: 10, lag_deg: 60 }] } as const;
    const circuit = new SimulatedCircuit(layout, { ...source, phases: [...source.phases] }, deps);
    const pieces = Array.from({ length: 80 }, (_, k) => rawFrame(layout.channels, circuit.render(k * 400, 400)));
    writeFileSync(join(home, "a.raw"), Buffer.concat(pieces));
    writeFileSync(join(home, "calibration.json"), JSON.stringify(circuit.calibration));
    const raw = checkConfig({
      ...config,
      wiring: "1p2w",
      source: { kind: "raw-pipe", path: "-", calibration: join(home, "calibration.json") },
    });
    const result = replay(join(home, "a.raw"), { config: raw });
    expect(result.samples).toBe(32_000);
    expect(result.phases[0]?.active_w).toBeCloseTo(1150, 1);
    expect(result.registers["active-import.total"]).toBeGreaterThan((1150 * 7500) / 3600);
  });
});

async function begin(): Promise<void> {
  meter = await startMeter({ config, home, clock: time, timers: time, log: silentLog });
  const address = parseBusAddress(meter.address!);
  bus = new ModbusBus({
    links: linksOf(address),
    framing: "tcp",
    clock: nodeClock(),
    timers: nodeTimers,
    timeout: 2000,
  });
}

async function end(): Promise<void> {
  bus.close();
  await meter.stop();
}

async function run(ms: number): Promise<void> {
  for (let done = 0; done < ms; done += 500) await time.advance(Millis(500));
}

async function words(address: number, count: number): Promise<number[]> {
  return [...(await bus.read({ unit: 1, function: 3, address, count })).words];
}

async function write(address: number, values: readonly number[]): Promise<void> {
  await bus.write({ unit: 1, function: 16, address, words: values });
}

async function view(address: number, count: number): Promise<DataView> {
  return new DataView(bytesOf(await words(address, count)).buffer);
}

async function fileBytes(first: number, length: number): Promise<Uint8Array> {
  const bytes: number[] = [];
  for (let word = 0; 2 * word < length; word += 100) {
    const file = first + Math.floor(word / 10_000);
    const { records } = await bus.readFileRecord({ unit: 1, records: [{ file, record: word % 10_000, count: 100 }] });
    bytes.push(...bytesOf(records[0]!));
  }
  return Uint8Array.from(bytes.slice(0, length));
}

const float = async (address: number) => (await view(address, 2)).getFloat32(0);
const u32 = async (address: number) => (await view(address, 2)).getUint32(0);
const u64 = async (address: number) => Number((await view(address, 4)).getBigUint64(0));

function bytesOf(values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Array.from(values).flatMap((word) => [word >> 8, word & 0xff]));
}
