/**
 * Finds meter faults that give no signal: a plausible value that stands still, a current transformer that fell off, a
 * wrong scale. Now and then the output is lowered by a little for some seconds; the grid meter must show the same step the
 * other way. A load that switches meanwhile spoils one test, so only tests in a row that fail alike are a fault.
 */
import type { Millis } from "@csj/quantity";
import type { Config, Timed } from "../control.ts";

export interface ProbeSettings {
  /** From one test to the next. */
  readonly every: Millis;
  /** How deep the step is, as a share of the rating. */
  readonly depth: number;
}

/** A probe's first and last values are means over this time. */
const MEAN_MS = 2_500;

/** How long the step lasts where the plant is not known; else as long as the plant needs, and some more. */
const HOLD_MS = 12_000;
const HOLD_MORE_MS = 5_000;
const TIME_CONSTANTS = 3;

/** A test that failed is repeated after this, and this many in a row that failed alike are a fault. */
const AGAIN_MS = 20_000;
const ALIKE = 3;

/** The meter's step must be the output's within this share; two failed tests are alike within it too. */
const WITHIN = 0.3;

/** The output must have moved by this share of the step, else the test says nothing about the meter. */
const MOVED = 0.5;

/** A reading below this share of the rating, before and after, is about zero. */
const ABOUT_ZERO = 0.01;

export type ProbeFinding = "ct-off" | "frozen" | "reversed" | "wrong-scale";

export interface Probe {
  /** When the next test may begin; set by the first cycle. */
  readonly nextAt: number | undefined;
  readonly test:
    | { readonly since: number; readonly to: number; readonly grid: number; readonly pv: number }
    | undefined;
  /** What the meter showed per W of output in the failed tests in a row. */
  readonly failed: readonly number[];
  /** When a test last passed. */
  readonly passedAt: number | undefined;
  /** Stands until an operator has looked. */
  readonly found: ProbeFinding | undefined;
}

export const noProbe: Probe = { nextAt: undefined, test: undefined, failed: [], passedAt: undefined, found: undefined };

/** @param grid,pv the histories, with this cycle's samples */
export function watchProbe(
  before: Probe,
  grid: readonly Timed[],
  pv: readonly Timed[],
  now: Millis,
  config: Config,
): Probe {
  const { probe } = config;
  if (probe === undefined || before.found !== undefined) return before;
  if (before.nextAt === undefined) return { ...before, nextAt: now + probe.every };
  if (before.test !== undefined)
    return now - before.test.since < holdOf(config) ? before : judged(before, before.test, grid, pv, now, config);
  return now < before.nextAt ? before : begun(before, grid, pv, now, config);
}

function begun(before: Probe, grid: readonly Timed[], pv: readonly Timed[], now: Millis, config: Config): Probe {
  const depth = depthOf(config);
  const [gridMean, pvMean] = [meanSince(grid, now - MEAN_MS), meanSince(pv, now - MEAN_MS)];
  if (gridMean === undefined || pvMean === undefined || !(pvMean >= 2 * depth)) return before;
  return { ...before, test: { since: now, to: pvMean - depth, grid: gridMean, pv: pvMean } };
}

function judged(
  before: Probe,
  test: NonNullable<Probe["test"]>,
  grid: readonly Timed[],
  pv: readonly Timed[],
  now: Millis,
  config: Config,
): Probe {
  const every = config.probe?.every ?? 0;
  const ended = { ...before, test: undefined };
  const [gridMean, pvMean] = [meanSince(grid, now - MEAN_MS), meanSince(pv, now - MEAN_MS)];
  const moved = pvMean === undefined ? 0 : test.pv - pvMean;
  if (gridMean === undefined || !(moved >= MOVED * depthOf(config))) return { ...ended, nextAt: now + AGAIN_MS };
  const shown = (gridMean - test.grid) / moved;
  if (Math.abs(shown - 1) <= WITHIN) return { ...ended, failed: [], passedAt: now, nextAt: now + every };
  const alike = before.failed.filter((other) => Math.abs(other - shown) <= WITHIN);
  const failed = [...(alike.length === before.failed.length ? before.failed : []), shown];
  const isZero = Math.max(Math.abs(gridMean), Math.abs(test.grid)) < ABOUT_ZERO * config.rated;
  return { ...ended, failed, nextAt: now + AGAIN_MS, found: failed.length < ALIKE ? undefined : named(shown, isZero) };
}

function named(shown: number, isZero: boolean): ProbeFinding {
  if (shown < -WITHIN) return "reversed";
  if (Math.abs(shown) > WITHIN) return "wrong-scale";
  return isZero ? "ct-off" : "frozen";
}

/** The ceiling on the limit while a test runs. */
export function probeCeiling({ test }: Probe): number | undefined {
  return test?.to;
}

/** A test over doubtful readings says nothing. */
export function probeStopped(before: Probe): Probe {
  return before.test === undefined ? before : { ...before, test: undefined };
}

/** An operator has looked: tests begin anew. */
export function probeCleared(): Probe {
  return noProbe;
}

/** For how long, in ms, such a fault can stand before it is found while there is output to test with, and with what power. */
export function residualExposure(config: Config): { readonly ms: number; readonly watts: number } | undefined {
  const { probe } = config;
  if (probe === undefined) return undefined;
  return { ms: probe.every + ALIKE * holdOf(config) + (ALIKE - 1) * AGAIN_MS + config.staleAfter, watts: config.rated };
}

function holdOf(config: Config): number {
  if (config.plant === undefined) return HOLD_MS;
  const needs = config.plant.map(({ deadTime, response }) => deadTime + TIME_CONSTANTS * response.time);
  return Math.min(2 * HOLD_MS, Math.max(...needs, 0) + HOLD_MORE_MS);
}

function depthOf({ probe, rated }: Config): number {
  return (probe?.depth ?? 0) * rated;
}

function meanSince(history: readonly Timed[], from: number): number | undefined {
  const late = history.filter(({ at }) => at >= from);
  return late.length === 0 ? undefined : late.reduce((sum, { watts }) => sum + watts, 0) / late.length;
}
