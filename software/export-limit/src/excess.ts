/**
 * The meter has the last word. The law is right for true readings; where the PV reading is too high, the rating is not the
 * inverter's, or something else generates, export goes on and the law does not see it. So export that outlasts any answer
 * of the plant is taken off the limit until it is gone, and given back slowly.
 */
import type { Millis } from "@csj/quantity";
import type { Config, Timed } from "./control.ts";

/** Longer than a good plant needs: 9.1 s from 80 % of the rating with 1 s dead time and 2 s time constant. */
const PATIENCE_MS = 10_000;

/** In samples' ages, so that a slow cycle has several samples before it concludes anything. */
const PATIENCE_STALE = 3;

/** Export beyond the allowed by this share of the rating counts. */
const EXCESS_OVER = 0.02;

/** Given back at this share of the rise rate. */
const GIVE_BACK = 0.1;

/** After this many time constants 98 % of a fall is done. */
const TIME_CONSTANTS = 4;

/** No plant is waited for longer than this many times `staleAfter`. */
const SLOWEST = 12;

export interface Excess {
  readonly since: Millis | undefined;
  readonly at: Millis | undefined;
  /** W taken off the limit, 0 to the rating. */
  readonly heldBack: number;
}

export const noExcess: Excess = { since: undefined, at: undefined, heldBack: 0 };

export function patience(config: Config): number {
  return Math.max(PATIENCE_MS, PATIENCE_STALE * config.staleAfter);
}

export function watchExcess(before: Excess, grid: Timed, config: Config): Excess {
  const over = -grid.watts - Math.max(0, config.allowedExport);
  if (!(over > EXCESS_OVER * config.rated)) {
    return { since: undefined, at: grid.at, heldBack: Math.max(0, before.heldBack - givenBack(before, grid, config)) };
  }
  const since = before.since ?? grid.at;
  if (grid.at - since < answered(config)) return { since, at: grid.at, heldBack: before.heldBack };
  return { since: grid.at, at: grid.at, heldBack: Math.min(config.rated, before.heldBack + over) };
}

/** A plant that is known to be slow is given the time that it needs. */
function answered(config: Config): number {
  const needs = (config.plant ?? []).map(({ deadTime, response }) => {
    return deadTime + (response.kind === "ramp" ? 1 : TIME_CONSTANTS) * response.time;
  });
  return Math.max(patience(config), ...needs.filter((ms) => ms < config.staleAfter * SLOWEST));
}

function givenBack(before: Excess, grid: Timed, config: Config): number {
  const elapsed = Math.min(grid.at - (before.at ?? grid.at), config.staleAfter);
  const watts = (GIVE_BACK * config.riseRate * config.rated * elapsed) / 1000;
  return watts > 0 ? watts : 0;
}
