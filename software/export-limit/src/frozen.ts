/**
 * A meter can answer in time, every time, and say the same for ever. Its reading then turns the law into "PV plus a
 * constant", which follows the inverter upwards without end, or keeps yesterday's limit while the load is gone. Grid power
 * that does not change in its last digit while the output moves is such a reading. Where nothing moves there is nothing to
 * tell it by, so after a while the output is dipped: an honest meter shows the dip, and it is over.
 */
import type { Millis, Watts } from "@csj/quantity";
import type { Config, Timed } from "./control.ts";
import { patience } from "./excess.ts";

/** The output must move by this share of the rating under an unchanged grid reading. */
export const FROZEN_MOVE = 0.03;

/** How deep the dip is, as a share of the rating; an output below it is not dipped and can export no more than this. */
export const DIP = 0.05;

/** The dip comes after this many times the patience; a real meter's last digit does not stand still for so long. */
const DIP_AFTER = 2;

export interface Frozen {
  readonly watts: Watts | undefined;
  readonly since: Millis;
  readonly lowest: number;
  readonly highest: number;
  /** A ceiling on the limit while the reading is being tested. */
  readonly dip: { readonly to: number; readonly since: Millis } | undefined;
  readonly found: boolean;
}

export const notFrozen: Frozen = {
  watts: undefined,
  since: 0 as Millis,
  lowest: 0,
  highest: 0,
  dip: undefined,
  found: false,
};

export function watchFrozen(before: Frozen, grid: Timed, pv: Timed, config: Config): Frozen {
  if (before.watts !== grid.watts) {
    return { ...notFrozen, watts: grid.watts, since: grid.at, lowest: pv.watts, highest: pv.watts };
  }
  const lowest = Math.min(before.lowest, pv.watts);
  const highest = Math.max(before.highest, pv.watts);
  const dip = before.dip ?? dipFrom(before, grid, pv, config);
  const moved = highest - lowest > FROZEN_MOVE * config.rated && grid.at - before.since > config.staleAfter;
  const unmoved = dip !== undefined && grid.at - dip.since > patience(config);
  return { ...before, lowest, highest, dip, found: before.found || moved || unmoved };
}

function dipFrom(before: Frozen, grid: Timed, pv: Timed, config: Config): Frozen["dip"] {
  const depth = DIP * config.rated;
  if (pv.watts < depth || grid.at - before.since < DIP_AFTER * patience(config)) return undefined;
  return { to: pv.watts - depth, since: grid.at };
}
