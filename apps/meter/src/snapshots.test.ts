import { EnergyBank, MaximumDemand, RateRegisters, type SnapshotRecord, statusNames } from "@csj/metrology";
import { describe, expect, it } from "vitest";
import { zoneOf } from "./days.ts";
import { Snapshots } from "./snapshots.ts";
import { secondOf, spec } from "./test/seconds.mjs";

const zone = zoneOf("Europe/London");
const HOUR = 3_600_000;

describe("the registers at the end of a day", () => {
  it("are latched at the zone's midnight, also where the day has 23 or 25 hours", () => {
    for (const [evening, midnight] of [
      ["2026-03-28T23:00:00Z", "2026-03-29T00:00:00Z"],
      ["2026-03-29T22:00:00Z", "2026-03-29T23:00:00Z"],
      ["2026-10-25T23:00:00Z", "2026-10-26T00:00:00Z"],
    ] as const) {
      const { records } = run(Date.parse(evening), 2 * HOUR);
      expect(records.map(({ kind, end, status }) => [kind, new Date(end * 1000).toISOString(), status])).toEqual([
        ["day", midnight.replace("Z", ".000Z"), 0],
      ]);
    }
  });

  it("are those of a month too where the month ends", () => {
    const { records } = run(Date.parse("2026-06-30T22:00:00Z"), 2 * HOUR);
    expect(records.map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ["day", 1],
      ["month", 2],
    ]);
    expect(records[0]?.end).toBe(Date.parse("2026-06-30T23:00:00Z") / 1000);
    expect(records[1]?.counts).toEqual(records[0]?.counts);
  });

  it("are latched when power is back where it was gone at midnight, marked, and for one day only", () => {
    const lost = Date.parse("2026-06-13T21:00:00Z");
    const { records } = run(Date.parse("2026-06-15T09:00:00Z"), HOUR, lost);
    expect(records.map(({ end, status }) => [end * 1000, statusNames(status)])).toEqual([
      [Date.parse("2026-06-13T23:00:00Z"), ["power-fail"]],
    ]);
  });

  it("are refused for a zone that there is none of", () => {
    expect(() => zoneOf("Europe/Nowhere")).toThrow(expect.objectContaining({ code: "METER_CONFIG_INVALID" }));
  });
});

/** Seconds of a load from an instant on, by a meter that measured last at `lost`. */
function run(from: number, duration: number, lost = Number.NaN): { records: SnapshotRecord[] } {
  const records: SnapshotRecord[] = [];
  const bank = new EnergyBank(spec);
  const rates = new RateRegisters(spec.register);
  const demand = new MaximumDemand({ subPeriod: 1_800_000, subPeriods: 1 });
  const parts = { zone, bank, rates, demand, onRecord: (record: SnapshotRecord) => records.push(record) };
  const snapshots = new Snapshots(parts, 0, lost);
  for (let at = from + 1000; at <= from + duration; at += 1000) {
    const record = secondOf(at, from);
    snapshots.cycle(record);
    bank.cycle(record);
  }
  return { records };
}
