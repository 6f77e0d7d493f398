/**
 * How much later one power is read than another, told from the site itself. Inverter telemetry can be seconds old without
 * saying so, and a grid meter shows a value for its update period. Grid + PV is smooth only where both are of one instant:
 * each move of the output shows twice in it where they are not. So of all lags that could be, the one under which grid + PV
 * varies least is the true one, whatever the load does: a load's own change shows under each of them at once and alike,
 * since all are looked at for the same instant of the grid's.
 */
import type { Timed } from "../control.ts";
import { valueAt } from "./series.ts";

/** ms by which the other power may be read earlier or later than the grid's. */
const EARLIEST = -1_500;
const LATEST = 4_000;
const APART = 250;
const lags: readonly number[] = Array.from({ length: (LATEST - EARLIEST) / APART + 1 }, (_, n) => EARLIEST + n * APART);

/** Shares of the rating. A variation below the first is noise; one beyond the second is a load's and counts as it alone. */
const NOISE = 0.003;
const MOST = 0.06;

/** Older moves count ever less: to a third after the output has travelled this many ratings. */
const MEMORY = 2;

/** The output must have travelled this share of the rating before anything is known. */
const ENOUGH = 0.25;

/** Lags that explain the moves as well as the best, within this share of them, are as likely; so far apart they may be. */
const AS_GOOD = 0.04;
const KNOWN_WITHIN = 800;

export interface Lag {
  /** For each lag, how much grid + the other varied, in W. */
  readonly costs: readonly number[];
  readonly homes: readonly (number | undefined)[];
  /** What the other power was when it was last looked at. */
  readonly last: number | undefined;
  /** W that the other power has travelled. */
  readonly travelled: number;
  /** ms that the other is late against the grid; undefined while it is not known. */
  readonly found: number | undefined;
  /** What is left unexplained at the best lag, as a share of what was travelled. */
  readonly unexplained: number;
}

export const unknownLag: Lag = {
  costs: lags.map(() => 0),
  homes: [],
  last: undefined,
  travelled: 0,
  found: undefined,
  unexplained: 1,
};

export function watchLag(before: Lag, grid: readonly Timed[], other: readonly Timed[], rated: number): Lag {
  const newest = Math.min(
    grid[grid.length - 1]?.at ?? Number.NaN,
    (other[other.length - 1]?.at ?? Number.NaN) - LATEST,
  );
  const [watts, value] = [valueAt(grid, newest), valueAt(other, newest)];
  if (watts === undefined || value === undefined) return before;
  const homes = lags.map((lag) => homeAt(other, newest + lag, watts));
  const moved = Math.abs(value - (before.last ?? value));
  const added = homes.map((home, index) => variation(home, before.homes[index], rated));
  const keep = Math.exp(-(moved + Math.max(...added)) / (MEMORY * rated));
  const costs = before.costs.map((cost, index) => keep * cost + (added[index] ?? 0));
  const travelled = keep * before.travelled + (moved > NOISE * rated ? moved : 0);
  return { costs, homes, last: value, travelled, ...best(costs, travelled, rated) };
}

function homeAt(other: readonly Timed[], at: number, grid: number): number | undefined {
  const watts = valueAt(other, at);
  return watts === undefined ? undefined : watts + grid;
}

function variation(home: number | undefined, before: number | undefined, rated: number): number {
  if (home === undefined || before === undefined) return 0;
  return Math.min(MOST * rated, Math.max(0, Math.abs(home - before) - NOISE * rated));
}

function best(costs: readonly number[], travelled: number, rated: number): Pick<Lag, "found" | "unexplained"> {
  const least = Math.min(...costs);
  const unexplained = travelled > 0 ? least / travelled : 1;
  if (!(travelled >= ENOUGH * rated)) return { found: undefined, unexplained };
  const good = lags.filter((_, index) => (costs[index] as number) <= least + AS_GOOD * travelled);
  const [first, last] = [good[0] as number, good[good.length - 1] as number];
  return { found: last - first <= KNOWN_WITHIN ? (first + last) / 2 : undefined, unexplained };
}
