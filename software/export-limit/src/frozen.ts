/**
 * A meter can answer in time, every time, and say the same for ever. Its reading then turns the law into "PV plus a
 * constant", which follows the inverter upwards without end, or keeps yesterday's limit while the load is gone. Grid power
 * that does not change in its last digit while the output moves is such a reading. Where nothing moves there is nothing to
 * tell it by, so after a while the output is dipped: an honest meter shows the dip, and it is over.
 */
import type { Millis, Watts } from "@csj/quantity";
import type { Config, Timed } from "./control.ts";
import { patience } from "./excess.ts";
import type { GridWords } from "./site.ts";

/** The output must move by this share of the rating under an unchanged grid reading. */
const FROZEN_MOVE = 0.03;

/** How deep the dip is, as a share of the rating, and half the output at the most: 0 would send some inverters to sleep. */
const DIP = 0.05;

/** An output below this share of the rating is not dipped; it can export no more than this. */
const DIP_FROM = 0.01;

/** The dip comes after this many times the patience; a real meter's last digit does not stand still for so long. */
const DIP_AFTER = 3;

export interface Frozen {
  readonly watts: Watts | undefined;
  readonly since: Millis;
  readonly lowest: number;
  readonly highest: number;
  /** Since when the output has moved by enough; a meter needs a while to show it. */
  readonly movedAt: Millis | undefined;
  /** A ceiling on the limit while the reading is being tested. */
  readonly dip: { readonly to: number; readonly since: Millis } | undefined;
  readonly found: boolean;
  /** Everything that the meter said, and since when it has said just that. */
  readonly words: { readonly said: readonly number[]; readonly since: Millis; readonly still: boolean } | undefined;
}

export const notFrozen: Frozen = {
  watts: undefined,
  since: 0 as Millis,
  lowest: 0,
  highest: 0,
  movedAt: undefined,
  dip: undefined,
  found: false,
  words: undefined,
};

/** All words the same for this many of the meter's periods, over at least as many later readings, stand still. */
const STILL_PERIODS = 3;

/** Volts, hertz, amperes and watts together: an honest meter's do not all stand still. */
export function watchWords(
  before: Frozen["words"],
  grid: Timed,
  words: GridWords | undefined,
  config: Config,
): Frozen["words"] {
  const { volts, hertz, amps } = words ?? {};
  if (config.meterPeriod === undefined || volts === undefined || hertz === undefined || amps === undefined)
    return undefined;
  const said = [volts, hertz, amps, grid.watts];
  const isSame = before?.said.every((word, index) => Object.is(word, said[index])) ?? false;
  if (before === undefined || !isSame) return { said, since: grid.at, still: false };
  return { ...before, still: grid.at - before.since >= STILL_PERIODS * config.meterPeriod };
}

export function watchFrozen(before: Frozen, grid: Timed, pv: Timed, config: Config, said?: GridWords): Frozen {
  const words = watchWords(before.words, grid, said, config);
  if (before.watts !== grid.watts) {
    return { ...notFrozen, words, watts: grid.watts, since: grid.at, lowest: pv.watts, highest: pv.watts };
  }
  const lowest = Math.min(before.lowest, pv.watts);
  const highest = Math.max(before.highest, pv.watts);
  const dip = before.dip ?? dipFrom(before, grid, pv, config);
  const movedAt = before.movedAt ?? (highest - lowest > FROZEN_MOVE * config.rated ? grid.at : undefined);
  const unshown = movedAt !== undefined && grid.at - movedAt > config.staleAfter;
  const unmoved = dip !== undefined && grid.at - dip.since > patience(config);
  return { ...before, words, lowest, highest, movedAt, dip, found: before.found || unshown || unmoved };
}

function dipFrom(before: Frozen, grid: Timed, pv: Timed, config: Config): Frozen["dip"] {
  const depth = Math.min(DIP * config.rated, pv.watts / 2);
  if (pv.watts < DIP_FROM * config.rated || grid.at - before.since < DIP_AFTER * patience(config)) return undefined;
  return { to: pv.watts - depth, since: grid.at };
}
