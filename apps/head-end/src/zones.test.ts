import { localDay, offsetAt } from "@csj/calendar";
import { Instant } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { checkOffsets, Zones } from "./zones.ts";

const zones = new Zones();
const at = (text: string) => Instant(Date.parse(text));

describe("a zone table", () => {
  it.each([
    ["Europe/London", "2026-03-29T00:59:59Z", 0],
    ["Europe/London", "2026-03-29T01:00:00Z", 3600],
    ["Europe/London", "2026-10-25T01:00:00Z", 0],
    ["America/Sao_Paulo", "2018-11-04T03:00:00Z", -7200],
    ["America/Sao_Paulo", "2026-11-24T00:00:00Z", -10_800],
    ["Asia/Kathmandu", "2026-11-24T00:00:00Z", 20_700],
    ["Australia/Lord_Howe", "2026-11-24T00:00:00Z", 39_600],
    ["UTC", "2026-11-24T00:00:00Z", 0],
  ])("of %s has its offset at %s", (zone, text, offset) => {
    expect(offsetAt(zones.table(zone), at(text))).toBe(offset);
  });

  it("gives the skipped day of Samoa no length", () => {
    const { from, to } = localDay(zones.table("Pacific/Apia"), "2011-12-30");
    expect(to - from).toBe(0);
  });

  it("is refused for a name that is none", () => {
    expect(() => zones.table("Europe/Atlantis")).toThrow(expect.objectContaining({ code: "HEADEND_ZONE" }));
  });

  it("is refused where intervals do not meet its days, and taken where shorter ones do", () => {
    const zone = zones.table("Asia/Kathmandu");
    expect(() => checkOffsets(zone, [at("2026-11-24T00:00:00Z")], 1800)).toThrow(/345 minutes/);
    expect(() => checkOffsets(zone, [at("2026-11-24T00:00:00Z")], 900)).not.toThrow();
  });
});
