import { describe, expect, it } from "vitest";
import { Classifier } from "./classifier.ts";

describe("the flicker classifier", () => {
  it("gives each level exceeded within 2 % of the level, over five decades", () => {
    const classifier = new Classifier();
    for (let k = 0; k < 100_000; k++) classifier.take(10 ** (-3 + (5 * k) / 100_000));
    for (const percent of [0.1, 1, 10, 50, 80]) {
      expect(classifier.exceeded(percent) / 10 ** (2 - (5 * percent) / 100)).toBeCloseTo(1, 1.7);
    }
  });

  it("gives a steady level k a Pst of sqrt(0.5096 k), the weights' sum, within half a class", () => {
    const classifier = new Classifier();
    for (let k = 0; k < 1000; k++) classifier.take(4);
    expect(Math.abs(classifier.pst() / Math.sqrt(0.5096 * 4) - 1)).toBeLessThan(0.008);
  });

  it("keeps what is below and above its classes in the outermost, and loses none", () => {
    const classifier = new Classifier();
    for (const value of [0, 1e-30, 1e30, Number.POSITIVE_INFINITY]) classifier.take(value);
    expect(classifier.total).toBe(4);
    expect(classifier.exceeded(80)).toBeLessThan(1e-4);
    expect(classifier.exceeded(20)).toBeGreaterThan(1e4);
  });

  it("has nothing to say before it took anything, and after it was cleared", () => {
    const classifier = new Classifier();
    expect(classifier.pst()).toBeNaN();
    classifier.take(1);
    classifier.clear();
    expect(classifier.pst()).toBeNaN();
  });
});
