import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { figuresOf, parseStandard, refusalOf, toleranceOf, tripOver } from "./standard.ts";

const folder = new URL("../../standards/", import.meta.url);
const files = readdirSync(folder);
const read = (file: string) => parseStandard(parse(readFileSync(new URL(file, folder), "utf8")), file);

describe.each(files)("the standard %s", (file) => {
  const standard = read(file);

  it("has its file's name, and each number names its clause and its source", () => {
    expect(`${standard.id}.yaml`).toBe(file);
    for (const [place, { clause, source }] of figuresOf(standard)) {
      expect(`${place} ${clause} ${source}`).not.toMatch(/undefined|^\s*$/);
    }
    expect(figuresOf(standard).length).toBeGreaterThan(4);
  });

  it("has times that a controller can be held to", () => {
    expect(standard.failsafe.lost_after_s.value).toBeLessThanOrEqual(standard.back_within_s.value);
    for (const trip of standard.trips) expect(trip.after_s.value).toBeGreaterThan(0);
    expect(toleranceOf(standard, 10_000)).toBeGreaterThan(0);
  });
});

describe("what counts as over", () => {
  it("is the lower of 4 % and 100 W in Australia", () => {
    expect(toleranceOf(read("as4777.yaml"), 10_000)).toBe(100);
    expect(toleranceOf(read("as4777.yaml"), 2_000)).toBe(80);
  });

  it("grows with what may be exported where a trip is a multiple of it", () => {
    const standard = read("vde-4105.yaml");
    const overs = standard.trips.map((trip) => Math.round(tripOver(trip, standard, 6_000, 10_000)));
    expect(overs).toEqual([120, 402, 4_140]);
  });

  it("is the tolerance where nothing may be exported", () => {
    const standard = read("ul1741-pcs.yaml");
    expect(tripOver(standard.trips[0] as never, standard, 0, 10_000)).toBe(200);
  });
});

it("a limit below 60 % of the installed power is refused where the standard says so", () => {
  expect(refusalOf(read("vde-4105.yaml"), { allowedW: 5_999, ratedW: 10_000 })).toContain("60 %");
  expect(refusalOf(read("vde-4105.yaml"), { allowedW: 6_000, ratedW: 10_000 })).toBeUndefined();
  expect(refusalOf(read("zero.yaml"), { allowedW: 0, ratedW: 10_000 })).toBeUndefined();
});

it.each([
  ["an unknown key", { extra: 1 }],
  ["a number without its source", { back_within_s: { value: 5, clause: "x", verified: true } }],
  ["a negative time", { back_within_s: { value: -5, clause: "x", source: "y", verified: true } }],
])("a file with %s is refused", (_what, change) => {
  const good = parse(readFileSync(new URL("zero.yaml", folder), "utf8"));
  expect(() => parseStandard({ ...good, ...change })).toThrow("is not a standard's file");
});
