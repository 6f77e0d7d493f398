import { Millis, Watts } from "@csj/quantity";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profileProblems } from "./check.ts";
import { openLimiter } from "./limiter.ts";
import { PowerCount } from "./limiter-count.ts";
import type { RegisterProfile } from "./profile.ts";
import type { LimitPlace, LimitType, RegisterLimit } from "./profile-limit.ts";
import { WordsAccess } from "./words-access.ts";

const facts = {
  silence_s: 0,
  on_silence: "unknown",
  memory: "unknown",
  smallest_write_period_ms: 0,
  floor: 0,
  settle_ms: 1000,
} as const;

const plain: RegisterLimit = {
  what: "100 limit",
  set: { address: 100, type: "u16", unit: "watts", write: 6 },
  enable: [],
  commit: [],
  ...facts,
};

function inverter(limit: RegisterLimit[], order: "msw-first" | "lsw-first" = "msw-first"): RegisterProfile {
  return {
    kind: "registers",
    id: "test-inverter",
    name: "Test inverter",
    maker: "Test",
    models: ["Test"],
    roles: ["inverter"],
    phases: 1,
    verification: { status: "manual", source: ["test"], unverified: [] },
    serial: { baud: 9600, parity: "none", stop_bits: 1, unit: 1 },
    facts: { update_ms: null, latency_ms: null, registers: "unknown" },
    quirks: [],
    bus: { function: 3, order, registers_max: 10, gap_max: 0 },
    invalid: "none",
    power: [{ quantity: "generation", address: 0, type: "u16", range: [0, 60_000] }],
    energy: [],
    detect: [{ what: "power", function: 3, address: 0, type: "u16", range: [0, 60_000] }],
    limit,
  };
}

const words = () => new WordsAccess().set(3, 100, [0, 0]);
const open = (limit: RegisterLimit[], access: WordsAccess, more = {}, order?: "lsw-first") =>
  openLimiter(inverter(limit, order), access, 1, { id: "inv", rated: Watts(10_000), ...more });

async function writtenBy(set: Partial<RegisterLimit["set"]>, limit: number, order?: "lsw-first") {
  const access = words();
  const limiter = open([{ ...plain, set: { ...plain.set, write: 16, ...set } }], access, {}, order);
  await limiter.prepare();
  return [await limiter.limitTo(Watts(limit)), ...(access.writes.at(-1)?.words ?? [])];
}

describe("a limit by register", () => {
  it("is in watts, tens of watts, hundreds of watts or shares of a percent, rounded down", async () => {
    expect(await writtenBy({}, 1239.9)).toEqual([1239, 1239]);
    expect(await writtenBy({ scale: "10" }, 1239.9)).toEqual([1230, 123]);
    expect(await writtenBy({ scale: "100" }, 1239.9)).toEqual([1200, 12]);
    expect(await writtenBy({ unit: "percent" }, 1239.9)).toEqual([1200, 12]);
    expect(await writtenBy({ unit: "percent", scale: "0.01" }, 1239.9)).toEqual([1239, 1239]);
  });

  it("has the order of words that the profile says, for the bus or for the register", async () => {
    expect(await writtenBy({ type: "u32", scale: "0.1" }, 9000)).toEqual([9000, 1, 24_464]);
    expect(await writtenBy({ type: "u32", scale: "0.1" }, 9000, "lsw-first")).toEqual([9000, 24_464, 1]);
    expect(await writtenBy({ type: "i32", order: "lsw-first", scale: "0.1" }, 9000)).toEqual([9000, 24_464, 1]);
    // 50.0 is 0x42480000
    expect(await writtenBy({ type: "float32", unit: "percent", scale: "0.1" }, 5000)).toEqual([5000, 0x4248, 0]);
  });

  it("that a register cannot hold is the largest that it can, and never less by turning negative", async () => {
    const wide = { rated: Watts(500_000) };
    for (const [type, top] of [
      ["i16", 0x7ffe],
      ["u16", 0xfffe],
    ] as const) {
      const access = words();
      const limiter = open([{ ...plain, set: { ...plain.set, type } }], access, wide);
      await limiter.prepare();
      expect(await limiter.limitTo(Watts(400_000))).toBe(top);
      expect(access.writes[0]?.words).toEqual([top]);
    }
  });

  it("is followed by what commits it, and preceded once by what the device does not hold yet", async () => {
    const access = words().set(3, 90, [0xaa]).set(3, 91, [0]).set(3, 99, [0]);
    const enable = [
      { what: "held already", address: 90, words: [0xaa], write: 6 as const },
      { what: "mode", address: 91, words: [3], write: 6 as const },
      { what: "not to be read", address: 92, words: [1], write: 6 as const, readable: false },
    ];
    const commit = [{ what: "commit", address: 99, words: [1], write: 6 as const }];
    const limiter = open([{ ...plain, enable, commit }], access);
    await limiter.prepare();
    await limiter.limitTo(Watts(500));
    await limiter.limitTo(Watts(400));
    expect(access.writes.map(({ address }) => address)).toEqual([91, 92, 100, 99, 100, 99]);
  });

  it("is of no rating that cannot be: a percentage of one that was read too small would let out too much", async () => {
    const rated = { function: 3, address: 50, type: "u16", range: [1000, 50_000] as [number, number] } as const;
    const set = { ...plain.set, unit: "percent" } as const;
    for (const [stated, counts] of [[20_000, 20_000] as const, [3, 10_000] as const, [0xffff, 10_000] as const]) {
      const limiter = open([{ ...plain, rated, set }], words().set(3, 50, [stated]));
      expect(await limiter.prepare()).toEqual({ rated: counts });
    }
    const bare = openLimiter(inverter([{ ...plain, rated, set }]), words().set(3, 50, [3]), 1, { id: "inv" });
    await expect(bare.prepare()).rejects.toMatchObject({ code: "DEVICE_RATING" });
  });

  it("is written by nobody before prepare, nor read back", async () => {
    const limiter = open([plain], words());
    await expect(limiter.limitTo(Watts(1))).rejects.toMatchObject({ code: "DEVICE_NOT_PREPARED" });
    await expect(limiter.readBack?.()).rejects.toMatchObject({ code: "DEVICE_NOT_PREPARED" });
    expect(limiter.facts).toMatchObject({ onSilence: "unknown", memory: "unknown", quantum: 1 });
  });

  it("warns that its map was not tried, until it was", () => {
    expect(open([plain], words()).verification?.warning).toMatch(/Unverified map: test-inverter was never run/);
    const tried = {
      ...inverter([plain]),
      verification: { status: "hardware" as const, source: ["test"], unverified: [] },
    };
    const limiter = openLimiter(tried, words(), 1, { id: "inv", rated: Watts(1) });
    expect(limiter.verification).toEqual({ status: "hardware", unverified: [] });
  });

  it("keeps the profile's time of silence where the device cannot be told another", async () => {
    const limit = { ...plain, silence_s: 30, on_silence: "falls-to-value" } as const;
    const limiter = open([limit], words(), { silence: Millis(5000) });
    await limiter.prepare();
    expect(limiter.facts).toMatchObject({ onSilence: "falls-to-value", silenceTimeout: 30_000 });
  });
});

describe("counts of a power", () => {
  const types: LimitType[] = ["u16", "i16", "u32", "i32", "float32"];
  const place = fc.record({
    address: fc.constant(100),
    type: fc.constantFrom(...types),
    unit: fc.constantFrom("percent" as const, "watts" as const),
    scale: fc.constantFrom("0.001", "0.01", "0.1", "1", "10"),
  });
  const limits = fc.oneof(
    fc.double({ noNaN: false }),
    fc.double({ min: -1e5, max: 1e6, noNaN: true }),
    fc.constantFrom(-1, -0, 32_767, 32_768, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53),
  );
  const rating = fc.double({ min: 100, max: 1e6, noNaN: true });

  it("never give more than was asked, never wrap around, and come back as they went", () => {
    fc.assert(
      fc.property(place, limits, rating, (at: LimitPlace, limit, rated) => {
        const count = new PowerCount(at, Watts(rated), "msw-first");
        const counts = count.countOf(limit);
        expect(Number.isInteger(counts) && counts >= 0).toBe(true);
        const asked = limit > 0 ? Math.min(limit, rated) : 0;
        expect(count.wattsOf(counts)).toBeLessThanOrEqual(asked * (1 + 1e-12));
        const sent = count.wordsOf(counts);
        expect(sent.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffff)).toBe(true);
        expect(sent.length).toBe(count.size);
        expect(count.countFrom(Uint16Array.from(sent))).toBe(counts);
      }),
      { seed: 20_261_124, numRuns: 2000 },
    );
  });

  it("read no power out of a negative number or of none", () => {
    const signed = new PowerCount({ address: 1, type: "i16", unit: "percent" }, Watts(1000), "msw-first");
    expect(signed.countFrom(Uint16Array.of(0xff9c))).toBeNaN();
    const float = new PowerCount({ address: 1, type: "float32", unit: "percent" }, Watts(1000), "msw-first");
    expect(float.countFrom(Uint16Array.of(0x7fc0, 0))).toBeNaN();
    expect(float.countFrom(Uint16Array.of(0xc2c8, 0))).toBeNaN();
  });
});

describe("a profile's limit", () => {
  const problems = (limit: object[]) => profileProblems(inverter(limit as RegisterLimit[])).map((one) => one.message);

  it("is refused where it cannot be: half a value, a negative scale, a promise without a time", () => {
    expect(problems([plain])).toEqual([]);
    expect(problems([{ ...plain, set: { ...plain.set, type: "u32" } }])).toEqual(["function 6 cannot write a u32."]);
    expect(problems([{ ...plain, set: { ...plain.set, scale: "-1" } }])).toHaveLength(1);
    expect(problems([{ ...plain, set: { ...plain.set, scale: "0.0" } }])).toHaveLength(1);
    expect(problems([{ ...plain, on_silence: "falls-to-value" }])[0]).toMatch(/silence_s must say which/);
    expect(problems([{ ...plain, on_silence: "keeps", silence_s: 5 }])[0]).toMatch(/has no meaning/);
    expect(problems([{ ...plain, memory: "flash" }])).toHaveLength(1);
    const blind = { ...plain, set: { ...plain.set, readable: false } };
    expect(problems([blind])).toEqual([]);
    expect(problems([blind, plain])[0]).toMatch(/only the last entry may be unreadable/);
  });
});
