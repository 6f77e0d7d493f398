/** When a limit is written, how often, and what an installer left. fast-check prints the seed of a counter-example. */
import type { LimiterFacts } from "@csj/device";
import { Instant, Millis, Watts } from "@csj/quantity";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetOf, counted, EEPROM_WRITES_PER_DAY, fromDurable, noWrites, onDay, toDurable } from "./counter.ts";
import {
  met,
  noStaticLimits,
  setStatic,
  staticFromDurable,
  staticOf,
  staticToDurable,
  withStatic,
} from "./static-limit.ts";
import { decideWrite, shouldWrite, volatileFirst, type Written } from "./write-policy.ts";

const RATED = Watts(5_000);

const facts = (more: Partial<LimiterFacts> = {}): LimiterFacts => ({
  onSilence: "keeps",
  memory: "eeprom",
  smallestWritePeriod: Millis(0),
  floor: 0,
  quantum: 0.01,
  settle: Millis(0),
  ...more,
});

const decide = (wanted: number, last: number, after: number, of: LimiterFacts, more = {}) =>
  decideWrite(
    Watts(wanted),
    { watts: Watts(last), at: Millis(0) },
    { facts: of, rated: RATED, now: Millis(after), ...more },
  );

describe("a write to a volatile register", () => {
  const ram = facts({ memory: "volatile" });

  it("is made every cycle where nothing else is asked for", () => {
    expect(decide(1_000, 1_000, 1_000, ram)).toEqual({ write: true, reason: "re-assert" });
  });

  it("is not made again for the same value before it is due", () => {
    const more = { reassertAfter: Millis(30_000) };
    expect(decide(1_049, 1_000, 1_000, ram, more)).toEqual({ write: false, reason: "same" });
    expect(decide(1_050, 1_000, 1_000, ram, more)).toEqual({ write: true, reason: "higher" });
    expect(decide(999, 1_000, 1_000, ram, more)).toEqual({ write: true, reason: "lower" });
    expect(decide(1_000, 1_000, 30_000, ram, more)).toEqual({ write: true, reason: "re-assert" });
  });

  it("comes in time for the device's own timer", () => {
    const timed = { ...ram, onSilence: "releases" as const, silenceTimeout: Millis(30_000) };
    const more = { reassertAfter: Millis(600_000) };
    expect(decide(1_000, 1_000, 9_000, timed, more).write).toBe(false);
    expect(decide(1_000, 1_000, 10_000, timed, more)).toEqual({ write: true, reason: "re-arm" });
  });
});

describe("a write to an EEPROM", () => {
  it("is made for each step down and for a step up of 5 % of the rating", () => {
    expect(decide(950, 1_000, 1_000, facts())).toEqual({ write: true, reason: "lower" });
    expect(decide(1_249, 1_000, 1_000, facts())).toEqual({ write: false, reason: "small-rise" });
    expect(decide(1_250, 1_000, 1_000, facts())).toEqual({ write: true, reason: "higher" });
    expect(decide(1_000, 1_000, 1e9, facts())).toEqual({ write: false, reason: "same" });
  });

  it("is made for no step up any more when the day's budget is spent, and still for each step down", () => {
    const more = { isSpent: true };
    expect(decide(5_000, 1_000, 1_000, facts(), more)).toEqual({ write: false, reason: "budget-spent" });
    expect(decide(5_000, 1_000, 1e9, facts(), { ...more, reassertAfter: Millis(1) }).write).toBe(false);
    expect(decide(900, 1_000, 1_000, facts(), more)).toEqual({ write: true, reason: "lower" });
  });

  it("goes on arming a timer that releases when the budget is spent, and not one that falls to a value", () => {
    const timed = (onSilence: LimiterFacts["onSilence"]) => facts({ onSilence, silenceTimeout: Millis(30_000) });
    expect(decide(1_000, 1_000, 20_000, timed("releases"), { isSpent: true }).write).toBe(true);
    expect(decide(1_000, 1_000, 20_000, timed("falls-to-value"), { isSpent: true }).write).toBe(false);
    expect(decide(1_000, 1_000, 20_000, timed("falls-to-value")).write).toBe(true);
  });
});

describe("a device that must not be written too often", () => {
  const slow = facts({ memory: "volatile", smallestWritePeriod: Millis(5_000) });

  it("says when a write that came too soon is due", () => {
    expect(decide(500, 1_000, 1_000, slow)).toEqual({ write: false, reason: "too-soon", dueAt: 5_000 });
    expect(decide(500, 1_000, 5_000, slow)).toEqual({ write: true, reason: "lower" });
  });

  it("is never above what is wanted for longer than that, whatever is wanted and however its memory is", () => {
    const wanted = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 6_000 }) },
      fc.constantFrom(Number.NaN, -1, -0, Infinity, -Infinity, 65_535, -2_147_483_648),
    );
    const device = fc.record({
      memory: fc.constantFrom("volatile" as const, "eeprom" as const, "unknown" as const),
      smallestWritePeriod: fc.constantFrom(0, 850, 5_000).map(Millis),
      quantum: fc.constantFrom(0, 0.0001, 0.01, 0.1),
    });
    const cycles = fc.array(fc.record({ after: fc.integer({ min: 100, max: 3_000 }), wanted, isSpent: fc.boolean() }));
    fc.assert(
      fc.property(device, cycles, (more, cycles) => {
        const of = facts(more);
        const step = of.quantum * RATED;
        const quantised = (watts: number) => (step > 0 ? Math.floor(watts / step + 1e-9) * step : watts);
        let last: Written | undefined;
        let now = 0;
        for (const { after, wanted, isSpent } of cycles) {
          now += after;
          const asked = Math.max(0, Math.min(RATED, wanted)) || 0;
          if (shouldWrite(Watts(wanted), last, { facts: of, rated: RATED, now: Millis(now), isSpent })) {
            if (last !== undefined) expect(now - last.at).toBeGreaterThanOrEqual(of.smallestWritePeriod);
            last = { watts: Watts(quantised(asked)), at: Millis(now) };
          } else if (now - (last?.at ?? 0) >= of.smallestWritePeriod) {
            expect(last?.watts).toBeLessThanOrEqual(asked + step + 1e-6);
            expect(quantised(last?.watts ?? 0)).toBeLessThanOrEqual(quantised(asked) + 1e-6);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

it("a device that can be limited in several ways is limited in the one that wears nothing out", () => {
  const ways = [facts(), facts({ memory: "unknown" }), facts({ memory: "volatile" })].map((facts) => ({ facts }));
  expect(volatileFirst(ways).map(({ facts }) => facts.memory)).toEqual(["volatile", "unknown", "eeprom"]);
});

const DAY = 86_400_000;
const times = (n: number, at: number | undefined, from = noWrites) => {
  let counts = from;
  for (let i = 0; i < n; i += 1) counts = counted(counts, "inv-1/3051", at === undefined ? at : Instant(at));
  return counts;
};

describe("the day's writes of a register", () => {
  it("raise an alarm before they are spent, and begin anew with the UTC day", () => {
    expect(EEPROM_WRITES_PER_DAY * 3_652).toBeLessThan(100_000);
    expect(budgetOf(times(20, DAY), "inv-1/3051")).toEqual({ used: 20, perDay: 27, level: "ok" });
    expect(budgetOf(times(21, DAY), "inv-1/3051").level).toBe("alarm");
    expect(budgetOf(times(27, 2 * DAY - 1), "inv-1/3051").level).toBe("spent");
    const tomorrow = onDay(times(27, DAY), Instant(2 * DAY));
    expect([budgetOf(tomorrow, "inv-1/3051").used, tomorrow.ever["inv-1/3051"]]).toEqual([0, 27]);
    expect(budgetOf(times(27, DAY), "inv-1/other").level).toBe("ok");
  });

  it("are counted on where the clock is not trusted or was set back", () => {
    const counts = times(5, Number.NaN, times(5, undefined, times(5, DAY, times(5, 3 * DAY))));
    expect(budgetOf(counts, "inv-1/3051").used).toBe(20);
  });

  it("survive a restart at any moment", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("a", "b", "__proto__"), fc.nat(5 * DAY), fc.boolean())),
        (writes) => {
          let straight = noWrites;
          let restarted = noWrites;
          for (const [register, at, restart] of writes) {
            straight = counted(straight, register, Instant(at));
            restarted = counted(restarted, register, Instant(at));
            if (restart) restarted = fromDurable(JSON.parse(JSON.stringify(toDurable(restarted))));
          }
          expect(restarted).toEqual(straight);
        },
      ),
    );
  });

  it("count as spent where they cannot be read, until the next day", () => {
    for (const broken of [null, 7, "x", {}, { version: 1, day: 1, today: { a: -1 }, ever: {}, lost: false }]) {
      const counts = onDay(fromDurable(broken), Instant(DAY));
      expect(budgetOf(counts, "a").level).toBe("spent");
      expect(budgetOf(onDay(counts, Instant(2 * DAY)), "a").level).toBe("ok");
    }
    expect(budgetOf(fromDurable(undefined), "a").level).toBe("ok");
  });
});

describe("an installer's static limit", () => {
  const found = (limit: number, isOn = true) => ({ limit: Watts(limit), rated: RATED, isOn });

  it("is what the device held at the first meeting, and stays", () => {
    const known = met(noStaticLimits, "inv-1", found(3_500));
    expect(withStatic(known, "inv-1", Watts(5_000))).toBe(3_500);
    expect(withStatic(known, "inv-1", Watts(1_000))).toBe(1_000);
    expect(withStatic(met(known, "inv-1", found(5_000)), "inv-1", Watts(5_000))).toBe(3_500);
    expect(withStatic(met(known, "inv-1", found(200)), "inv-1", Watts(5_000))).toBe(3_500);
  });

  it("is none where it was off or no limit, and what is written here later is not taken for one", () => {
    const known = met(met(noStaticLimits, "a", found(0, false)), "b", found(5_000));
    expect([staticOf(known, "a"), staticOf(known, "b")]).toEqual([undefined, undefined]);
    expect(staticOf(met(known, "a", found(100)), "a")).toBeUndefined();
  });

  it("may only become lower by a register that is never written here, and is taken back by a person alone", () => {
    const known = met(met(noStaticLimits, "a", found(3_500), false), "a", found(3_000), false);
    expect(staticOf(met(known, "a", found(4_000), false), "a")).toBe(3_000);
    expect(staticOf(setStatic(known, "a", null), "a")).toBeUndefined();
  });

  it("holds for every command and over every restart", () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 65_535));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_999 }), fc.array(any), (limit, commands) => {
        let known = met(noStaticLimits, "a", found(limit));
        for (const command of commands) {
          known = met(staticFromDurable(JSON.parse(JSON.stringify(staticToDurable(known)))), "a", found(command));
          const capped = withStatic(known, "a", Watts(command));
          expect(capped).toBeGreaterThanOrEqual(0);
          expect(capped).toBeLessThanOrEqual(limit);
        }
      }),
    );
    expect(staticFromDurable({ version: 1, limits: { a: "x" } }).lost).toBe(true);
  });
});
