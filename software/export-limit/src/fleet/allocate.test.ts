/** What must hold for every site and every input, then what sharing is worth. fast-check prints the seed. */
import { Millis, Watts } from "@csj/quantity";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PerPhase, UnitImage } from "../site.ts";
import { allocate } from "./allocate.ts";
import { plateOf, usable } from "./plate.ts";
import { spec } from "./test/site.ts";
import { type Allocation, type FleetState, type FleetUnit, initialFleet, type Total } from "./types.ts";

const NOISE = 1e-6;

const wild = fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, -1, 1e300, -1e300, 65_535, -2_147_483_648);
const watts = fc.oneof({ weight: 6, arbitrary: fc.double({ min: -2_000, max: 12_000, noNaN: true }) }, wild);
const share = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, 0.0001, 0.01, 0.02, 0.1, 1) }, wild);
const ms = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, 200, 1_000, 5_000, 60_000) }, wild);
const phase = fc.constantFrom("l1", "l2", "l3", "all") as fc.Arbitrary<FleetUnit["phase"]>;

const unit = (id: string): fc.Arbitrary<FleetUnit> =>
  fc.record(
    {
      id: fc.constant(id),
      rated: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(800, 3_000, 5_000, 10_000).map(Watts) }, wild.map(Watts)),
      phase,
      floor: share,
      quantum: share,
      deadTime: ms.map(Millis),
      response: fc.record({
        kind: fc.constantFrom("first-order" as const, "ramp" as const),
        time: ms.map(Millis),
      }),
      cap: watts.map(Watts),
      silence: fc.record(
        {
          onSilence: fc.constantFrom(
            "falls-to-value" as const,
            "releases" as const,
            "keeps" as const,
            "unknown" as const,
          ),
          timeout: ms.map(Millis),
          fallback: watts.map(Watts),
        },
        { requiredKeys: ["onSilence"] },
      ),
    },
    { requiredKeys: ["id", "rated", "phase", "floor", "quantum", "deadTime", "response"] },
  );

const age = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 4_000 }) }, wild);
const seen = fc.record({
  output: fc.option(fc.record({ watts, age }), { nil: undefined }),
  reachable: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean()),
  held: fc.option(fc.record({ watts, age }), { nil: undefined }),
  restarted: fc.boolean(),
  foreign: fc.boolean(),
  missing: fc.integer({ min: 0, max: 9 }),
});

const total: fc.Arbitrary<Total> = fc.oneof(
  { weight: 3, arbitrary: watts.map(Watts) },
  { weight: 2, arbitrary: fc.tuple(watts, watts, watts) as fc.Arbitrary<PerPhase> },
);

const site = fc.integer({ min: 0, max: 5 }).chain((n) =>
  fc.record({
    units: fc.tuple(...Array.from({ length: n }, (_, at) => unit(`u${at}`))) as fc.Arbitrary<FleetUnit[]>,
    cycles: fc.array(
      fc.record({
        after: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(200, 1_000, 4_000) }, wild),
        total,
        seen: fc.array(seen, { minLength: n, maxLength: n }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    unreachable: fc.constantFrom("worst" as const, "last-output" as const),
  }),
);

type Site = typeof site extends fc.Arbitrary<infer T> ? T : never;

interface Played extends Allocation {
  readonly total: Total;
  readonly images: readonly UnitImage[];
}

function play({ units, cycles, unreachable }: Site): Played[] {
  let state: FleetState = initialFleet();
  let now = 10_000;
  return cycles.map(({ after, total, seen }) => {
    now += after;
    const at = (age: number) => Millis(now - age);
    const images = seen.flatMap(({ output, held, missing, ...image }, n): UnitImage[] => {
      const id = units[n]?.id ?? "";
      const timed = output && { watts: Watts(output.watts), at: at(output.age) };
      const kept = held && { limit: Watts(held.watts), at: at(held.age) };
      return missing === 0 ? [] : [{ ...image, id, output: timed, held: kept }];
    });
    const done = allocate(state, total, units, images, { now: Millis(now), unreachable });
    state = done.state;
    return { ...done, total, images };
  });
}

const isReachable = (images: readonly UnitImage[], id: string) => images.some((one) => one.id === id && one.reachable);
const allowed = (watts: number) => (Number.isFinite(watts) ? Math.max(0, watts) : 0);

describe("for any site and any input", () => {
  it("commands and what is assumed are never above the total, or what could be lowered is at 0", () => {
    fc.assert(
      fc.property(site, (site) => {
        for (const { commands, assumed, unplaced, total, images } of play(site)) {
          if (typeof total !== "number") continue;
          const commanded = commands.reduce((sum, { id, limit }) => sum + (isReachable(images, id) ? limit : 0), 0);
          if (unplaced > 0) {
            expect(commands.every(({ limit }) => limit === 0)).toBe(true);
            if (assumed < Infinity) expect(unplaced).toBeCloseTo(assumed - (Number.isFinite(total) ? total : 0), 3);
          } else expect(commanded + assumed).toBeLessThanOrEqual(allowed(total) + NOISE);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("the same holds on each phase, a three-phase unit counting a third", () => {
    fc.assert(
      fc.property(site, (site) => {
        for (const { commands, unplaced, total, images } of play(site)) {
          if (typeof total === "number") continue;
          for (const [row, limit] of total.entries()) {
            const commanded = commands.reduce((sum, { id, limit }, n) => {
              const weight = plateOf(site.units[n] as FleetUnit).weights[row] ?? 0;
              return sum + (isReachable(images, id) ? weight * limit : 0);
            }, 0);
            expect(commanded).toBeLessThanOrEqual(allowed(limit) + NOISE);
          }
          expect(unplaced).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("each command is a step of its device, 0 or above its floor, and never above its rating or its static limit", () => {
    fc.assert(
      fc.property(site, (site) => {
        for (const { commands } of play(site)) {
          expect(commands.map(({ id }) => id)).toEqual(site.units.map(({ id }) => id));
          for (const [n, { limit }] of commands.entries()) {
            const plate = plateOf(site.units[n] as FleetUnit);
            expect(limit).toBeGreaterThanOrEqual(0);
            expect(limit).toBeLessThanOrEqual(plate.top);
            expect(usable(limit, plate)).toBe(limit);
            if (limit > 0) expect(limit).toBeGreaterThanOrEqual(plate.floor);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("the state is plain data and has a bound", () => {
    fc.assert(
      fc.property(site, (site) => {
        for (const { state } of play(site)) {
          expect(state.units.length).toBe(site.units.length);
          for (const one of state.units) expect(one.pending.length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});

const at = (id: string, output: number | undefined, held: number | undefined, more: Partial<UnitImage> = {}) => ({
  id,
  output: output === undefined ? undefined : { watts: Watts(output), at: Millis(1_000) },
  reachable: true,
  held: held === undefined ? undefined : { limit: Watts(held), at: Millis(0) },
  restarted: false,
  foreign: false,
  ...more,
});

const first = (total: Total, units: readonly FleetUnit[], images: readonly UnitImage[], more = {}) =>
  allocate(initialFleet(), total, units, images, { now: Millis(1_000), ...more });
const limits = ({ commands }: Allocation) => commands.map(({ limit }) => Math.round(limit * 100) / 100);

describe("a total", () => {
  it("is shared by rating where nothing is known", () => {
    const units = [spec("a", { rated: Watts(10_000) }), spec("b")];
    expect(limits(first(Watts(6_000), units, [at("a", 0, 10_000), at("b", 0, 5_000)]))).toEqual([4_000, 2_000]);
  });

  it("above all ratings leaves everybody free", () => {
    const units = [spec("a", { rated: Watts(10_000) }), spec("b")];
    expect(limits(first(Watts(20_000), units, [at("a", 0, 10_000), at("b", 0, 5_000)]))).toEqual([10_000, 5_000]);
  });

  it("is handed out to the last step: what rounding leaves of one unit goes to the others", () => {
    const units = [spec("a", { quantum: 0.1 }), spec("b", { quantum: 0.02 }), spec("c", { quantum: 0.0001 })];
    const images = units.map(({ id }) => at(id, 0, 5_000));
    const done = first(Watts(4_321.5), units, images);
    expect(limits(done)).toEqual([1_000, 1_800, 1_521.5]);
  });

  it("lets a unit of 3 kW and one of 20 kW carry 20 kW", () => {
    const units = [spec("a", { rated: Watts(3_000) }), spec("b", { rated: Watts(20_000) })];
    const done = first(Watts(20_000), units, [at("a", 0, 3_000), at("b", 0, 20_000)]);
    expect(limits(done).reduce((a, b) => a + b)).toBeGreaterThanOrEqual(19_800);
  });

  it("below all floors keeps some awake and sends the rest to standby, never above", () => {
    const units = ["a", "b", "c"].map((id) => spec(id, { floor: 0.05, quantum: 0 }));
    const images = units.map(({ id }) => at(id, 0, 5_000));
    expect(limits(first(Watts(600), units, images))).toEqual([300, 300, 0]);
    expect(limits(first(Watts(200), units, images))).toEqual([0, 0, 0]);
  });

  it("never gives an installer's static limit away", () => {
    const units = [spec("a", { cap: Watts(3_500) }), spec("b")];
    const images = [at("a", 0, 5_000), at("b", 0, 5_000)];
    expect(limits(first(Watts(9_000), units, images))).toEqual([3_500, 5_000]);
  });

  it("that is negative, no number or without end is 0", () => {
    for (const total of [-1, Number.NaN, Infinity, -Infinity]) {
      expect(limits(first(Watts(total), [spec("a")], [at("a", 4_000, 5_000)]))).toEqual([0]);
    }
  });
});

describe("a unit that does not answer", () => {
  const units = [spec("a"), spec("b")];
  const gone = (output: number | undefined, held: number | undefined, more: Partial<UnitImage> = {}) =>
    at("a", output, held, { reachable: false, ...more });
  const other = at("b", 2_000, 5_000);

  it("counts as what it held last, and the others are cut by it", () => {
    const done = first(Watts(4_000), units, [gone(1_000, 3_000), other]);
    expect([done.assumed, done.unplaced, done.commands[1]?.limit]).toEqual([3_000, 0, 1_000]);
  });

  it("counts as its output where that is higher, and as its rating where nothing is known", () => {
    expect(first(Watts(9_000), units, [gone(3_400, 3_000), other]).assumed).toBe(3_400);
    expect(first(Watts(9_000), units, [gone(1_000, undefined), other]).assumed).toBe(5_000);
    expect(first(Watts(9_000), units, [other]).assumed).toBe(5_000);
    expect(first(Watts(9_000), units, [gone(1_000, 2_000, { restarted: true }), other]).assumed).toBe(5_000);
    expect(first(Watts(9_000), units, [gone(1_000, 2_000, { foreign: true }), other]).assumed).toBe(5_000);
  });

  it("counts as its last output only where that is asked for", () => {
    const done = first(Watts(4_000), units, [gone(1_000, 3_000), other], { unreachable: "last-output" });
    expect([done.assumed, done.commands[1]?.limit]).toEqual([1_000, 3_000]);
  });

  it("that may exceed the total alone puts everybody at 0, and says by how much", () => {
    const done = first(Watts(2_000), units, [gone(1_000, 3_000), other]);
    expect([limits(done), done.unplaced]).toEqual([[0, 0], 1_000]);
  });

  it("counts as released once a timer that releases has run out, and as its fallback where it falls to one", () => {
    const late = (silence: FleetUnit["silence"]) => {
      const units = [spec("a", silence === undefined ? {} : { silence }), spec("b")];
      const images = [gone(900, 1_000), other];
      const zero = { ...initialFleet() };
      return allocate(zero, Watts(9_000), units, images, { now: Millis(80_000) }).assumed;
    };
    expect(late(undefined)).toBe(1_000);
    expect(late({ onSilence: "keeps" })).toBe(1_000);
    expect(late({ onSilence: "releases", timeout: Millis(60_000) })).toBe(5_000);
    expect(late({ onSilence: "releases", timeout: Millis(90_000) })).toBe(1_000);
    expect(late({ onSilence: "unknown" })).toBe(5_000);
  });
});

describe("limits on each phase", () => {
  const all = spec("all", { rated: Watts(12_000), quantum: 0 });
  const one = (phase: "l1" | "l2" | "l3") => spec(phase, { rated: Watts(4_000), phase, quantum: 0 });
  const free = (units: readonly FleetUnit[]) => units.map(({ id, rated }) => at(id, 0, rated));

  it("give a single-phase unit its own phase and not three times the lowest", () => {
    const units = [one("l1")];
    expect(limits(first([3_000, 0, 0], units, free(units)))).toEqual([3_000]);
  });

  it("hold a three-phase unit at three times the lowest", () => {
    expect(limits(first([3_000, 1_000, 2_000], [all], free([all])))).toEqual([3_000]);
  });

  it("give what the three-phase unit cannot use to the single-phase ones", () => {
    const units = [all, one("l1"), one("l2")];
    expect(limits(first([3_000, 2_500, 1_000], units, free(units)))).toEqual([3_000, 2_000, 1_500]);
  });

  it("share by rating where every phase has units that wait", () => {
    const units = [all, one("l1"), one("l2"), one("l3")];
    expect(limits(first([4_000, 4_000, 4_000], units, free(units)))).toEqual([6_000, 2_000, 2_000, 2_000]);
  });

  it("cut only what feeds a phase that is over", () => {
    const units = [one("l1"), one("l2"), all];
    const images = [at("l1", 2_000, 3_000, { reachable: false }), at("l2", 0, 4_000), at("all", 0, 12_000)];
    const done = first([2_000, 1_500, 1_500], units, images);
    expect([limits(done), done.unplaced]).toEqual([[0, 1_500, 0], 1_000]);
  });

  it("are used as far as any allocation can: no random one, and no scan, is better", () => {
    const part = fc.constantFrom(0, 500, 1_000, 2_345, 4_000, 9_000);
    fc.assert(
      fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part, part), (limits, ratings) => {
        const phases = ["l1", "l2", "l3", "all"] as const;
        const units = phases.map((phase, n) => spec(phase, { phase, rated: Watts(ratings[n] ?? 0), quantum: 0 }));
        const done = first(limits, units, free(units));
        const best = scan(limits, ratings);
        expect(done.commands.reduce((sum, { limit }) => sum + limit, 0)).toBeGreaterThanOrEqual(best - 0.01);
      }),
    );
  });
});

/** The best of 3,000 settings of the three-phase unit, each with the most that the others can then have. */
function scan(limits: readonly number[], ratings: readonly number[]): number {
  let best = 0;
  for (let n = 0; n <= 3_000; n += 1) {
    const all = ((ratings[3] ?? 0) * n) / 3_000;
    if (limits.some((limit) => all / 3 > limit)) break;
    const single = limits.reduce((sum, limit, at) => sum + Math.min(ratings[at] ?? 0, limit - all / 3), 0);
    best = Math.max(best, all + single);
  }
  return best;
}
