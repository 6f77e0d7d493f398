import { Instant } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { localDateOf, localDay, minuteOfDay } from "./local-day.ts";
import type { ZoneTable } from "./zone.ts";

const at = (iso: string) => Instant(Date.parse(iso));
const zone = (id: string, firstOffset: number, ...changes: [string, number][]): ZoneTable => ({
  id,
  tzdata: "test",
  firstOffset,
  changes: changes.map(([iso, offset]) => ({ at: at(iso), offset })),
});

const london = zone("Europe/London", 0, ["2026-03-29T01:00Z", 3600], ["2026-10-25T01:00Z", 0]);
const lordHowe = zone("Australia/Lord_Howe", 39_600, ["2026-04-04T15:00Z", 37_800], ["2026-10-03T15:30Z", 39_600]);
// Samoa went from the last to the first place of the date line: 2011-12-30 did not happen.
const apia = zone("Pacific/Apia", -36_000, ["2011-12-30T10:00Z", 50_400]);
// Egypt's clocks changed at midnight, so the day began at 01:00.
const cairo = zone("Africa/Cairo", 7200, ["2026-04-23T22:00Z", 10_800]);

const halfHours = (z: ZoneTable, date: string) => {
  const { from, to } = localDay(z, date);
  return (to - from) / 1_800_000;
};

describe("a civil day", () => {
  it.each([
    ["an ordinary day", london, "2026-11-24", 48],
    ["the day that loses an hour", london, "2026-03-29", 46],
    ["the day that gains an hour", london, "2026-10-25", 50],
    ["the day that gains half an hour", lordHowe, "2026-04-05", 49],
    ["the day that loses half an hour", lordHowe, "2026-10-04", 47],
    ["the day that never was", apia, "2011-12-30", 0],
    ["the day whose midnight is skipped", cairo, "2026-04-24", 46],
  ])("has the half-hours of its zone: %s", (_, z, date, expected) => {
    expect(halfHours(z as ZoneTable, date as string)).toBe(expected);
  });

  it("starts after the clock change that swallowed its midnight", () => {
    expect(new Date(localDay(cairo, "2026-04-24").from).toISOString()).toBe("2026-04-23T22:00:00.000Z");
  });

  it("names the date and the minute that a wall clock there shows", () => {
    expect(localDateOf(london, at("2026-07-01T23:30Z"))).toBe("2026-07-02");
    expect(minuteOfDay(london, at("2026-07-01T23:30Z"))).toBe(30);
    expect(localDateOf(apia, at("2011-12-29T12:00Z"))).toBe("2011-12-29");
  });
});
