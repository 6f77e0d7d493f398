/**
 * How the limit rises. Where it is not known how late the readings are it rises slowly: a PV reading that is 2 s late and
 * does not say so made a 10 kW plant swing by 7 kW for ever where each rise was made at once. Where the home's use is
 * known it rises at once: a load that has stood above the output cannot be exported to when the output rises to meet it.
 */
import type { Config, Image } from "../control.ts";
import type { State } from "../state.ts";

/** The last bit of a rise is approached with this time constant: three cycles of a second. */
const APPROACH_MS = 3_000;

/** With a plant that is known the limit rises in steps while the lags are not, so far apart in time. */
const STAIRS_MS = [1_500, 2_500, 2_500, 1_500, 2_500] as const;

/** A rise of more than this share of the rating is made at once where the home's use is known; of less, by parts. */
const AT_ONCE_FROM = 0.02;
const SETTLING = 0.4;

export interface Climb {
  readonly before: number;
  readonly target: number;
  /** The target less what is in doubt of it. */
  readonly up: number;
  /** Whether the home's use is known at the meter's instant. */
  readonly isKnown: boolean;
}

/**
 * Up by the rate, and over the last bit ever more slowly: a PV reading that is a cycle late and does not say so makes each
 * step of the limit look like a change of the home, and whole steps would then go on for ever.
 */
export function raised(climb: Climb, state: State, image: Image, config: Config): number {
  const { before, target, up, isKnown } = climb;
  if (!(target > before)) return target;
  if (isKnown) return up - before > AT_ONCE_FROM * config.rated ? up : before + Math.max(0, up - before) * SETTLING;
  if (inStairs(config) && counted(state, image, config) < stairMs(before, config)) return before;
  const part = inStairs(config) ? SETTLING : Math.min(1, counted(state, image, config) / APPROACH_MS);
  return before + Math.min((target - before) * part, rise(state, image, config));
}

/** True while a step up is being saved for. */
export function waits({ before, target, isKnown }: Climb, state: State, image: Image, config: Config): boolean {
  if (state.riseFrom === undefined || isKnown || !inStairs(config) || !(target > before)) return false;
  return counted(state, image, config) < stairMs(before, config);
}

/** What the rate allows since the last rise. */
export function rise(state: State, image: Image, config: Config): number {
  const watts = (config.riseRate * config.rated * counted(state, image, config)) / 1000;
  return watts > 0 ? watts : 0;
}

/** On a known plant the rise is made in steps, at the same rate: each shows how late its effect is seen, a ramp does not. */
function inStairs(config: Config): boolean {
  return config.plant !== undefined && config.staleAfter >= Math.max(...STAIRS_MS);
}

/** Not all alike: steps at one distance look the same when they are seen a whole step late. */
function stairMs(before: number, config: Config): number {
  return STAIRS_MS[Math.floor((100 * before) / config.rated) % STAIRS_MS.length] ?? STAIRS_MS[0];
}

/** The time for which the limit may rise. A pause of the program is no credit: it counts for `staleAfter` at the most. */
function counted(state: State, image: Image, config: Config): number {
  const elapsed = state.riseFrom === undefined ? 0 : image.now - state.riseFrom;
  return elapsed > 0 ? Math.max(0, Math.min(elapsed, config.staleAfter)) || 0 : 0;
}
