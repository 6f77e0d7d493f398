import { describe, expect, it } from "vitest";
import { approach, type Curve, constant, crossing, integral, meeting, straight, valueAt } from "./curve.ts";

const curves: readonly [string, Curve][] = [
  ["a constant", constant(300)],
  ["a slope", straight(-200, 0.5)],
  ["a first-order fall", approach(5000, 400, 1000)],
  ["a first-order rise", approach(0, 2500, 700)],
];

describe("a curve", () => {
  it.each(curves)("integrates %s as the sum of many thin slices does", (_, curve) => {
    const slices = 20_000;
    const width = 3000 / slices;
    let sum = 0;
    for (let slice = 0; slice < slices; slice += 1) sum += valueAt(curve, (slice + 0.5) * width) * width;
    expect(Math.abs(integral(curve, 3000) - sum)).toBeLessThan(1);
  });

  it("crosses a level where its value is the level", () => {
    const fall = approach(5000, 400, 1000);
    // 4600 e^(-t/1000) = 600
    expect(crossing(fall, 1000, 10_000)).toBeCloseTo(1000 * Math.log(4600 / 600), 6);
    expect(crossing(straight(-200, 0.5), 0, 1000)).toBe(400);
  });

  it("does not cross a level that it never reaches, or reaches after the stretch", () => {
    expect(crossing(approach(5000, 400, 1000), 300, 1e9)).toBeUndefined();
    expect(crossing(straight(-200, 0.5), 0, 399)).toBeUndefined();
    expect(crossing(constant(10), 10, 100)).toBeUndefined();
  });

  it("finds both meetings of a bent and a straight curve, one after the other", () => {
    const bent = approach(1000, 0, 1000);
    const line = straight(900, -0.4);
    const first = meeting(bent, line, 5000) as number;
    expect(valueAt(bent, first)).toBeCloseTo(valueAt(line, first), 6);
    const rest = meeting(approach(valueAt(bent, first), 0, 1000), straight(valueAt(line, first), -0.4), 5000) as number;
    expect(rest).toBeGreaterThan(1);
    expect(valueAt(bent, first + rest)).toBeCloseTo(valueAt(line, first + rest), 6);
  });
});
