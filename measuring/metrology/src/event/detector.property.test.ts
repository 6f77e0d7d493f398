import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VoltageEventDetector } from "./detector.ts";
import type { VoltageEvent } from "./event.ts";

const layout = { rate: 10_000, channels: ["u1", "u2", "u3"] as const, nominalVolts: 230 };

/** Urms(1/2) of three voltages, unmeasured ones among them. */
const half = fc.tuple(
  ...Array.from({ length: 3 }, () => fc.oneof(fc.double({ min: 0, max: 500, noNaN: true }), fc.constant(Number.NaN))),
);

describe("whatever the voltages do", () => {
  it("each event that begins is told once, ends after it began, and crossed its threshold", () => {
    fc.assert(
      fc.property(fc.array(half, { maxLength: 200 }), (halves) => {
        let begun = 0;
        const events: VoltageEvent[] = [];
        const detector = new VoltageEventDetector(layout, {
          begun: () => begun++,
          ended: (event) => events.push(event),
        });
        halves.forEach((values, k) => {
          const rms = new Float64Array(8).fill(Number.NaN);
          rms.set(values);
          detector.take({ end: (k + 1) * 100, at: (k + 1) * 10, rms, locked: true });
        });
        detector.breakOff({ end: halves.length * 100, at: halves.length * 10 });
        expect(events.length).toBe(begun);
        for (const { kind, part, startPosition, endPosition, seconds, channels } of events) {
          expect(endPosition).toBeGreaterThanOrEqual(startPosition);
          expect(seconds).toBeCloseTo((endPosition - startPosition) / 10_000, 12);
          expect(channels.length).toBeGreaterThan(0);
          expect(kind === "swell" ? part > 1.1 : part < (kind === "dip" ? 0.9 : 0.05)).toBe(true);
        }
      }),
      { seed: 20_261_124, numRuns: 200 },
    );
  });
});
