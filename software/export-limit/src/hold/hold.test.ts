import { readFileSync } from "node:fs";
import { Instant, Millis, Watts } from "@csj/quantity";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { FleetUnit } from "../fleet/types.ts";
import { initialMode } from "../mode/advance.ts";
import type { PerPhase } from "../site.ts";
import { parseStandard } from "../standard/standard.ts";
import { config as lawConfig } from "../test/plant.ts";
import { type Held, type HoldConfig, type HoldImage, type HoldState, hold, initialHold } from "./hold.ts";

const SEED = 20_261_124;
const standardOf = (id: string) =>
  parseStandard(parse(readFileSync(new URL(`../../standards/${id}.yaml`, import.meta.url), "utf8")));

const unit = (id: string, phase: FleetUnit["phase"], rated = 5_000): FleetUnit => ({
  id,
  rated: Watts(rated),
  phase,
  floor: 0,
  quantum: 0.001,
  deadTime: Millis(500),
  response: { kind: "first-order", time: Millis(500) },
  silence: { onSilence: "keeps" },
});

/** A site whose inverters follow what they are told after a second, under full sun. */
class Site {
  readonly config: HoldConfig;
  state: HoldState = initialHold(initialMode());
  now = 0;
  outputs: number[];
  held!: Held;
  loads: PerPhase;
  change: Partial<HoldImage> = {};
  silent = new Set<string>();
  deaf = new Set<string>();

  constructor(units: readonly FleetUnit[], basis: HoldConfig["basis"], loads: PerPhase) {
    const rated = units.reduce((sum, one) => sum + one.rated, 0);
    const plant = units.map(({ rated: own, deadTime, response }) => ({ share: own / rated, deadTime, response }));
    this.config = { standard: standardOf("zero"), basis, units, law: { ...lawConfig({ rated }), plant } };
    this.outputs = units.map(() => 0);
    this.loads = loads;
  }

  grid(): PerPhase {
    const fed = [0, 1, 2].map((phase) =>
      this.config.units.reduce((sum, { phase: on }, at) => {
        const part = on === "all" ? 1 / 3 : on === ["l1", "l2", "l3"][phase] ? 1 : 0;
        return sum + part * (this.outputs[at] ?? 0);
      }, 0),
    );
    return this.loads.map((load, phase) => load - (fed[phase] ?? 0)) as unknown as PerPhase;
  }

  /** Gives the largest export of any second: in all, and of the worst phase. */
  live(seconds: number): { all: number; phase: number } {
    const worst = { all: 0, phase: 0 };
    for (let second = 0; second < seconds; second += 1) {
      this.now += 1_000;
      this.second();
      const grid = this.grid();
      worst.all = Math.max(worst.all, -(grid[0] + grid[1] + grid[2]));
      worst.phase = Math.max(worst.phase, ...grid.map((watts) => -watts));
    }
    return worst;
  }

  second(): void {
    const at = Millis(this.now);
    const grid = this.grid();
    const jitter = (this.now / 1000) % 7;
    const told = new Map(this.state.commands.map(({ id, limit }) => [id, limit]));
    const image: HoldImage = {
      now: at,
      wall: Instant(this.now),
      grid: { watts: Watts(grid[0] + grid[1] + grid[2] + jitter), at, phases: grid.map((w) => w + jitter) as never },
      pv: { watts: Watts(this.outputs.reduce((a, b) => a + b, 0)), at, phases: this.fedPhases() },
      units: this.config.units.map(({ id }, index) => ({
        id,
        output: this.silent.has(id) ? undefined : { watts: Watts(this.outputs[index] ?? 0), at },
        reachable: !this.silent.has(id),
        held: told.has(id) && !this.silent.has(id) ? { limit: told.get(id) as Watts, at } : undefined,
        restarted: false,
        foreign: false,
      })),
      requests: [{ origin: "installer", allowed: Watts(0) }],
      stopped: false,
      maintenance: undefined,
      reset: false,
      ...this.change,
    };
    const { state, held } = hold(this.state, image, this.config);
    this.state = state;
    this.held = held;
    for (const [index, { id, limit }] of held.commands.entries()) {
      if (!this.silent.has(id) && !this.deaf.has(id)) this.outputs[index] = limit;
    }
  }

  fedPhases(): PerPhase {
    const grid = this.grid();
    return this.loads.map((load, phase) => load - (grid[phase] ?? 0)) as unknown as PerPhase;
  }
}

const settle = 240;

describe("a site of several inverters", () => {
  it("feeds what the home uses, and no more", () => {
    const site = new Site([unit("a", "all"), unit("b", "l1", 3_000)], "net", [2_000, 1_500, 500]);
    site.live(settle);
    expect(site.live(60).all).toBeLessThan(60);
    expect(site.outputs.reduce((a, b) => a + b, 0)).toBeGreaterThan(3_600);
    expect(site.held.verdict.mode).toBe("normal");
  });

  it("holds each phase where each is judged", () => {
    const site = new Site([unit("a", "all", 9_000), unit("b", "l1", 3_000)], "per-phase", [2_500, 800, 1_200]);
    site.live(settle);
    const worst = site.live(60);
    expect(worst.phase).toBeLessThan(60);
    // The three-phase inverter is bound by L2, the single-phase one fills what is left on L1.
    expect(site.outputs[0]).toBeGreaterThan(1_800);
    expect(site.outputs[1]).toBeGreaterThan(1_200);
  });

  it("counts one that does not answer at the worst, and cuts the others", () => {
    const site = new Site([unit("a", "all"), unit("b", "all")], "net", [1_000, 1_000, 1_000]);
    site.live(settle);
    site.silent.add("a");
    site.live(30);
    expect(site.held.troubles).toEqual(["unreachable", "ok"]);
    expect(site.live(60).all).toBeLessThan(60);
    expect(site.held.verdict.mode).toBe("degraded");
  });

  it("finds one that does not follow by its output, and is at its safe limit with the relay open", () => {
    const site = new Site([unit("a", "all")], "net", [1_000, 1_000, 1_000]);
    site.live(settle);
    site.deaf.add("a");
    site.loads = [100, 100, 100];
    site.live(30);
    expect(site.held.verdict).toMatchObject({ mode: "failsafe", disconnect: true });
    expect(["disobeys", "export-over"]).toContain(site.held.verdict.reason);
  });
});

describe("a person on site", () => {
  it("stops everything at once", () => {
    const site = new Site([unit("a", "all")], "net", [1_000, 1_000, 1_000]);
    site.live(settle);
    site.change = { stopped: true };
    site.live(1);
    expect(site.held.commands).toEqual([{ id: "a", limit: 0 }]);
  });

  it("lowers the limit by maintenance and never raises it", () => {
    const site = new Site([unit("a", "all")], "net", [1_000, 1_000, 1_000]);
    site.live(settle);
    site.change = { maintenance: Watts(500) };
    site.live(2);
    expect(site.held.limit).toBeLessThanOrEqual(500);
    site.change = { maintenance: Watts(50_000) };
    site.live(2);
    expect(site.held.limit).toBeLessThanOrEqual(3_100);
  });
});

it("the lowest of several requests counts, with whose it is", () => {
  const site = new Site([unit("a", "all")], "net", [1_000, 1_000, 1_000]);
  const requests = [
    { origin: "installer", allowed: Watts(5_000) },
    { origin: "schedule", allowed: Watts(800) },
  ];
  site.change = { requests };
  site.live(settle);
  expect(site.held.allowed).toMatchObject({ allowed: 800, origin: "schedule" });
  expect(site.outputs[0]).toBeGreaterThan(3_500);
  expect(site.outputs[0]).toBeLessThanOrEqual(3_860);
});

const wild = fc.oneof(
  fc.double({ min: -1e5, max: 1e5, noNaN: true }),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    65_535,
    -32_768,
    2 ** 31,
    -(2 ** 31),
    0,
  ),
);

it("no reading, however wrong, commands an inverter above its rating or below nothing", () => {
  const units = [unit("a", "all"), unit("b", "l2", 3_000)];
  const reading = fc.record({ grid: fc.option(wild), pv: fc.option(wild), a: fc.option(wild), b: fc.option(wild) });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 40 }), fc.constantFrom("net", "per-phase"), (readings, basis) => {
      const site = new Site(units, basis as HoldConfig["basis"], [1_000, 1_000, 1_000]);
      for (const { grid, pv, a, b } of readings) {
        site.now += 1_000;
        const at = Millis(site.now);
        const power = (value: number | null) =>
          value === null ? undefined : { watts: Watts(value), at, phases: [value / 3, value, -value] as PerPhase };
        site.change = {
          grid: power(grid),
          pv: power(pv),
          units: [a, b].map((output, index) => ({
            id: units[index]?.id ?? "",
            output: power(output),
            reachable: output !== null,
            held: undefined,
            restarted: false,
            foreign: false,
          })),
        };
        site.second();
        for (const [index, { limit }] of site.held.commands.entries()) {
          expect(limit).toBeGreaterThanOrEqual(0);
          expect(limit).toBeLessThanOrEqual(units[index]?.rated ?? 0);
        }
        if (site.held.verdict.mode === "failsafe") expect(site.held.limit).toBe(0);
      }
    }),
    { seed: SEED, numRuns: 300 },
  );
});
