import { describe, expect, it } from "vitest";
import type { CycleRecord } from "../cycle/record.ts";
import { TenSecondFrequency, type TenSeconds } from "./ten-seconds.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const nothing = new Float64Array(8).fill(Number.NaN);

function cycleTo(at: number, seconds: number, locked = true): CycleRecord {
  const arrays = { rms: nothing, mean: nothing, active: nothing, reactive: nothing };
  return { from: 0, to: 0, at, seconds, frequency: 1 / seconds, locked, ...arrays };
}

/** Cycles of a frequency from one instant to another. */
function measure(hertz: number, from: number, to: number, locked: (at: number) => boolean = () => true): TenSeconds[] {
  const out: TenSeconds[] = [];
  const meter = new TenSecondFrequency((frequency) => out.push(frequency));
  for (let k = 1; from + (k * 1000) / hertz <= to; k++) {
    const at = from + (k * 1000) / hertz;
    meter.take(cycleTo(at, 1 / hertz, locked(at)));
  }
  return out;
}

describe("the 10-second frequency", () => {
  it.each([42.5, 49.987, 50, 50.013, 57.5, 60, 69])("is right at %d Hz to 0.1 mHz, tick by tick", (hertz) => {
    const values = measure(hertz, NOON + 3.3, NOON + 30_100);
    expect(values.map(({ start }) => start - NOON)).toEqual([0, 10_000, 20_000]);
    for (const { frequency } of values) expect(Math.abs(frequency - hertz)).toBeLessThan(1e-4);
  });

  it("counts whole cycles within the ticks only", () => {
    const [value] = measure(49.99, NOON - 10, NOON + 11_000).filter(({ start }) => start === NOON);
    expect(value!.cycles).toBe(499);
  });

  it("is unavailable where the voltage was lost within, or where it was not observed for the 10 s", () => {
    const values = measure(50, NOON + 4000, NOON + 40_100, (at) => at < NOON + 25_000 || at > NOON + 25_100);
    expect(values.map(({ frequency }) => Number.isNaN(frequency))).toEqual([true, false, true, false]);
  });

  it("waits for a time", () => {
    const out: TenSeconds[] = [];
    const meter = new TenSecondFrequency((frequency) => out.push(frequency));
    for (let k = 0; k < 2000; k++) meter.take(cycleTo(Number.NaN, 0.02));
    expect(out).toEqual([]);
  });
});
