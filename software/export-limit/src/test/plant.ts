/**
 * A small plant for the controller's tests: one home, one inverter with dead time and a first-order answer, a meter that
 * shows a value for its update period. Stepped in 10 ms, so that a limit's path can be looked at between cycles.
 */
import { Millis, Watts } from "@csj/quantity";
import { seededRandom } from "@csj/runtime/fake";
import type { Config, Decision, Image, Timed } from "../control.ts";
import { initialState } from "../state.ts";
import { step } from "../step.ts";

export interface PlantSpec {
  readonly rated: number;
  /** W at a time in seconds. */
  readonly load: (at: number) => number;
  readonly sun: (at: number) => number;
  /** Seconds. */
  readonly cycle: number;
  readonly deadTime: number;
  readonly timeConstant: number;
  readonly meterPeriod: number;
  /** How old, in seconds, the PV value is when it is read; `told` puts its true time on it. */
  readonly pvLate?: number;
  readonly told?: boolean;
  /** Peak of the meter's noise in W; an honest meter's last digit never stands still. */
  readonly noise?: number;
  /** What the wire makes of the readings. */
  readonly seen?: (image: Image) => Image;
}

export interface Point {
  readonly at: number;
  readonly grid: number;
  readonly pv: number;
  readonly decision: Decision;
}

export const config = (over: Partial<Record<keyof Config, number>> = {}): Config => ({
  ...({
    allowedExport: 0,
    margin: 0,
    rated: 10_000,
    safeLimit: 0,
    staleAfter: 3_000,
    skewMax: 500,
    riseRate: 0.02,
    plausible: 100_000,
    ...over,
  } as unknown as Config),
});

const STEP_S = 0.01;

/** Runs the controller on the plant; a point per 10 ms. */
export function run(plant: PlantSpec, settings: Config, seconds: number): Point[] {
  const points: Point[] = [];
  const keep = Math.exp(-STEP_S / plant.timeConstant);
  const back = Math.round((plant.pvLate ?? 0) / STEP_S);
  const delay = Math.round(plant.deadTime / STEP_S);
  const perCycle = Math.round(plant.cycle / STEP_S);
  const perMeter = Math.round(plant.meterPeriod / STEP_S);
  const limits: number[] = [];
  const random = seededRandom(1);
  const noise = plant.noise ?? 1;
  let state = initialState();
  let decision: Decision = { limit: Watts(0), reason: "starting", safe: true, home: undefined };
  let output = 0;
  let shown = 0;
  for (let tick = 0; tick * STEP_S < seconds; tick += 1) {
    const at = tick * STEP_S;
    const target = Math.min(limits[Math.max(0, tick - delay)] ?? 0, plant.sun(at));
    output = target + (output - target) * keep;
    const grid = plant.load(at) - output;
    if (tick % perMeter === 0) shown = grid + noise * (2 * random.next() - 1);
    if (tick % perCycle === 0) {
      const late = points[Math.max(0, points.length - back)];
      const image = imageOf(
        at,
        shown,
        back === 0 || late === undefined ? { at, pv: output } : late,
        plant.told ?? false,
      );
      ({ state, decision } = step(state, plant.seen?.(image) ?? image, settings));
    }
    limits.push(decision.limit);
    points.push({ at, grid, pv: output, decision });
  }
  return points;
}

function imageOf(at: number, grid: number, pv: { readonly at: number; readonly pv: number }, told: boolean): Image {
  return { now: Millis(at * 1000), grid: timed(grid, at), pv: timed(pv.pv, told ? pv.at : at) };
}

function timed(watts: number, at: number): Timed {
  return { watts: Watts(watts), at: Millis(Math.round(at * 1000)) };
}

/** Wh exported beyond `allowed` from a time on. */
export function exportedWh(points: readonly Point[], from: number, allowed = 0): number {
  const joules = points.reduce(
    (sum, { at, grid }) => (at < from ? sum : sum + Math.max(0, -grid - allowed) * STEP_S),
    0,
  );
  return joules / 3600;
}

/** The longest time, in seconds, for which export stayed above `over` watts. */
export function longestOver(points: readonly Point[], over: number): number {
  let longest = 0;
  let current = 0;
  for (const { grid } of points) {
    current = -grid > over ? current + STEP_S : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

export function ripple(points: readonly Point[], from: number): number {
  const late = points.filter(({ at }) => at >= from).map(({ grid }) => grid);
  return Math.max(...late) - Math.min(...late);
}
