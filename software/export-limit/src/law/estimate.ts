/**
 * The home's use at the newest instant that the grid meter shows, where it is known how late each power is read and how
 * the inverters answer. Throttled output is taken from the commanded limits, anchored at the last output that was read.
 */
import type { Config, Timed } from "../control.ts";
import { newest, renewed } from "../history.ts";
import type { State } from "../state.ts";
import { letsThrough } from "./model.ts";
import { valueAt } from "./series.ts";

/** Output within this share of the rating below what the limiter lets through is held by the limiter. */
export const THROTTLED_WITHIN = 0.03;

/** A model that leaves more of the output's moves unexplained at the meter than the readings do, by this share, is not used. */
const TRUSTED = 0.25;

/** A lag is known to this, in ms; and a model to this share of the move that it adds. */
const LAG_WITHIN = 250;
const LAG_WITHIN_MAX = 750;
const LAG_OF_SPACING = 0.5;
const MODEL_WITHIN = 0.1;

export interface Estimate {
  readonly home: number;
  /** By how much the home's use may be less, for what the rise goes by. */
  readonly doubt: number;
  /** The output at the same instant. */
  readonly output: number;
  /** True where the limiter holds the output, not the sun. */
  readonly throttled: boolean;
}

/** The histories without repeats, and how far apart in time, in ms, a lag may be wrong. */
interface Seen {
  readonly grid: readonly Timed[];
  readonly pv: readonly Timed[];
  readonly within: number;
}

export function estimate(state: State, config: Config): Estimate | undefined {
  const { pvLag, limitLag } = state;
  if (config.plant === undefined || pvLag.found === undefined) return undefined;
  const seen = { grid: renewed(state.grid), pv: renewed(state.pv), within: withinOf(renewed(state.grid)) };
  const [grid, pv] = [newest(seen.grid), newest(seen.pv)];
  if (grid === undefined || pv === undefined) return undefined;
  const early = limitLag.unexplained > pvLag.unexplained + TRUSTED ? undefined : limitLag.found;
  const at = pv.at - pvLag.found;
  const lets = (when: number) => (early === undefined ? undefined : letsThrough(state.model, when + early, config));
  if (at >= grid.at) return measured(seen, grid, grid.at + pvLag.found, lets(grid.at), config);
  const [before, now] = [lets(at), lets(grid.at)];
  if (before === undefined || now === undefined) return undefined;
  const moving = spread(lets, grid.at, seen.within);
  if (pv.watts < before - THROTTLED_WITHIN * config.rated) return sunny(seen, grid, pv, at, { now, moving }, config);
  const output = Math.max(0, Math.min(config.rated, pv.watts + now - before));
  const doubt = moving + MODEL_WITHIN * Math.abs(now - before);
  return { home: grid.watts + output, doubt, output, throttled: true };
}

/** A meter that is renewed less often than this is read with an age of up to the time between two of its values. */
function withinOf(grid: readonly Timed[]): number {
  const [before, last] = grid.slice(-2);
  if (before === undefined || last === undefined) return LAG_WITHIN;
  return Math.max(LAG_WITHIN, Math.min(LAG_WITHIN_MAX, (last.at - before.at) * LAG_OF_SPACING));
}

/** The PV readings reach the meter's instant. */
function measured(seen: Seen, grid: Timed, at: number, lets: number | undefined, config: Config): Estimate | undefined {
  const output = valueAt(seen.pv, at);
  if (output === undefined) return undefined;
  const doubt = spread((when) => valueAt(seen.pv, when), at, seen.within);
  const throttled = lets !== undefined && output >= lets - THROTTLED_WITHIN * config.rated;
  return { home: grid.watts + output, doubt, output, throttled };
}

/**
 * The sun decides on the output, so it is not known since the last reading. A fall of grid power since then may be more
 * sun, which exports nothing, since the limit still holds; where it is more than the limiter lets through, a load has gone.
 */
function sunny(
  seen: Seen,
  grid: Timed,
  pv: Timed,
  at: number,
  lets: { readonly now: number; readonly moving: number },
  config: Config,
): Estimate | undefined {
  const then = valueAt(seen.grid, at);
  if (then === undefined) return undefined;
  const home = then + pv.watts;
  const isSun = home - grid.watts <= lets.now + THROTTLED_WITHIN * config.rated;
  const least = Math.min(home, grid.watts + pv.watts);
  return { home: isSun ? home : least, doubt: lets.moving, output: pv.watts, throttled: false };
}

function spread(output: (at: number) => number | undefined, at: number, within: number): number {
  const here = output(at) ?? 0;
  const early = output(at - within) ?? here;
  const late = output(at + within) ?? here;
  return Math.max(early, late, here) - Math.min(early, late, here);
}
