/** What each picture teaches about lags, for the next one: so that a picture is never judged by what itself taught. */
import type { Config } from "../control.ts";
import { newest } from "../history.ts";
import type { State } from "../state.ts";
import { THROTTLED_WITHIN } from "./estimate.ts";
import { type Lag, watchLag } from "./lag.ts";
import { valueAt } from "./series.ts";

export function learned(state: State, config: Config): Pick<State, "pvLag" | "limitLag"> {
  if (config.plant === undefined) return { pvLag: state.pvLag, limitLag: state.limitLag };
  const pvLag = watchLag(state.pvLag, state.grid, state.pv, config.rated);
  const { path } = state.model;
  const limitLag = isThrottled(state, config)
    ? watchLag(state.limitLag, state.grid, path, config.rated)
    : broken(state.limitLag);
  return { pvLag, limitLag };
}

/** Held by the limiter at the last reading, whenever in the last while that was. */
function isThrottled(state: State, config: Config): boolean {
  const pv = newest(state.pv);
  if (pv === undefined) return false;
  const late = state.pvLag.found ?? 0;
  const lets = valueAt(state.model.path, pv.at - late + (state.limitLag.found ?? 0));
  return lets !== undefined && Math.abs(pv.watts - lets) <= 2 * THROTTLED_WITHIN * config.rated + LATE_SHARE * lets;
}

/** Before the lag is known a rising output trails what the limiter lets through by up to this. */
const LATE_SHARE = 0.25;

/** The chain of differences ends; what was learned stays. */
function broken(lag: Lag): Lag {
  return { ...lag, homes: [], last: undefined };
}
