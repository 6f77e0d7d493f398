import { describe, expect, it } from "vitest";
import { profileProblems } from "./check.ts";
import { openMeter } from "./open.ts";
import type { RegisterProfile } from "./profile.ts";
import { WordsAccess } from "./words-access.ts";

const meter: RegisterProfile = {
  id: "test-meter",
  name: "Test meter",
  maker: "Test",
  models: ["Test"],
  roles: ["grid"],
  phases: 3,
  verification: { status: "manual", source: ["test"], unverified: [] },
  serial: { baud: 9600, parity: "none", stop_bits: 1, unit: 1 },
  facts: { update_ms: null, latency_ms: null, registers: "unknown", accuracy: "IEC 62053-21 1" },
  quirks: [],
  kind: "registers",
  bus: { function: 3, order: "msw-first", registers_max: 10, gap_max: 0 },
  invalid: "none",
  ratio: {
    current: { address: 6, type: "u16", range: [1, 9999] },
    voltage: { address: 7, type: "u16", scale: "0.1", range: [0.1, 999.9] },
  },
  power: [
    { quantity: "power", address: 20, type: "i16", scale: "0.1", range: [-5000, 5000] },
    { quantity: "current.l1", address: 21, type: "u16", scale: "0.001", range: [0, 10] },
    { quantity: "voltage.l1", address: 22, type: "u16", scale: "0.1", range: [0, 300] },
    { quantity: "frequency", address: 23, type: "u16", scale: "0.01", range: [40, 70] },
  ],
  energy: [{ channel: "import", address: 40, type: "u32", unit_wh: 10, digits: 9, step_wh: 10 }],
  detect: [{ what: "frequency", function: 3, address: 23, type: "u16", range: [4000, 7000] }],
};

const words = (current: number, voltage: number) =>
  new WordsAccess()
    .set(3, 6, [current, voltage])
    .set(3, 20, [0x10000 - 151, 35, 2276, 5001])
    .set(3, 40, [0, 35]);

describe("a meter that shows its transformers' secondary side", () => {
  it("is multiplied by the current ratio: currents, powers and energies, and neither volts nor hertz", async () => {
    const opened = openMeter(meter, words(200, 10), 1, { id: "m" });
    expect(Object.fromEntries((await opened.readPower()).values)).toEqual({
      power: -3020,
      "current.l1": 7,
      "voltage.l1": 227.6,
      frequency: 50.01,
    });
    expect((await opened.readEnergy()).registers.get("import")).toMatchObject({ count: 35, perCount: 2000, step: 1 });
  });

  it("is multiplied by both ratios where the voltage is transformed too", async () => {
    const sample = await openMeter(meter, words(200, 500), 1, { id: "m" }).readPower();
    expect(sample.values.get("power")).toBe(-151_000);
    expect(sample.values.get("voltage.l1")).toBe(11_380);
  });

  it("is asked for its ratios once and not in every cycle", async () => {
    const access = words(1, 10);
    const opened = openMeter(meter, access, 1, { id: "m" });
    await opened.readPower();
    await opened.readPower();
    expect(access.reads.filter(({ address }) => address === 6)).toHaveLength(1);
  });

  it("is unavailable, coded, where its ratio cannot be: a wrong factor is worse than none", async () => {
    const zero = openMeter(meter, words(0, 10), 1, { id: "m" });
    await expect(zero.readPower()).rejects.toMatchObject({ code: "DEVICE_RATIO" });
    await expect(zero.readEnergy()).rejects.toMatchObject({ code: "DEVICE_RATIO" });
    const silent = openMeter(meter, new WordsAccess().set(3, 20, [1, 1, 1, 1]), 1, { id: "m" });
    await expect(silent.readPower()).rejects.toMatchObject({ code: "DEVICE_WORDS" });
  });

  it("gives no energy where the ratio makes no whole Wh of a count", async () => {
    const sample = await openMeter(meter, words(1, 7), 1, { id: "m" }).readEnergy();
    expect(sample.registers.size).toBe(1);
    const odd = await openMeter(meter, words(1, 33), 1, { id: "m" }).readEnergy();
    expect(odd.registers.get("import")?.perCount).toBe(33);
    const part = { ...meter, energy: meter.energy.map((entry) => ({ ...entry, unit_wh: 1, step_wh: 1 })) };
    expect([...(await openMeter(part, words(1, 33), 1, { id: "m" }).readEnergy()).unavailable.keys()]).toEqual([
      "import",
    ]);
  });

  it("must name a range above 0 for its ratio", () => {
    expect(profileProblems(meter)).toEqual([]);
    const none = { ...meter, ratio: { current: { address: 6, type: "u16", range: [0, 10] } } };
    expect(profileProblems(none).map((problem) => problem.message)).toEqual(["a ratio is above 0."]);
  });
});

describe("a register of 64-bit float", () => {
  const double: RegisterProfile = {
    ...meter,
    energy: [{ channel: "import", address: 50, type: "float64", unit_wh: 1, digits: 12, step_wh: 1 }],
  };
  const { ratio: _, ...plain } = double;

  it("is read to the Wh far beyond where a 32-bit one has lost them", async () => {
    // 123456789.0 as IEEE 754 double: 0x419D6F3454000000
    const access = new WordsAccess().set(3, 50, [0x419d, 0x6f34, 0x5400, 0x0000]);
    const sample = await openMeter(plain, access, 1, { id: "m" }).readEnergy();
    expect(sample.registers.get("import")).toMatchObject({ count: 123_456_789, perCount: 1, step: 1 });
  });

  it("gives no value where it is NaN", async () => {
    const access = new WordsAccess().set(3, 50, [0x7ff8, 0, 0, 0]);
    const sample = await openMeter(plain, access, 1, { id: "m" }).readEnergy();
    expect([...sample.unavailable.keys()]).toEqual(["import"]);
  });
});
