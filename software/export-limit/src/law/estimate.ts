/**
 * The home's use at the newest instant that the grid meter shows, where it is known how late each power is read and how
 * the inverters answer. Throttled output is taken from the commanded limits, anchored at the last output that was read.
 */
import type { Config, Timed } from "../control.ts";
import { newest } from "../history.ts";
import type { State } from "../state.ts";
import { valueAt } from "./series.ts";

/** Output within this share of the rating below what the limiter lets through is held by the limiter. */
export const THROTTLED_WITHIN = 0.03;

/** A model that leaves more of the output's moves unexplained at the meter than the readings do, by this share, is not used. */
const TRUSTED = 0.25;

/** A lag is known to this, in ms; and a model to this share of the move that it adds. */
const LAG_WITHIN = 250;
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

export function estimate(state: State, config: Config): Estimate | undefined {
  const { pvLag, limitLag } = state;
  const grid = newest(state.grid);
  const pv = newest(state.pv);
  if (config.plant === undefined || grid === undefined || pv === undefined) return undefined;
  if (pvLag.found === undefined) return undefined;
  const early = limitLag.unexplained > pvLag.unexplained + TRUSTED ? undefined : limitLag.found;
  const at = pv.at - pvLag.found;
  const lets = (when: number) => (early === undefined ? undefined : valueAt(state.model.path, when + early));
  if (at >= grid.at) return measured(state, grid, grid.at + pvLag.found, lets(grid.at), config);
  const [before, now] = [lets(at), lets(grid.at)];
  if (before === undefined || now === undefined) return undefined;
  if (pv.watts < before - THROTTLED_WITHIN * config.rated) return sunny(state, grid, pv, at, now, config);
  const output = Math.max(0, Math.min(config.rated, pv.watts + now - before));
  const doubt = spread(lets, grid.at) + MODEL_WITHIN * Math.abs(now - before);
  return { home: grid.watts + output, doubt, output, throttled: true };
}

/** The PV readings reach the meter's instant. */
function measured(
  state: State,
  grid: Timed,
  at: number,
  lets: number | undefined,
  config: Config,
): Estimate | undefined {
  const output = valueAt(state.pv, at);
  if (output === undefined) return undefined;
  const doubt = spread((when) => valueAt(state.pv, when), at);
  const throttled = lets !== undefined && output >= lets - THROTTLED_WITHIN * config.rated;
  return { home: grid.watts + output, doubt, output, throttled };
}

/**
 * The sun decides on the output, so it is not known since the last reading. A fall of grid power since then may be more
 * sun, which exports nothing, since the limit still holds; where it is more than the limiter lets through, a load has gone.
 */
function sunny(state: State, grid: Timed, pv: Timed, at: number, lets: number, config: Config): Estimate | undefined {
  const then = valueAt(state.grid, at);
  if (then === undefined) return undefined;
  const home = then + pv.watts;
  const needed = home - grid.watts;
  const isSun = needed <= lets + THROTTLED_WITHIN * config.rated;
  return { home: isSun ? home : Math.min(home, grid.watts + pv.watts), doubt: 0, output: pv.watts, throttled: false };
}

function spread(output: (at: number) => number | undefined, at: number): number {
  const here = output(at) ?? 0;
  const early = output(at - LAG_WITHIN) ?? here;
  const late = output(at + LAG_WITHIN) ?? here;
  return Math.max(early, late, here) - Math.min(early, late, here);
}
