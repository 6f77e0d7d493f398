/**
 * Finds meter faults that give no signal: a plausible value that stands still, a current transformer that fell off, a
 * wrong scale. Now and then the output is lowered by a little for some seconds; the grid meter must show the same step the
 * other way. A load that switches meanwhile spoils one test, so only several tests that fail alike, with none passed in
 * between, are a fault: loads spoil each in another way, a fault shows the same in all that they leave alone.
 */
import type { Millis } from "@csj/quantity";
import type { Config, Timed } from "../control.ts";
import { valueAt } from "./series.ts";

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

/** A test that failed is repeated after this, and this many that failed alike are a fault. */
const AGAIN_MS = 20_000;
const ALIKE = 3;

/** The meter's step must be the output's within this share; two failed tests are alike within it too. */
const WITHIN = 0.3;

/**
 * A meter that lost its current lets the output sink below what a whole step needs, and it never rises again. So where
 * the output is small the step is this part of it, if that is still this share of the rating and the home is so quiet that
 * its use moves by less than this part of the step.
 */
const PART_OF_OUTPUT = 0.6;
const LEAST_DEPTH = 0.005;
const QUIET = 0.25;
const QUIET_MS = 10_000;

/** A late reading puts this part of a test's samples off its line; more is a load. */
const OFF_MAX = 0.35;

/** The output must have moved by this share of the step, else the test says nothing about the meter. */
const MOVED = 0.5;
/** And by no more than this many steps, else a load has moved it. */
const MOVED_MAX = 2;

/** A reading below this share of the rating, before and after, is about zero. */
const ABOUT_ZERO = 0.01;

export type ProbeFinding = "ct-off" | "frozen" | "reversed" | "wrong-scale";

export interface Probe {
  /** When the next test may begin; set by the first cycle. */
  readonly nextAt: number | undefined;
  readonly test:
    | { readonly since: number; readonly to: number; readonly grid: number; readonly pv: number }
    | undefined;
  /** What the meter showed per W of output in the tests that failed since the last that passed. */
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
  const [gridMean, pvMean] = [meanSince(grid, now - MEAN_MS), meanSince(pv, now - MEAN_MS)];
  if (gridMean === undefined || pvMean === undefined) return before;
  const depth = pvMean >= 2 * depthOf(config) ? depthOf(config) : smallDepth(pvMean, grid, pv, now, config);
  if (depth === undefined) return before;
  return { ...before, test: { since: now, to: pvMean - depth, grid: gridMean, pv: pvMean } };
}

function smallDepth(
  output: number,
  grid: readonly Timed[],
  pv: readonly Timed[],
  now: Millis,
  config: Config,
): number | undefined {
  const depth = Math.min(depthOf(config), PART_OF_OUTPUT * output);
  const moves = spreadSince(grid, now - QUIET_MS) + spreadSince(pv, now - QUIET_MS);
  return depth >= LEAST_DEPTH * config.rated && moves <= QUIET * depth ? depth : undefined;
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
  if (gridMean === undefined || !(moved >= MOVED * (test.pv - test.to))) return { ...ended, nextAt: now + AGAIN_MS };
  const shown = (gridMean - test.grid) / moved;
  if (Math.abs(shown - 1) <= WITHIN) return { ...ended, failed: [], passedAt: now, nextAt: now + every };
  if (isSpoilt(test, shown, moved, grid, pv)) return { ...ended, nextAt: now + AGAIN_MS };
  const failed = [...before.failed, shown].slice(-ALIKE);
  const isFault = alike(failed, shown) === ALIKE;
  const isZero = Math.max(Math.abs(gridMean), Math.abs(test.grid)) < ABOUT_ZERO * config.rated;
  return { ...ended, failed, nextAt: now + AGAIN_MS, found: isFault ? named(shown, isZero) : undefined };
}

/** Tests that failed like this one. */
function alike(failed: readonly number[], shown: number): number {
  return failed.filter((other) => Math.abs(other - shown) <= WITHIN * Math.max(1, Math.abs(shown))).length;
}

/**
 * Something else has happened meanwhile: the output fell much further than the test asked, or the grid power took a step of
 * its own instead of following the output by whatever scale.
 */
function isSpoilt(
  test: NonNullable<Probe["test"]>,
  shown: number,
  moved: number,
  grid: readonly Timed[],
  pv: readonly Timed[],
): boolean {
  if (moved > MOVED_MAX * (test.pv - test.to)) return true;
  const within = WITHIN * Math.max(1, Math.abs(shown)) * moved;
  const seen = grid.filter(({ at }) => at >= test.since);
  const off = seen.filter(({ at, watts }) => {
    const output = valueAt(pv, at);
    return output !== undefined && Math.abs(watts - test.grid - shown * (test.pv - output)) > within;
  });
  return off.length > OFF_MAX * seen.length;
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

function spreadSince(history: readonly Timed[], from: number): number {
  const late = history.filter(({ at }) => at >= from).map(({ watts }) => watts);
  return late.length === 0 ? 0 : Math.max(...late) - Math.min(...late);
}
