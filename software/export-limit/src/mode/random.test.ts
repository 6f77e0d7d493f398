/** What must hold for every life of a site, however wild its clock and its readings. fast-check prints the seed. */
import { readFileSync } from "node:fs";
import { Millis, Watts } from "@csj/quantity";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseStandard, type Standard, toleranceOf } from "../standard/standard.ts";
import { advance, initialMode } from "./advance.ts";
import { fromDurable, toDurable } from "./durable.ts";
import type { ModeFacts, ModeState, UnitTrouble, Verdict } from "./mode.ts";

/** Printed by fast-check with what it finds. */
const SEED = 20_261_124;

const standards = ["zero", "g100", "as4777", "vde-4105", "ul1741-pcs"].map((id) =>
  parseStandard(parse(readFileSync(new URL(`../../standards/${id}.yaml`, import.meta.url), "utf8"))),
);
const wild = fc.constantFrom(Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, -2_147_483_648, 65_535, -0);
const mostly = <T>(usual: T, ...rare: T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...rare) });

interface Cycle {
  readonly after: number;
  readonly facts: Omit<ModeFacts, "now">;
  readonly losesPower: boolean;
}

const cycle: fc.Arbitrary<Cycle> = fc.record({
  after: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(1_000, 5_000) },
    { weight: 1, arbitrary: fc.constantFrom(-3_600_000, 0, 600_000, Number.NaN, Infinity) },
  ),
  facts: fc.record({
    input: mostly<string>("good", "held", "meter-stale", "implausible"),
    over: fc.oneof(
      { weight: 6, arbitrary: fc.constant(Watts(-500)) },
      { weight: 2, arbitrary: fc.constantFrom(Watts(5_000), undefined) },
      { weight: 1, arbitrary: wild.map(Watts) },
    ),
    allowed: fc.constantFrom(Watts(0), Watts(6_000)),
    rated: mostly(Watts(10_000), Watts(0), Watts(Number.NaN)),
    safeLimit: mostly(Watts(1_500), Watts(Number.NaN), Watts(-1), Watts(Infinity)),
    units: fc.array(mostly<UnitTrouble>("ok", "asleep", "unreachable", "disobeys", "restarted", "foreign"), {
      maxLength: 3,
    }),
    probe: mostly<"ok" | "failed" | "none">("none", "failed", "ok"),
    stopped: mostly(false, true),
    maintenance: mostly<Watts | undefined>(undefined, Watts(1_000), Watts(Number.NaN)),
    reset: mostly(false, true),
  }),
  losesPower: mostly(false, true),
});
const lives = fc.array(cycle, { maxLength: 120 });
const anyStandard = fc.constantFrom(...standards);

interface Lived {
  readonly before: ModeState;
  readonly facts: ModeFacts;
  readonly state: ModeState;
  readonly verdict: Verdict;
  /** Time that an honest watch has shown since the cycle before; 0 where the clock is no clock. */
  readonly passed: number;
}

function live(all: readonly Cycle[], standard: Standard, seen: (one: Lived) => void): void {
  let state = initialMode();
  let now = 5_000;
  for (const { after, facts: found, losesPower } of all) {
    if (losesPower) {
      state = fromDurable(JSON.parse(JSON.stringify(toDurable(state))), standard);
      now = 0;
    }
    const real = Number.isFinite(now + after);
    const read = now + after;
    const facts = { ...found, now: Millis(read) };
    const done = advance(state, facts, standard);
    seen({ before: state, facts, ...done, passed: real ? Math.max(0, after) : 0 });
    state = done.state;
    if (real) now = read;
  }
}

const isHeld = (mode: string) => mode === "failsafe" || mode === "lockout";

test("no reading and no clock gives a held site more than its safe limit, or a locked one anything", () => {
  fc.assert(
    fc.property(lives, anyStandard, (all, standard) => {
      live(all, standard, ({ facts, verdict }) => {
        const { mode, ceiling, disconnect } = verdict;
        const safe = facts.safeLimit > 0 && facts.safeLimit < Infinity ? facts.safeLimit : 0;
        if (isHeld(mode)) expect(ceiling).toBeLessThanOrEqual(safe);
        if (mode === "lockout" || facts.stopped) expect([ceiling, disconnect]).toEqual([0, true]);
        if (ceiling !== undefined) expect(ceiling).toBeGreaterThanOrEqual(0);
      });
    }),
    { seed: SEED },
  );
});

test("a site is let go only after good cycles that last for the release time, and three of them at least", () => {
  fc.assert(
    fc.property(lives, anyStandard, (all, standard) => {
      let good = { cycles: 0, time: 0 };
      live(all, standard, ({ before, facts, state, passed }) => {
        const { input, over, rated, units, probe } = facts;
        const within = over !== undefined && over <= toleranceOf(standard, rated);
        const awake = units.filter((unit) => unit !== "asleep");
        const silent = awake.length > 0 && awake.every((unit) => unit === "unreachable");
        const fine = input === "good" && within && !silent && probe !== "failed" && !units.includes("disobeys");
        good = fine ? { cycles: good.cycles + 1, time: good.cycles === 0 ? 0 : good.time + passed } : zero;
        if (before.at === undefined) good = fine ? { cycles: 1, time: 0 } : zero;
        if (!isHeld(before.mode) || isHeld(state.mode) || before.starting) return;
        expect(before.mode).toBe("failsafe");
        expect(good.cycles).toBeGreaterThanOrEqual(3);
        expect(good.time).toBeGreaterThanOrEqual(standard.failsafe.release_after_s.value * 1000);
        if (before.sticky) expect(facts.reset).toBe(true);
      });
    }),
    { seed: SEED, numRuns: 300 },
  );
});
const zero = { cycles: 0, time: 0 };

test("a loss of power makes no site freer, and forgets neither excursions nor a lockout nor a person's work", () => {
  fc.assert(
    fc.property(lives, anyStandard, (all, standard) => {
      live(all, standard, ({ state, verdict, facts }) => {
        const after = fromDurable(JSON.parse(JSON.stringify(toDurable(state))), standard);
        expect(isHeld(after.mode)).toBe(true);
        if (state.mode === "lockout") expect([after.mode, after.lockoutLeft]).toEqual(["lockout", state.lockoutLeft]);
        expect(after.sticky || !isHeld(state.mode)).toBe(state.sticky || !isHeld(state.mode));
        expect(after.counted.length).toBeGreaterThanOrEqual(state.counted.length);
        expect(after.strikes).toBe(state.strikes);
        const next = advance(after, { ...facts, now: Millis(1_000), input: "meter-stale", reset: false }, standard);
        if (isHeld(verdict.mode)) expect(next.verdict.ceiling).toBeLessThanOrEqual(Math.max(0, verdict.ceiling ?? 0));
      });
    }),
    { seed: SEED },
  );
});

test("a lockout lasts its time on an honest watch, whatever the clock, a reset or the power does", () => {
  const g100 = standards.find(({ id }) => id === "g100") as Standard;
  const lasts = (g100.excursions?.lockout_h.value ?? 0) * 3_600_000;
  const locked: ModeState = { ...initialMode(), mode: "lockout", reason: "excursions", lockoutLeft: Millis(lasts) };
  fc.assert(
    fc.property(fc.array(cycle, { maxLength: 60 }), (all) => {
      let state: ModeState = { ...locked, at: Millis(5_000), clock: Millis(5_000), starting: false };
      let now = 5_000;
      let served = 0;
      for (const { after, facts, losesPower } of all) {
        if (losesPower) state = fromDurable(JSON.parse(JSON.stringify(toDurable(state))), g100);
        state = advance(state, { ...facts, now: Millis(now + after) }, g100).state;
        if (!Number.isFinite(now + after)) continue;
        now += after;
        served += Math.max(0, after);
        if (served < lasts) expect(state.mode).toBe("lockout");
      }
    }),
    { seed: SEED },
  );
});
