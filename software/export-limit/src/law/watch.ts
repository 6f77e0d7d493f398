/** What each picture teaches about lags, for the next one: so that a picture is never judged by what itself taught. */
import type { Millis } from "@csj/quantity";
import type { Config } from "../control.ts";
import { newest, renewed } from "../history.ts";
import type { State } from "../state.ts";
import { THROTTLED_WITHIN } from "./estimate.ts";
import { type Lag, watchLag } from "./lag.ts";

export function learned(state: State, config: Config): Pick<State, "pvLag" | "limitLag" | "throttledSince"> {
  const { pvLag, limitLag, throttledSince } = state;
  const now = newest(state.grid)?.at;
  if (config.plant === undefined || now === undefined) return { pvLag, limitLag, throttledSince };
  const since = isThrottled(state, config) ? (throttledSince ?? now) : undefined;
  const isSteady = since !== undefined && now - since >= STEADY_MS;
  const grid = renewed(state.grid);
  return {
    pvLag: watchLag(pvLag, grid, renewed(state.pv), config.rated),
    limitLag: isSteady ? watchLag(limitLag, grid, state.model.path, config.rated) : broken(limitLag),
    throttledSince: since,
  };
}

/** A lag is looked for over this time back; the limiter must have held the output all the while. */
const STEADY_MS = 6_000;

/** How far apart the output and what the limiter lets through may be in time, in ms: while that is not known, and after. */
const WITHIN_MS = 5_000;
const KNOWN_WITHIN_MS = 750;

/** Whether the last reading is what the limiter let through at about its time. */
function isThrottled(state: State, config: Config): boolean {
  const pv = newest(state.pv);
  if (pv === undefined) return false;
  const { found } = state.pvLag;
  const isKnown = found !== undefined && state.limitLag.found !== undefined;
  const at = pv.at - (found ?? 0) + (state.limitLag.found ?? 0);
  const back = isKnown ? KNOWN_WITHIN_MS : WITHIN_MS;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at: when, watts } of state.model.path) {
    if (when < at - back || when > at + (isKnown ? back : 0)) continue;
    low = Math.min(low, watts);
    high = Math.max(high, watts);
  }
  const band = THROTTLED_WITHIN * config.rated;
  return pv.watts >= low - band && pv.watts <= high + band;
}

/** The chain of differences ends; what was learned stays. */
function broken(lag: Lag): Lag {
  return { ...lag, homes: [], last: undefined };
}

/** How late, in ms, the PV reading is against the grid's, and the grid's against the limits as the plant was told. */
export interface Lags {
  readonly pv: Millis | undefined;
  readonly grid: Millis | undefined;
}

/** For the page and the log; undefined where the site has not shown it yet. */
export function lagsOf({ pvLag, limitLag }: State): Lags {
  const grid = limitLag.found === undefined ? undefined : (-limitLag.found as Millis);
  return { pv: pvLag.found as Millis | undefined, grid };
}
