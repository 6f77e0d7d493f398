import { describe, expect, it } from "vitest";
import { cellOf } from "./classes.ts";
import { iticRegion } from "./itic.ts";

describe("the dip table", () => {
  it.each([
    [0.89, 0.1, 0, 0],
    [0.8, 0.2, 0, 0],
    [0.79, 0.201, 1, 1],
    [0.4, 0.9, 2, 2],
    [0.39, 3, 3, 3],
    [0.05, 30, 3, 4],
    [0, 60, 4, 4],
  ])("puts %d of the voltage for %d s into row %i and column %i", (part, seconds, row, column) => {
    expect(cellOf({ kind: "dip", part, seconds })).toEqual({ row, column });
  });

  it("holds nothing shorter than half a cycle of 50 Hz, longer than a minute, or interrupted", () => {
    expect(cellOf({ kind: "dip", part: 0.5, seconds: 0.005 })).toBeUndefined();
    expect(cellOf({ kind: "dip", part: 0.5, seconds: 61 })).toBeUndefined();
    expect(cellOf({ kind: "interruption", part: 0.01, seconds: 1 })).toBeUndefined();
  });

  it("has rows of its own for swells", () => {
    expect(cellOf({ kind: "swell", part: 1.3, seconds: 0.4 })).toEqual({ row: 0, column: 0 });
    expect(cellOf({ kind: "swell", part: 1.15, seconds: 20 })).toEqual({ row: 1, column: 2 });
  });
});

describe("the ITIC curve", () => {
  it.each([
    [1, 100, "no-interruption"],
    [0, 0.02, "no-interruption"],
    [0, 0.021, "no-damage"],
    [0.69, 0.3, "no-damage"],
    [0.71, 0.3, "no-interruption"],
    [0.75, 5, "no-damage"],
    [0.85, 5, "no-interruption"],
    [0.85, 11, "no-damage"],
    [1.15, 0.4, "no-interruption"],
    [1.21, 0.4, "prohibited"],
    [1.15, 0.6, "prohibited"],
    [1.39, 0.003, "no-interruption"],
    [1.9, 0.001, "no-interruption"],
    [2.1, 0.001, "prohibited"],
    [4.9, 0.0001, "no-interruption"],
    [5.1, 0.0001, "prohibited"],
  ] as const)("puts %d of the voltage for %d s into %s", (part, seconds, region) => {
    expect(iticRegion(part, seconds)).toBe(region);
  });
});
