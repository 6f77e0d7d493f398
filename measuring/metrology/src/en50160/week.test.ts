import { describe, expect, it } from "vitest";
import { type AggregateRecord, makeAggregateRecord } from "../aggregate/record.ts";
import type { VoltageEvent } from "../event/event.ts";
import type { ChannelId } from "../frame/channel.ts";
import { HARMONIC_PLACES } from "../window/record.ts";
import { en50160Criteria } from "./limits.ts";
import { type CriterionVerdict, En50160Week, type WeekVerdict } from "./week.ts";

const MONDAY = Date.UTC(2026, 10, 23);
const TEN_MINUTES = 600_000;
const site = { channels: ["u1", "u2", "u3"], nominalVolts: 230, nominalHertz: 50 } as const;

interface Interval {
  readonly volts?: number;
  readonly thd?: number;
  readonly h5?: number;
  readonly unbalance?: number;
  readonly pst?: number;
  readonly hertz?: number;
  readonly flagged?: boolean;
  readonly missing?: number;
  readonly absent?: boolean;
}

function recordOf(slot: number, { volts = 231, thd = 0.03, h5 = 0.02, unbalance = 0.005, ...rest }: Interval) {
  const record: AggregateRecord = makeAggregateRecord("ten-minutes");
  record.start = MONDAY + slot * TEN_MINUTES;
  record.flagged = rest.flagged ?? false;
  record.missing = rest.missing ?? 0;
  record.unbalanceNegative = unbalance;
  for (let channel = 0; channel < 3; channel++) {
    record.rms[channel] = 231;
    record.thd[channel] = thd;
    for (let h = 0; h <= 25; h++) record.harmonics[channel * HARMONIC_PLACES + h] = 0.001 * 230;
    record.harmonics[channel * HARMONIC_PLACES + 1] = 230;
    record.harmonics[channel * HARMONIC_PLACES + 5] = h5 * 230;
  }
  record.rms[0] = volts;
  return record;
}

/** A week in which each of the 1,008 intervals is as the function says. */
function weekOf(at: (slot: number) => Interval = () => ({})): En50160Week {
  const week = new En50160Week(MONDAY, site);
  for (let slot = 0; slot < 1008; slot++) {
    const interval = at(slot);
    if (interval.absent) continue;
    week.takeTenMinutes(recordOf(slot, interval));
    week.takePst(MONDAY + slot * TEN_MINUTES, new Float64Array(8).fill(interval.pst ?? 0.5), interval.flagged ?? false);
    for (let k = 0; k < 60; k++) {
      const start = MONDAY + slot * TEN_MINUTES + k * 10_000;
      week.takeTenSeconds({ start, end: start + 10_000, frequency: interval.hertz ?? 50.01, cycles: 500 });
    }
  }
  return week;
}

function of(verdict: WeekVerdict, id: string, channel: ChannelId | "site" = "u1"): CriterionVerdict {
  const found = verdict.criteria.find((line) => line.criterion.id === id && (line.channel ?? "site") === channel);
  if (found === undefined) throw new Error(`no criterion ${id} of ${channel}`);
  return found;
}

describe("a week by EN 50160", () => {
  it("passes where every interval lies within", () => {
    const verdict = weekOf().verdict();
    expect(verdict.verdict).toBe("pass");
    expect(verdict.criteria.length).toBe(3 + 3 * (en50160Criteria.length - 3));
    expect(of(verdict, "voltage")).toMatchObject({ within: 1008, outside: 0, flagged: 0, missing: 0, share: 1 });
    expect(of(verdict, "flicker").within).toBe(84);
    expect(of(verdict, "frequency", "site").within).toBe(60_480);
  });

  it.each([
    [50, "pass"],
    [51, "fail"],
  ])("with %i of 1,008 intervals at 88 %% of the voltage: %s, of that phase only", (outside, expected) => {
    const verdict = weekOf((slot) => (slot < outside ? { volts: 0.88 * 230 } : {})).verdict();
    expect(of(verdict, "voltage").verdict).toBe(expected);
    expect(of(verdict, "voltage").outside).toBe(outside);
    expect(of(verdict, "voltage").worst).toBeCloseTo(0.88, 9);
    expect(of(verdict, "voltage", "u2").verdict).toBe("pass");
    expect(of(verdict, "voltage-always").verdict).toBe("pass");
    expect(verdict.verdict).toBe(expected);
  });

  it("fails at once by one interval beyond what always holds", () => {
    const verdict = weekOf((slot) => (slot === 3 ? { volts: 0.84 * 230 } : {})).verdict();
    expect(of(verdict, "voltage").verdict).toBe("pass");
    expect(of(verdict, "voltage-always").verdict).toBe("fail");
    expect(verdict.verdict).toBe("fail");
  });

  it.each([
    ["thd", { thd: 0.081 }, "u1"],
    ["harmonic-5", { h5: 0.061 }, "u2"],
    ["unbalance", { unbalance: 0.021 }, "site"],
    ["flicker", { pst: 1.01 }, "u3"],
    ["frequency", { hertz: 49.4 }, "site"],
  ] as const)("fails by %s alone where 6 %% of the week lie outside", (id, bad, channel) => {
    const verdict = weekOf((slot) => (slot < 72 ? bad : {})).verdict();
    expect(of(verdict, id, channel).verdict).toBe("fail");
    expect(
      new Set(verdict.criteria.filter(({ verdict }) => verdict === "fail").map(({ criterion }) => criterion.id)),
    ).toEqual(new Set([id]));
  });
});

describe("what was not measured", () => {
  it("makes a week incomplete, not passed", () => {
    const verdict = weekOf((slot) => ({ absent: slot > 500 })).verdict();
    expect(verdict.verdict).toBe("incomplete");
    expect(of(verdict, "voltage")).toMatchObject({ within: 501, missing: 507, share: 1, verdict: "incomplete" });
  });

  it("leaves a failure that nothing could mend a failure", () => {
    const verdict = weekOf((slot) => (slot > 500 ? { absent: true } : slot < 60 ? { volts: 200 } : {})).verdict();
    expect(of(verdict, "voltage").verdict).toBe("fail");
  });

  it("is within the 5 % of a criterion that allows them, and not of one that allows none", () => {
    const verdict = weekOf((slot) => ({ absent: slot < 12 })).verdict();
    expect(of(verdict, "voltage").verdict).toBe("pass");
    expect(of(verdict, "voltage-always").verdict).toBe("incomplete");
    expect(verdict.verdict).toBe("incomplete");
  });

  it("is also an interval of which more than 30 s are missing, and a value that is unavailable", () => {
    expect(of(weekOf((slot) => ({ missing: slot < 7 ? 31 : 30 })).verdict(), "voltage").missing).toBe(7);
    expect(of(weekOf((slot) => (slot < 7 ? { thd: Number.NaN } : {})).verdict(), "thd").missing).toBe(7);
    expect(of(weekOf((slot) => (slot < 7 ? { hertz: Number.NaN } : {})).verdict(), "frequency", "site").missing).toBe(
      420,
    );
    expect(of(weekOf((slot) => (slot < 7 ? { pst: Number.NaN } : {})).verdict(), "flicker").missing).toBe(1);
  });

  it("is everything, before anything came", () => {
    const verdict = new En50160Week(MONDAY, site).verdict();
    expect(verdict.verdict).toBe("incomplete");
    expect(of(verdict, "voltage")).toMatchObject({ share: null, worst: null, missing: 1008 });
  });
});

describe("what counts", () => {
  it("flagged intervals are counted apart and judge nothing", () => {
    const verdict = weekOf((slot) => (slot < 100 ? { volts: 150, flagged: true } : {})).verdict();
    expect(of(verdict, "voltage")).toMatchObject({ flagged: 100, within: 908, outside: 0, verdict: "pass" });
    expect(of(verdict, "flicker").flagged).toBe(9);
  });

  it("an interval that comes again counts once, and what lies outside the week not at all", () => {
    const week = weekOf();
    week.takeTenMinutes(recordOf(5, { volts: 100 }));
    week.takeTenMinutes(recordOf(-1, { volts: 100 }));
    week.takeTenMinutes(recordOf(1008, { volts: 100 }));
    const verdict = week.verdict();
    expect(verdict.repeated).toBe(1);
    expect(of(verdict, "voltage")).toMatchObject({ within: 1008, outside: 0 });
  });

  it("a site without three voltages has no unbalance to judge", () => {
    const verdict = new En50160Week(MONDAY, { ...site, channels: ["u1", "i1"] }).verdict();
    expect(verdict.criteria.some(({ criterion }) => criterion.quantity === "unbalance")).toBe(false);
  });

  it("events are counted into their tables, whatever the verdict", () => {
    const week = weekOf();
    const event = (kind: VoltageEvent["kind"], part: number, seconds: number, start = MONDAY): VoltageEvent => ({
      ...{ kind, part, seconds, start, end: start + seconds * 1000, extreme: part * 230 },
      ...{ channels: ["u1"], startPosition: 0, endPosition: 1, truncated: seconds > 1000 },
    });
    week.takeEvent(event("dip", 0.5, 0.3));
    week.takeEvent(event("dip", 0.5, 90));
    week.takeEvent(event("swell", 1.15, 1));
    week.takeEvent(event("interruption", 0, 179));
    week.takeEvent(event("interruption", 0, 1801));
    week.takeEvent(event("dip", 0.5, 0.3, MONDAY - 1));
    const { events } = week.verdict();
    expect(events.dips[2]).toEqual([0, 1, 0, 0, 0]);
    expect(events.dips.flat().reduce((a, b) => a + b)).toBe(1);
    expect(events.swells).toEqual([
      [0, 0, 0],
      [0, 1, 0],
    ]);
    expect(events).toMatchObject({ outsideTables: 1, shortInterruptions: 1, longInterruptions: 1, truncated: 1 });
  });

  it("a week that begins between ticks is refused", () => {
    expect(() => new En50160Week(MONDAY + 1, site)).toThrow(
      expect.objectContaining({ code: "METROLOGY_WEEK_REFUSED" }),
    );
    expect(() => new En50160Week(Number.NaN, site)).toThrow(
      expect.objectContaining({ code: "METROLOGY_WEEK_REFUSED" }),
    );
  });

  it("the limits say where they come from, and whether they were verified", () => {
    for (const { source, basis, verified } of en50160Criteria) {
      expect(source).toMatch(/^EN 50160/);
      expect(basis.startsWith("from memory")).toBe(!verified);
    }
    expect(
      en50160Criteria
        .filter(({ quantity }) => quantity === "harmonic")
        .map(({ order }) => order)
        .sort((a, b) => a! - b!),
    ).toEqual(Array.from({ length: 24 }, (_, k) => k + 2));
  });
});
