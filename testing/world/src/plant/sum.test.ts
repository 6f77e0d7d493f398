import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { approach, constant, straight } from "./curve.ts";
import { crossings, sumAt, sumIntegral, sumOf } from "./sum.ts";

describe("a sum of curves", () => {
  it("is what its curves are together, and so is its integral", () => {
    const sum = sumOf([constant(500), straight(0, 0.5), approach(4000, 1000, 800), approach(0, 2000, 800)]);
    expect(sumAt(sum, 1000)).toBeCloseTo(500 + 500 + 1000 + 3000 * Math.exp(-1.25) + 2000 * (1 - Math.exp(-1.25)), 9);
    let stepped = 0;
    for (let at = 0.5; at < 1000; at += 1) stepped += sumAt(sum, at);
    expect(Math.abs(sumIntegral(sum, 1000) - stepped) / stepped).toBeLessThan(1e-6);
  });

  it.each([1, 2, 3, 4, 5])("crosses a level where a fine search says so, however often (seed %i)", (seed) => {
    const dice = seededRandom(seed);
    for (let round = 0; round < 40; round += 1) {
      const some = () => Math.round(dice.next() * 5000);
      const curves = Array.from({ length: 2 + Math.floor(dice.next() * 5) }, () =>
        dice.next() < 0.3 ? straight(some(), dice.next() - 0.5) : approach(some(), some(), 100 + some()),
      );
      const sum = sumOf(curves);
      const level = sumAt(sum, dice.next() * 10_000);
      const found = crossings(sum, level, 10_000);
      expect(found.length, `seed ${seed}, round ${round}`).toBe(searched((t) => sumAt(sum, t) - level, 10_000));
      for (const at of found) expect(Math.abs(sumAt(sum, at) - level)).toBeLessThan(1e-6);
    }
  });

  it("may cross a level three times, which one curve never does", () => {
    // Slowest falls, the middle rises, the fastest falls again.
    const sum = sumOf([approach(2100, 0, 20_000), approach(0, 3000, 2_000), approach(3500, 0, 200)]);
    const middle = (sumAt(sum, 600) + sumAt(sum, 4_500)) / 2;
    expect(crossings(sum, middle, 60_000)).toHaveLength(3);
  });
});

/** How often the sign changes between points 1 ms apart. */
function searched(of: (t: number) => number, within: number): number {
  let changes = 0;
  for (let at = 0; at < within; at += 1) if (of(at) * of(at + 1) < 0) changes += 1;
  return changes;
}
