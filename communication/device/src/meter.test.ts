import { defineErrors } from "@csj/fault";
import type { ReadRequest } from "@csj/modbus";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profileProblems } from "./check.ts";
import { factorOf } from "./decimal.ts";
import { openMeter } from "./open.ts";
import type { RegisterProfile, SunSpecProfile } from "./profile.ts";
import { float32Step, registerReader } from "./register.ts";
import { WordsAccess } from "./words-access.ts";

const head = {
  id: "test-meter",
  name: "Test meter",
  maker: "Test",
  models: ["Test"],
  roles: ["grid" as const, "pv" as const],
  phases: 1 as const,
  verification: { status: "simulator" as const, source: ["test"], unverified: [] },
  serial: { baud: 9600, parity: "none" as const, stop_bits: 1 as const, unit: 1 },
  facts: { update_ms: null, latency_ms: null, registers: "unknown" as const },
  quirks: [],
};

const meter: RegisterProfile = {
  ...head,
  kind: "registers",
  bus: { function: 4, order: "msw-first", registers_max: 10, gap_max: 2 },
  invalid: "largest",
  power: [
    { quantity: "power", address: 0, type: "i32", scale: "0.1", range: [-1000, 1000] },
    { quantity: "frequency", address: 20, type: "u16", scale: "0.01", range: [40, 70] },
  ],
  energy: [
    { channel: "import", address: 40, type: "u32", unit_wh: 10, digits: 6, step_wh: 10 },
    { channel: "export", address: 42, type: "float32", unit_wh: 1000, digits: 10, step_wh: 1 },
  ],
  detect: [{ what: "frequency", function: 4, address: 20, type: "u16", range: [4000, 7000] }],
};

const words = () => new WordsAccess().set(4, 0, [0xffff, 0xff9c]).set(4, 20, [5001]).set(4, 40, [0, 1234, 0x3f80, 0]);
const values = async (access: WordsAccess, more = {}) => {
  const sample = await openMeter(meter, access, 1, { id: "m", ...more }).readPower();
  return { values: Object.fromEntries(sample.values), unavailable: Object.fromEntries(sample.unavailable) };
};

describe("a meter of registers", () => {
  it("reads signed and scaled values exactly", async () => {
    expect(await values(words())).toEqual({ values: { power: -10, frequency: 50.01 }, unavailable: {} });
  });

  it("reads energies as counts in the register's own unit, with step and time", async () => {
    const sample = await openMeter(meter, words().at(5000), 1, { id: "m" }).readEnergy();
    expect(Object.fromEntries(sample.registers)).toEqual({
      import: { unit: "Wh", perCount: 10, digits: 6, step: 1, count: 1234, measuredAt: 5000, measuredMonotonic: 5000 },
      export: { unit: "Wh", perCount: 1, digits: 10, step: 1, count: 1000, measuredAt: 5000, measuredMonotonic: 5000 },
    });
  });

  it("gives no number for the pattern that means none, for the implausible, and for NaN", async () => {
    const none = words().set(4, 0, [0x7fff, 0xffff]);
    expect((await values(none)).unavailable["power"]).toMatch("no value");
    const wild = words().set(4, 0, [0x0000, 0xffff]);
    expect((await values(wild)).unavailable["power"]).toMatch("implausible: 6553.5");
    const nan = await openMeter(meter, words().set(4, 42, [0x7fc0, 0]), 1, { id: "m" }).readEnergy();
    expect([...nan.registers.keys()]).toEqual(["import"]);
    expect([...nan.unavailable.keys()]).toEqual(["export"]);
  });

  it("loses only what was in the request that the meter refused", async () => {
    const access = new WordsAccess().set(4, 20, [5001]);
    const read = await values(access);
    expect(read.values).toEqual({ frequency: 50.01 });
    expect(read.unavailable["power"]).toMatch("DEVICE_WORDS");
  });

  it("rejects where nothing at all was read", async () => {
    const opened = openMeter(meter, new WordsAccess(), 1, { id: "m" });
    await expect(opened.readPower()).rejects.toMatchObject({ code: "DEVICE_WORDS" });
  });

  it("does not wait for more timeouts after the first", async () => {
    const { LOST } = defineErrors({ LOST: { fault: "wire", retry: true, help: "" } });
    const access = words();
    const asked: ReadRequest[] = [];
    access.read = async (request) => {
      asked.push(request);
      throw LOST("silence");
    };
    await expect(openMeter(meter, access, 1, { id: "m" }).readPower()).rejects.toMatchObject({ code: "LOST" });
    expect(asked).toHaveLength(1);
  });

  it("asks for what the caller wants and no more", async () => {
    const access = words();
    expect((await values(access, { only: ["power"] })).values).toEqual({ power: -10 });
    expect(access.reads.map(({ address, count }) => [address, count])).toEqual([[0, 2]]);
  });
});

describe("a meter on an array", () => {
  it("gives generation positive and one channel, by the direction in which it was wired", async () => {
    const supply = openMeter(meter, words().set(4, 0, [0, 100]), 1, { id: "m", role: "pv" });
    expect(supply.channels).toEqual(["generation"]);
    expect((await supply.readPower()).values.get("generation")).toBe(10);
    expect((await supply.readEnergy()).registers.get("generation")?.count).toBe(1234);
    const load = openMeter(meter, words(), 1, { id: "m", role: "pv", wiring: "export-is-generation" });
    expect((await load.readPower()).values.get("generation")).toBe(10);
    expect((await load.readEnergy()).registers.get("generation")?.count).toBe(1000);
  });

  it("must have a role that its profile lists", () => {
    expect(() => openMeter(meter, words(), 1, { id: "m", role: "inverter" })).toThrow(/grid, pv, not inverter/);
  });
});

const sunSpec: SunSpecProfile = {
  ...head,
  kind: "sunspec",
  families: [
    {
      models: [103],
      power: [{ quantity: "generation", point: "W", range: [-1e6, 1e6] }],
      energy: [{ channel: "generation", point: "WH" }],
    },
  ],
  limiter: [],
};

/** Model 103 at 2: W with the given scale, WH with the given one. */
function inverter(watts: number, scale: number, energy: [number, number], energyScale: number): WordsAccess {
  const body = new Array<number>(50).fill(0x8000);
  body[12] = watts;
  body[13] = scale & 0xffff;
  body[22] = energy[0];
  body[23] = energy[1];
  body[24] = energyScale & 0xffff;
  return new WordsAccess().set(3, 0, [0x5375, 0x6e53, 103, 50, ...body, 0xffff, 0]);
}

describe("a SunSpec meter", () => {
  const open = (access: WordsAccess) => openMeter(sunSpec, access, 1, { id: "inv", role: "grid" });

  it("takes each value with the scale factor of the same answer", async () => {
    const access = inverter(368, 1, [0x002e, 0x5e85], 1);
    const opened = open(access);
    expect((await opened.readPower()).values.get("generation")).toBe(3680);
    access.set(3, 2 + 14, [3680, 0]);
    expect((await opened.readPower()).values.get("generation")).toBe(3680);
    const energy = (await opened.readEnergy()).registers.get("generation");
    expect(energy).toMatchObject({ count: 3_038_853, perCount: 10, step: 1, digits: 10 });
  });

  it("cuts energy finer than 1 Wh to whole Wh, and counts 0 as 0", async () => {
    const fine = (await open(inverter(0, 0, [0, 1239], -1)).readEnergy()).registers.get("generation");
    expect(fine).toMatchObject({ count: 123, perCount: 1 });
    const zero = (await open(inverter(0, 0, [0, 0], 0)).readEnergy()).registers.get("generation");
    expect(zero?.count).toBe(0);
  });

  it("gives no number for a value or a scale factor that is absent", async () => {
    const reason = async (access: WordsAccess) => (await open(access).readPower()).unavailable.get("generation");
    expect(await reason(inverter(0x8000, 0, [0, 0], 0))).toMatch("no value");
    expect(await reason(inverter(5, 0x8000, [0, 0], 0))).toMatch("no value");
  });

  it("notices that its models have moved, and finds them again", async () => {
    const access = inverter(5, 0, [0, 0], 0);
    const opened = open(access);
    await opened.readPower();
    const body = new Array<number>(50).fill(0);
    body[12] = 7;
    access.set(3, 2, [1, 2, 0, 0, 103, 50, ...body, 0xffff, 0]);
    await expect(opened.readPower()).rejects.toMatchObject({ code: "DEVICE_MOVED" });
    expect((await opened.readPower()).values.get("generation")).toBe(7);
  });

  it("refuses a device that has none of the models", async () => {
    const access = new WordsAccess().set(3, 0, [0x5375, 0x6e53, 0xffff, 0]);
    await expect(open(access).readPower()).rejects.toMatchObject({ code: "DEVICE_MODEL_MISSING" });
  });
});

describe("a number in registers", () => {
  it("comes back from both word orders", () => {
    const view = new DataView(new ArrayBuffer(8));
    const split = (size: number) => Array.from({ length: size }, (_, at) => view.getUint16(at * 2));
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer(), fc.float({ noNaN: true }), (wide, narrow, real) => {
        view.setBigInt64(0, BigInt(wide));
        const eight = split(4);
        expect(registerReader("i64", "msw-first", "none")(Uint16Array.from(eight), 0)).toBe(wide);
        expect(registerReader("i64", "lsw-first", "none")(Uint16Array.from(eight.reverse()), 0)).toBe(wide);
        view.setInt32(0, narrow);
        expect(registerReader("i32", "lsw-first", "none")(Uint16Array.from(split(2).reverse()), 0)).toBe(narrow);
        view.setFloat32(0, real);
        expect(registerReader("float32", "msw-first", "none")(Uint16Array.from(split(2)), 0)).toBe(real);
      }),
      { seed: 20_261_124, numRuns: 300 },
    );
  });

  it("of kWh in a float32 loses its single Wh from 16,384 kWh on", () => {
    expect(Math.ceil(float32Step(12_345.678) * 1000)).toBe(1);
    expect(Math.ceil(float32Step(16_384) * 1000)).toBe(2);
    expect(Math.ceil(float32Step(65_536) * 1000)).toBe(8);
  });

  it("is scaled by an exact decimal", () => {
    expect(factorOf("0.1")).toEqual({ times: 1, over: 10 });
    expect(factorOf("-2.50")).toEqual({ times: -250, over: 100 });
    expect(() => factorOf("1e3")).toThrow(/not a decimal/);
  });
});

describe("a profile", () => {
  it("is right as it stands here", () => {
    expect(profileProblems(meter)).toEqual([]);
    expect(profileProblems(sunSpec)).toEqual([]);
  });

  it.each<[string, object, (string | number)[], RegExp]>([
    ["an unknown key", { ...meter, scael: 1 }, [], /^scael is not a known key/],
    ["no kind", { ...meter, kind: "modbus" }, ["kind"], /"registers" or "sunspec"/],
    [
      "a quantity that is read twice",
      { ...meter, power: [meter.power[0], meter.power[0]] },
      ["power", 1, "quantity"],
      /twice/,
    ],
    [
      "a range the wrong way round",
      { ...meter, power: [{ ...meter.power[0], range: [5, 1] }] },
      ["power", 0, "range"],
      /lower/,
    ],
    [
      "an unknown point",
      { ...sunSpec, families: [{ ...sunSpec.families[0], energy: [{ channel: "import", point: "X" }] }] },
      ["families", 0, "energy", 0, "point"],
      /no point named X/,
    ],
    [
      "a promise that model 123 cannot keep",
      {
        ...sunSpec,
        limiter: [
          {
            model: 123,
            silence_s: 9,
            on_silence: "falls-to-value",
            memory: "unknown",
            smallest_write_period_ms: 0,
            floor: 0,
            settle_ms: 0,
            write: "block",
          },
        ],
      },
      ["limiter", 0, "on_silence"],
      /only release/,
    ],
  ])("is refused with %s, and the place named", (_, data, path, message) => {
    const problem = profileProblems(data)[0];
    expect(problem?.path).toEqual(path);
    expect(problem?.message).toMatch(message);
  });
});
