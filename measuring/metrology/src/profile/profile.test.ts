import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EnergyBank } from "../register/energy-bank.ts";
import { cycleRecord } from "../test/records.ts";
import { crc32 } from "./crc32.ts";
import { decodeInterval, encodeInterval, type IntervalRecord, RECORD_BYTES } from "./interval-record.ts";
import { LoadProfile } from "./load-profile.ts";
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_BYTES } from "./snapshot-record.ts";
import { statusNames } from "./status.ts";

const noon = Date.parse("2026-06-13T12:00:00Z");
const HALF_HOUR = 1_800_000;

describe("a load profile", () => {
  it("latches the registers at each half-hour, with all cycles that ended by then", () => {
    const meter = meterAt(noon);
    meter.run(2 * HALF_HOUR + 1000, 3600);
    expect(meter.records.map(({ end, counts, status }) => [end, counts[0], statusNames(status)])).toEqual([
      [(noon + HALF_HOUR) / 1000, 1_800_000, []],
      [(noon + 2 * HALF_HOUR) / 1000, 3_600_000, []],
    ]);
  });

  it("marks an interval that was not measured whole", () => {
    const meter = meterAt(noon + 60_000);
    meter.run(HALF_HOUR, 1000);
    expect(statusNames(meter.records[0]?.status ?? 0)).toEqual(["partial"]);
  });

  it("closes the interval in which power was lost when it returns, and invents none in between", () => {
    const before = meterAt(noon);
    before.run(600_000, 3600);
    const after = meterAt(noon + 3 * HALF_HOUR + 60_000, before);
    after.run(HALF_HOUR, 3600);
    expect(after.records.map(({ end, counts, status }) => [end, counts[0], statusNames(status)])).toEqual([
      [(noon + HALF_HOUR) / 1000, 600_000, ["power-fail", "partial"]],
      [(noon + 4 * HALF_HOUR) / 1000, 600_000 + 1_740_000, ["power-fail", "partial"]],
    ]);
  });

  it("marks both intervals when the clock is set, and loses no energy", () => {
    for (const shift of [-3_000_000, -5000, 5000, 2_400_000]) {
      const meter = meterAt(noon);
      meter.run(600_000, 3600);
      meter.profile.clockSet(shift);
      meter.at += shift;
      meter.run(2 * HALF_HOUR, 3600);
      const [first, second, third] = meter.records;
      expect(statusNames(first?.status ?? 0), `${shift}`).toContain("clock-set");
      expect(statusNames(second?.status ?? 0), `${shift}`).toContain("clock-set");
      expect(first?.counts[0], `${shift}`).toBe(600_000);
      expect(third === undefined || !statusNames(third.status).includes("clock-set"), `${shift}`).toBe(true);
    }
  });

  it("marks nothing for a correction of two seconds", () => {
    const meter = meterAt(noon);
    meter.run(600_000, 3600);
    meter.profile.clockSet(2000);
    meter.at += 2000;
    meter.run(HALF_HOUR, 3600);
    expect(meter.records[0]?.status).toBe(0);
  });
});

describe("a record of the load profile", () => {
  const counts = fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), { minLength: 6, maxLength: 6 });
  const record = fc.record({
    end: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    length: fc.integer({ min: 0, max: 65_535 }),
    status: fc.integer({ min: 0, max: 65_535 }),
    counts,
    sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  });

  it("reads what was written", () => {
    fc.assert(
      fc.property(record, (given) => {
        expect(decodeInterval(encodeInterval(given))).toEqual(given);
      }),
      { seed: 7 },
    );
  });

  it("is no record once any bit of it has changed", () => {
    fc.assert(
      fc.property(record, fc.integer({ min: 0, max: RECORD_BYTES * 8 - 1 }), (given, bit) => {
        const bytes = encodeInterval(given);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeInterval(bytes)).toBeUndefined();
      }),
      { seed: 8 },
    );
  });

  it("has the CRC-32 that everybody has", () => {
    expect(crc32(Uint8Array.from("123456789", (digit) => digit.charCodeAt(0)))).toBe(0xcbf43926);
  });

  it("is kept for days and months with rates and demand too", () => {
    const given = {
      end: noon / 1000,
      kind: "month",
      status: 4,
      counts: [1, 2, 3, 4, 5, 6],
      rates: Array.from({ length: 18 }, (_, index) => index * 1000),
      demand: 4250.5,
      demandAt: noon / 1000 - 1800,
      sequence: 9,
    } as const;
    const bytes = encodeSnapshot(given);
    expect(bytes.length).toBe(SNAPSHOT_BYTES);
    expect(SNAPSHOT_BYTES).toBe(216);
    expect(decodeSnapshot(bytes)).toEqual(given);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    expect(decodeSnapshot(bytes)).toBeUndefined();
    expect(decodeSnapshot(new Uint8Array(SNAPSHOT_BYTES))).toBeUndefined();
  });
});

function meterAt(at: number, before?: { bank: EnergyBank; profile: LoadProfile }) {
  const records: IntervalRecord[] = [];
  const bank = new EnergyBank({ register: { perCount: 0.001, digits: 12 }, noLoadAmps: 0 }, before?.bank.save());
  const profile = new LoadProfile(
    { interval: 1800 },
    bank.registers,
    (record) => records.push(record),
    before?.profile.save(),
  );
  const meter = {
    at,
    bank,
    profile,
    records,
    run(duration: number, watts: number) {
      for (const end = meter.at + duration; meter.at < end; ) {
        meter.at += 1000;
        const record = cycleRecord({ active: [watts], seconds: 1, at: meter.at });
        profile.cycle(record);
        bank.cycle(record);
      }
    },
  };
  return meter;
}
