import { describe, expect, it } from "vitest";
import { Tracker, type TrackerRule } from "./tracker.ts";

const reference = Float64Array.of(100, 100);
const rule = { direction: "below", threshold: 0.5, hysteresis: 0.1 } as const;

/** Two voltages that go from some values to others within one half cycle of 100 samples. */
function track(begins: TrackerRule["begins"], was: [number, number], is: [number, number], back: [number, number]) {
  const tracker = new Tracker({ ...rule, begins }, 2);
  const values = (pair: [number, number]) => Float64Array.from(pair);
  tracker.take({ before: 0, end: 100, was: values(was), is: values(is) }, reference);
  tracker.take({ before: 100, end: 200, was: values(is), is: values(back) }, reference);
  return { start: tracker.startPosition, end: tracker.endPosition };
}

/** Where the square went through a level, as a part of its way. */
function part(from: number, to: number, level: number): number {
  return (100 * (from ** 2 - level ** 2)) / (from ** 2 - to ** 2);
}

/** By the definition of RMS: samples since the change, of a cycle of 200 that goes from 100 to 10, when it is at a level. */
function since(level: number): number {
  return (200 * (100 ** 2 - level ** 2)) / (100 ** 2 - 10 ** 2);
}

describe("two voltages that cross within the same half cycle", () => {
  it("begin a dip at the earlier crossing and end it at the later one", () => {
    const { start, end } = track("any", [100, 100], [40, 10], [100, 70]);
    expect(start).toBeCloseTo(part(100, 10, 50) - since(50), 9);
    expect(end).toBeCloseTo(100 + part(10, 70, 60) - (200 - since(60)), 9);
  });

  it("begin an interruption at the later crossing and end it at the earlier one", () => {
    const { start, end } = track("all", [100, 100], [40, 10], [100, 70]);
    expect(start).toBeCloseTo(part(100, 40, 50) - since(50), 9);
    expect(end).toBeCloseTo(100 + part(40, 100, 60) - (200 - since(60)), 9);
  });

  it("begin a cycle or less before the half cycle's end where nothing was measured before it", () => {
    expect(track("any", [Number.NaN, Number.NaN], [40, 10], [100, 100]).start).toBeCloseTo(100 - since(50), 9);
  });
});
