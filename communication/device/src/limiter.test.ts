import { defineErrors } from "@csj/fault";
import type { Answer, ReadRequest } from "@csj/modbus";
import { Millis, Watts } from "@csj/quantity";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openLimiter } from "./limiter.ts";
import type { LimiterEntry, SunSpecProfile } from "./profile.ts";
import { WordsAccess } from "./words-access.ts";

const entry = {
  memory: "volatile",
  smallest_write_period_ms: 0,
  floor: 0,
  settle_ms: 1000,
  write: "block",
} as const;

function inverter(limiter: LimiterEntry[]): SunSpecProfile {
  return {
    kind: "sunspec",
    id: "test-inverter",
    name: "Test inverter",
    maker: "Test",
    models: ["Test"],
    roles: ["inverter"],
    phases: 1,
    verification: { status: "simulator", source: ["test"], unverified: [] },
    serial: { baud: 9600, parity: "none", stop_bits: 1, unit: 1 },
    facts: { update_ms: null, latency_ms: null, registers: "unknown" },
    quirks: [],
    families: [{ models: [103], power: [{ quantity: "generation", point: "W", range: [-10, 10] }], energy: [] }],
    limiter,
  };
}

const both = inverter([
  { ...entry, model: 704, silence_s: 10, on_silence: "falls-to-value" },
  { ...entry, model: 123, silence_s: 0, on_silence: "releases" },
]);

/** Model 121 at 2 with WMax 5000 W in tens, model 123 at 34 with percent in whole numbers. */
function older(scale = 0): WordsAccess {
  const access = new WordsAccess().set(3, 0, [0x5375, 0x6e53]);
  access.set(3, 2, [121, 30, 500, ...new Array(19).fill(0xffff), 1, ...new Array(9).fill(0x8000)]);
  access.set(3, 34, [123, 24, ...new Array(21).fill(0), scale & 0xffff, 0, 0]);
  return access.set(3, 60, [0xffff, 0]);
}

/** Model 702 at 2 with WMax 8000 W, model 704 at 54 with percent in hundredths. */
function newer(): WordsAccess {
  const access = new WordsAccess().set(3, 0, [0x5375, 0x6e53]);
  access.set(3, 2, [702, 50, 8000, ...new Array(49).fill(0xffff)]);
  access.set(3, 2 + 24, [8000]);
  access.set(3, 2 + 45, [0]);
  access.set(3, 54, [704, 65, ...new Array(65).fill(0)]).set(3, 54 + 54, [0xfffe]);
  return access.set(3, 121, [0xffff, 0]);
}

const open = (access: WordsAccess, more = {}) => openLimiter(both, access, 1, { id: "inv", ...more });

describe("a limit through SunSpec model 123", () => {
  it("is rounded down to the register's step and written with its switch, without a timer", async () => {
    const access = older();
    const limiter = open(access);
    expect(await limiter.prepare()).toEqual({ rated: 5000 });
    expect(await limiter.limitTo(Watts(2499))).toBe(2450);
    expect(access.writes).toEqual([{ unit: 1, lane: "control", function: 16, address: 39, words: [49, 0, 0, 0, 1] }]);
  });

  it("holds a limit of whole steps in full, however it was computed, and is never a step above one", async () => {
    const access = newer();
    const limiter = open(access);
    const { rated } = await limiter.prepare();
    const counts = fc.integer({ min: 0, max: 10_000 });
    await fc.assert(
      fc.asyncProperty(counts, fc.double({ min: 1e-3, max: 0.999, noNaN: true }), async (count, part) => {
        for (const whole of [count * limiter.facts.quantum * rated, (count / 10_000) * rated, 0.1 * count * 8]) {
          await limiter.limitTo(Watts(whole));
          expect(access.writes.at(-1)?.words[1]).toBe(count);
        }
        expect(await limiter.limitTo(Watts((count + part) * 0.8))).toBeLessThanOrEqual((count + part) * 0.8);
        expect(access.writes.at(-1)?.words[1]).toBe(Math.min(count, 10_000));
        access.writes.length = 0;
      }),
      { seed: 20_261_124, numRuns: 300 },
    );
  });

  it("says that the inverter keeps it when nobody writes any more", async () => {
    const limiter = open(older());
    expect(limiter.facts.onSilence).toBe("unknown");
    await limiter.prepare();
    expect(limiter.facts).toMatchObject({ onSilence: "keeps", quantum: 0.01 });
    expect(limiter.facts.silenceTimeout).toBeUndefined();
  });

  it("says that it is released where the caller arms its timer all the same", async () => {
    const limiter = open(older(), { silence: Millis(60_000) });
    await limiter.prepare();
    expect(limiter.facts).toMatchObject({ onSilence: "releases", silenceTimeout: 60_000 });
  });

  it("never wraps around: a negative limit is 0 and one above the rating is the rating", async () => {
    const access = older();
    const limiter = open(access);
    await limiter.prepare();
    expect(await limiter.limitTo(Watts(-40))).toBe(0);
    expect(await limiter.limitTo(Watts(1e9))).toBe(5000);
    expect(access.writes.map((write) => write.words[0])).toEqual([0, 100]);
  });

  it("leaves times that the inverter does not implement as they were", async () => {
    const access = older().set(3, 40, [0xffff, 0xffff, 0xffff]);
    const limiter = open(access);
    await limiter.prepare();
    await limiter.limitTo(Watts(5000));
    expect(access.writes[0]?.words).toEqual([100, 0xffff, 0xffff, 0xffff, 1]);
  });

  it("goes register by register where the inverter refuses function 16, leaving out times that are 0 already", async () => {
    const access = older().set(3, 41, [60]);
    const single = inverter([{ ...entry, model: 123, silence_s: 0, on_silence: "releases", write: "single" }]);
    const limiter = openLimiter(single, access, 1, { id: "inv" });
    await limiter.prepare();
    await limiter.limitTo(Watts(5000));
    expect(access.writes.map((write) => [write.function, write.address, ...write.words])).toEqual([
      [6, 39, 100],
      [6, 41, 0],
      [6, 43, 1],
    ]);
  });
});

describe("a limit through SunSpec model 704", () => {
  it("carries the value to fall to and arms its timer with every write", async () => {
    const access = newer();
    const limiter = open(access, { fallback: Watts(800) });
    expect(await limiter.prepare()).toEqual({ rated: 8000 });
    expect(await limiter.limitTo(Watts(3333.3))).toBe(3332.8);
    expect(access.writes).toEqual([
      { unit: 1, lane: "control", function: 16, address: 68, words: [1, 4166, 1000, 1, 0, 10] },
    ]);
    expect(limiter.facts).toMatchObject({ onSilence: "falls-to-value", silenceTimeout: 10_000, quantum: 0.0001 });
  });
});

const lost = defineErrors({ TEST_LOST: { fault: "wire", retry: true, help: "" } });

/** Loses every second answer. */
class Lossy extends WordsAccess {
  asked = 0;
  loses = (asked: number) => asked % 2 === 0;
  override async read(request: ReadRequest): Promise<Answer> {
    this.asked += 1;
    if (this.loses(this.asked)) throw lost.TEST_LOST("No answer.");
    return super.read(request);
  }
}

describe("a limiter on a line that loses answers", () => {
  const lossy = () => {
    const access = new Lossy();
    const whole = older();
    for (let address = 0; address < 62; address += 1) access.set(3, address, [...(whole.peek(3, address, 1) ?? [])]);
    return access;
  };

  it("gets to know its device over several tries, each of which ends after a few lost answers", async () => {
    const access = lossy();
    const limiter = open(access);
    let said: { rated: Watts } | undefined;
    for (let tries = 1; tries <= 10 && said === undefined; tries += 1) {
      const before = access.asked;
      said = await limiter.prepare().catch(() => undefined);
      expect(access.asked - before).toBeLessThanOrEqual(6);
    }
    expect(said).toEqual({ rated: 5000 });
  });

  it("costs one question where nothing answers", async () => {
    const access = lossy();
    access.asked = 1;
    access.loses = () => true;
    await expect(open(access).prepare()).rejects.toMatchObject({ code: "TEST_LOST" });
    expect(access.asked).toBe(2);
  });

  it("asks everything anew once it knows it", async () => {
    const access = older();
    const limiter = open(access);
    await limiter.prepare();
    access.set(3, 4, [300]);
    expect(await limiter.prepare()).toEqual({ rated: 3000 });
  });
});

describe("a limiter", () => {
  it("refuses to guess: not prepared, no number, no model, no rating", async () => {
    await expect(open(older()).limitTo(Watts(1))).rejects.toMatchObject({ code: "DEVICE_NOT_PREPARED" });
    const ready = open(older());
    await ready.prepare();
    await expect(ready.limitTo(Watts(Number.NaN))).rejects.toMatchObject({ code: "DEVICE_LIMIT" });
    const bare = new WordsAccess().set(3, 0, [0x5375, 0x6e53, 0xffff, 0]);
    await expect(open(bare).prepare()).rejects.toMatchObject({ code: "DEVICE_MODEL_MISSING" });
    const unrated = older().set(3, 4, [0xffff]);
    await expect(open(unrated).prepare()).rejects.toMatchObject({ code: "DEVICE_MODEL_MISSING" });
  });
});
