import { Instant } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { type BoundaryDay, deriveDay } from "./block.ts";
import { qualityOf } from "./quality.ts";

const start = Instant(Date.parse("2026-11-24T00:00:00Z"));

function day(counts: (number | null)[], more: Partial<BoundaryDay> = {}): BoundaryDay {
  return {
    unit: "Wh",
    perCount: 10,
    digits: 6,
    step: 1,
    interval: 3600,
    counts,
    delays: counts.map((count) => (count === null ? null : 0)),
    breaks: [],
    ...more,
  };
}

const words = (quality: Uint8Array) => [...quality].map(qualityOf);

describe("a day's intervals from the registers at its boundaries", () => {
  it("takes each interval as the difference of two reads, in the register's own unit", () => {
    const derived = deriveDay(day([100, 103, 103, 110]), start);
    expect([...derived.values]).toEqual([30, 0, 70]);
    expect(words(derived.quality)).toEqual(["actual", "actual", "actual"]);
    expect(derived.spans).toEqual([]);
  });

  it("leaves both intervals of an unread boundary missing and keeps their energy as one span", () => {
    const derived = deriveDay(day([100, null, null, 130, 131]), start);
    expect(words(derived.quality)).toEqual(["missing", "missing", "missing", "actual"]);
    expect(derived.spans).toEqual([{ from: start, to: start + 18 * 3_600_000, amount: 300 }]);
  });

  it("carries a register over its rollover", () => {
    expect([...deriveDay(day([999_998, 3]), start).values]).toEqual([50]);
  });

  it("marks both neighbours of a boundary that was read more than two seconds late", () => {
    const derived = deriveDay(day([1, 2, 3, 4], { delays: [0, 2001, 2000, 0] }), start);
    expect(words(derived.quality)).toEqual(["late", "late", "actual"]);
  });

  it("takes no difference across a meter exchange, and no span either", () => {
    const derived = deriveDay(day([500, null, 3, 9], { breaks: [2] }), start);
    expect(words(derived.quality)).toEqual(["missing", "missing", "actual"]);
    expect(derived.spans).toEqual([]);
    expect(derived.values[2]).toBe(60);
  });
});
