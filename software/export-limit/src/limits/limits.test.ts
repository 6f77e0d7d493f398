/** Limits from several sources, by hours, and in A. fast-check prints the seed of a counter-example. */
import { Amps, Instant, Volts, Watts } from "@csj/quantity";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PerPhase } from "../site.ts";
import { wattsOf } from "./amps.ts";
import { mergeLimits, type TimedRequest } from "./merge.ts";
import { scheduledLimit, type Weekday, type WeeklySchedule } from "./schedule.ts";

const wild = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, -0, 1e300, 65_535, -2_147_483_648);
const allowed = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 10_000 }) }, wild).map(Watts);
const instant = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 100 }) }, wild).map(Instant);
const request: fc.Arbitrary<TimedRequest> = fc.record(
  {
    origin: fc.constantFrom("installer", "schedule", "operator", "head-end"),
    allowed,
    from: instant,
    until: instant,
  },
  { requiredKeys: ["origin", "allowed"] },
);
const requests = fc.array(request, { maxLength: 6 });
const asked = (origin: string, watts: number, more: Partial<TimedRequest> = {}): TimedRequest => ({
  origin,
  allowed: Watts(watts),
  ...more,
});

describe("limits from several sources", () => {
  it("are the most restrictive one, with its origin and the next change", () => {
    const all = [
      asked("installer", 5_000),
      asked("head-end", 1_500, { until: Instant(50) }),
      asked("schedule", 0, { from: Instant(80), until: Instant(90) }),
    ];
    expect(mergeLimits(all, Instant(10))).toEqual({ allowed: 1_500, origin: "head-end", next: 50 });
    expect(mergeLimits(all, Instant(50))).toEqual({ allowed: 5_000, origin: "installer", next: 80 });
    expect(mergeLimits(all, Instant(80))).toEqual({ allowed: 0, origin: "schedule", next: 90 });
    expect(mergeLimits(all, Instant(90))).toEqual({ allowed: 5_000, origin: "installer" });
  });

  it("all apply where the time is not trusted", () => {
    const all = [asked("installer", 5_000), asked("schedule", 300, { from: Instant(80), until: Instant(90) })];
    expect(mergeLimits(all, undefined)).toEqual({ allowed: 300, origin: "schedule" });
    expect(mergeLimits(all, Instant(Number.NaN))).toEqual({ allowed: 300, origin: "schedule" });
  });

  it("allow nothing where nobody asked, or all is over", () => {
    expect(mergeLimits([], Instant(10))).toEqual({ allowed: 0, origin: "nobody" });
    expect(mergeLimits([asked("operator", 900, { until: Instant(5) })], Instant(10))).toEqual({
      allowed: 0,
      origin: "nobody",
    });
  });

  it("take a negative limit as 0, and one that is no number as the lowest that was asked for", () => {
    expect(mergeLimits([asked("operator", -40), asked("installer", 900)], Instant(1)).allowed).toBe(0);
    const broken = [
      asked("operator", Number.NaN),
      asked("installer", 900),
      asked("schedule", 70, { from: Instant(9) }),
    ];
    expect(mergeLimits(broken, Instant(1))).toMatchObject({ allowed: 70, origin: "operator" });
    expect(mergeLimits([asked("operator", Infinity)], Instant(1)).allowed).toBe(0);
  });

  it("are never above any that applies, and no request, however wrong, raises them", () => {
    fc.assert(
      fc.property(requests, fc.option(instant, { nil: undefined }), request, (all, now, more) => {
        const { allowed, next } = mergeLimits(all, now);
        expect(allowed).toBeGreaterThanOrEqual(0);
        expect(allowed).toBeLessThan(Infinity);
        for (const one of all.filter(({ from, until }) => from === undefined && until === undefined)) {
          if (Number.isFinite(one.allowed)) expect(allowed).toBeLessThanOrEqual(Math.max(0, one.allowed));
        }
        if (next !== undefined) expect(next).toBeGreaterThan(now as number);
        const numbers = all.filter((one) => Number.isFinite(one.allowed));
        const before = mergeLimits(numbers, now);
        if (before.origin === "nobody") return;
        expect(mergeLimits([...numbers, more], now).allowed).toBeLessThanOrEqual(before.allowed);
      }),
    );
  });

  it("do not change before `next`", () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 0, max: 99 }), (all, now) => {
        const here = mergeLimits(all, Instant(now));
        const end = Math.min(here.next ?? 120, 120);
        for (let at = now; at < end; at += 1) expect(mergeLimits(all, Instant(at)).allowed).toBe(here.allowed);
      }),
    );
  });
});

describe("a limit by hours of the week", () => {
  const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5];
  const schedule: WeeklySchedule = {
    rules: [
      { days: weekdays, from: 600, to: 840, allowed: Watts(0) },
      { days: [6], from: 1_320, to: 120, allowed: Watts(500) },
    ],
    otherwise: Watts(3_000),
  };
  const at = (weekday: Weekday, minute: number) => scheduledLimit(schedule, { weekday, minute });

  it("applies from its first minute to before its last, also over midnight and the week's end", () => {
    expect(at(1, 599)).toEqual({ allowed: 3_000, minutesToChange: 1 });
    expect(at(1, 600)).toEqual({ allowed: 0, minutesToChange: 240 });
    expect(at(1, 840)).toMatchObject({ allowed: 3_000 });
    expect(at(6, 1_320)).toEqual({ allowed: 500, minutesToChange: 240 });
    expect(at(7, 119)).toEqual({ allowed: 500, minutesToChange: 1 });
    expect(at(7, 120)).toMatchObject({ allowed: 3_000 });
    const sunday = { rules: [{ days: [7] as Weekday[], from: 1_380, to: 60, allowed: Watts(1) }], otherwise: Watts(9) };
    expect(scheduledLimit(sunday, { weekday: 1, minute: 59 }).allowed).toBe(1);
  });

  it("is the lowest of all rules where the time is not known or a rule makes no sense", () => {
    expect(scheduledLimit(schedule, undefined)).toEqual({ allowed: 0 });
    expect(scheduledLimit(schedule, { weekday: 1, minute: Number.NaN })).toEqual({ allowed: 0 });
    const broken = {
      rules: [{ days: weekdays, from: Number.NaN, to: 60, allowed: Watts(200) }],
      otherwise: Watts(900),
    };
    expect(scheduledLimit(broken, { weekday: 7, minute: 0 })).toEqual({ allowed: 200 });
    const numberless = { rules: [], otherwise: Watts(Number.NaN) };
    expect(scheduledLimit(numberless, { weekday: 7, minute: 0 })).toEqual({ allowed: 0 });
  });

  it("keeps its answer until the change that it names", () => {
    const minute = fc.integer({ min: 0, max: 1_440 });
    const rule = fc.record({
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }) as fc.Arbitrary<Weekday>),
      from: minute,
      to: minute,
      allowed: allowed,
    });
    const moment = fc.record({
      weekday: fc.integer({ min: 1, max: 7 }) as fc.Arbitrary<Weekday>,
      minute: fc.integer({ min: 0, max: 1_439 }),
    });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), moment, fc.nat(), (rules, now, step) => {
        const all = { rules, otherwise: Watts(5_000) };
        const here = scheduledLimit(all, now);
        const week = (now.weekday - 1) * 1_440 + now.minute + (step % (here.minutesToChange ?? 10_080));
        const then = { weekday: ((Math.floor(week / 1_440) % 7) + 1) as Weekday, minute: week % 1_440 };
        expect(scheduledLimit(all, then).allowed).toBe(here.allowed);
      }),
    );
  });
});

describe("a limit in A", () => {
  const limit = { amps: [Amps(16), Amps(16), Amps(0)] as const, nominal: Volts(230) };

  it("binds at the measured voltage where that is lower, and at the nominal one where it is not", () => {
    expect(wattsOf(limit, [207, 250, 230])).toEqual([3_312, 3_680, 0]);
  });

  it("takes the lowest supply voltage where none was read, or none that can be", () => {
    expect(wattsOf(limit, undefined)[0]).toBeCloseTo(3_128, 6);
    expect(wattsOf(limit, [Number.NaN, 6_553.5, 0])[1]).toBeCloseTo(3_128, 6);
  });

  it("leaves room for reactive current", () => {
    expect(wattsOf({ ...limit, powerFactor: 0.95 }, [230, 230, 230])[0]).toBeCloseTo(3_496, 6);
  });

  it("is never more than nominal, and 0 for what makes no sense", () => {
    const any = fc.oneof(fc.double(), wild);
    fc.assert(
      fc.property(any, any, any, (amps, volts, powerFactor) => {
        const on = wattsOf({ ...limit, amps: [Amps(amps), Amps(0), Amps(0)], powerFactor }, [
          volts,
          0,
          0,
        ] as PerPhase)[0];
        expect(on).toBeGreaterThanOrEqual(0);
        if (Number.isFinite(amps)) expect(on).toBeLessThanOrEqual(Math.max(0, amps * 230));
      }),
    );
  });
});
