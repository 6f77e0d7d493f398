import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WindowRecord } from "../window/record.ts";
import { Aggregator, TEN_MINUTES_MS, TWO_HOURS_MS } from "./aggregator.ts";
import { type Gathered, makeAggregateRecord } from "./record.ts";

function windowAt(at: number): WindowRecord {
  const values: Gathered = { ...makeAggregateRecord("short"), from: at - 200, to: at, seconds: 0.2, cycles: 10 };
  return { ...values, at, frequency: 50, re: values.rms, im: values.rms, highest: 50 };
}

/** What the clock does from one window to the next: 200 ms mostly, gaps, steps back, and times without a time. */
const step = fc.oneof(
  { weight: 20, arbitrary: fc.constant(200) },
  { weight: 3, arbitrary: fc.integer({ min: 201, max: 3 * TWO_HOURS_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: -2 * TEN_MINUTES_MS, max: -1 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);

describe("whatever the clock does", () => {
  it("each window with a time is in exactly one 10 minutes, and each of those in one 2 hours", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const told = { windows: 0, tens: 0, inTwo: 0 };
        const aggregator = new Aggregator({
          tenMinutes({ parts, start, end, missing }) {
            told.windows += parts;
            told.tens++;
            expect(start % TEN_MINUTES_MS).toBe(0);
            expect(end - start).toBe(TEN_MINUTES_MS);
            expect(missing).toBeCloseTo(600 - parts * 0.2, 6);
          },
          twoHours({ parts, start }) {
            told.inTwo += parts;
            expect(start % TWO_HOURS_MS).toBe(0);
          },
        });
        let at = Date.UTC(2026, 10, 24, 12);
        let timed = 0;
        for (const ms of steps) {
          if (!Number.isNaN(ms)) at += ms;
          if (!Number.isNaN(ms)) timed++;
          aggregator.take(windowAt(Number.isNaN(ms) ? Number.NaN : at));
        }
        aggregator.finish();
        expect(told.windows).toBe(timed);
        expect(told.inTwo).toBe(told.tens);
      }),
      { seed: 20_261_124, numRuns: 100 },
    );
  });
});
