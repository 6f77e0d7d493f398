/** A plain site for our own tests: one thing is changed at a time. */
import { Instant, Millis, seconds, Watts } from "@csj/quantity";
import type { LoadCurve, PvCurve } from "./sources/power.ts";
import type { InverterSpec, MeterSpec, SiteSpec } from "./spec.ts";
import { createWorld, type World } from "./world.ts";

export const NOON = Instant(Date.parse("2026-06-13T12:00:00Z"));
const NEVER = Instant(Number.POSITIVE_INFINITY);

export const steadyLoad =
  (watts: number): LoadCurve =>
  () => ({ watts: Watts(watts), until: NEVER });

export const steadySun =
  (watts: number): PvCurve =>
  () => ({ watts: Watts(watts), slope: 0, until: NEVER });

/** Steps at offsets in ms from noon: `[[0, 9000], [10_000, 1000]]`. */
export function steppedLoad(steps: readonly (readonly [number, number])[]): LoadCurve {
  return (at) => {
    const index = steps.findLastIndex(([offset]) => NOON + offset <= at);
    const next = steps[index + 1];
    return { watts: Watts(steps[index]?.[1] ?? 0), until: next === undefined ? NEVER : Instant(NOON + next[0]) };
  };
}

/** Straight lines between points in ms from noon; level after the last. */
export function slopedSun(points: readonly (readonly [number, number])[]): PvCurve {
  return (at) => {
    const index = points.findLastIndex(([offset]) => NOON + offset <= at);
    const [from, watts] = points[index] ?? [0, 0];
    const next = points[index + 1];
    if (next === undefined) return { watts: Watts(watts), slope: 0, until: NEVER };
    const slope = (next[1] - watts) / (next[0] - from);
    return { watts: Watts(watts + slope * (at - NOON - from)), slope, until: Instant(NOON + next[0]) };
  };
}

export const testInverter: InverterSpec = {
  profile: "sunspec-inverter",
  control: "704",
  unit: 1,
  rated: Watts(10_000),
  deadTime: seconds(1),
  response: { kind: "first-order", tau: seconds(1) },
  floor: 0,
  wake: seconds(5),
  memory: "volatile",
  staticLimit: 1,
  limitScale: -2,
  boot: seconds(20),
  updatePeriod: Millis(500),
  latency: Millis(20),
  phases: 3,
  generationWh: 1_000_000,
};

export const testMeter: MeterSpec = {
  profile: "eastron-sdm630",
  unit: 1,
  updatePeriod: Millis(500),
  latency: Millis(20),
  importWh: 2_000_000,
  exportWh: 500_000,
};

export const testSite: SiteSpec = {
  id: "site-01",
  name: "12 Willow Way",
  zone: "Europe/London",
  fuseA: 63,
  phases: 3,
  loadShares: [0.5, 0.3, 0.2],
  reactiveShare: 0.2,
  allowedExport: Watts(0),
  grid: testMeter,
  inverter: testInverter,
};

export function testWorld(load: LoadCurve, sun: PvCurve, site: Partial<SiteSpec> = {}): World {
  return createWorld({
    seed: 1,
    start: NOON,
    sites: [{ ...testSite, ...site }],
    loads: () => load,
    pv: () => sun,
  });
}

/** Holds the first site's inverter at `watts` as a master would: one write of the whole limit. */
export function holdAt(world: World, watts: number, timerSeconds = 0, revertWatts = 0): void {
  const [site] = world.sites;
  const inverter = world.device(`${site?.id}-inverter`);
  const percent = (value: number) => Math.floor((value * 10_000) / (site?.inverter.rated ?? 1));
  const words704 = [1, percent(watts), percent(revertWatts), 1, 0, timerSeconds];
  const words123 = [percent(watts), 0, timerSeconds, 0, 1];
  const refused =
    site?.inverter.control === "704"
      ? inverter.writeHolding(CONTROLS_704 + 14, words704)
      : inverter.writeHolding(CONTROLS_123 + 5, words123);
  if (refused !== undefined) throw new Error(`the simulated inverter refused the limit with exception ${refused}`);
}

/** 40002 + model 1 (68) + 701 (155) + 702 (52). */
export const CONTROLS_704 = 40_277;
/** 40002 + model 1 (68) + 103 (52) + 120 (28) + 121 (32) + 122 (46). */
export const CONTROLS_123 = 40_228;
