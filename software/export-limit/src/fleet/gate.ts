/**
 * Commands that keep what may be fed within the total on the way there too. A unit rises only into what the others have
 * really given up; and where a slow unit still feeds more than it may, a fast one gives way meanwhile.
 */
import { fill, type Vessel } from "./fill.ts";
import { usable } from "./plate.ts";
import { bySpeed } from "./pool.ts";
import type { Rows } from "./spread.ts";
import type { Unit } from "./unit.ts";

/** Output this far below a limit, as a share of the rating, is the sun's doing: it may jump up to the limit. */
const TRACKS_WITHIN = 0.005;

/** Lets nobody rise above its last command beyond what all the others leave, as they stand. */
export function gated(units: readonly Unit[], commands: readonly number[], rows: Rows): number[] {
  const room = rows.free.slice();
  const stands = units.map((unit, at) => standing(unit, commands[at] ?? 0));
  const weights = units.map(rows.weights);
  const take = (at: number, watts: number) =>
    weights[at]?.forEach((weight, row) => {
      room[row] = (room[row] ?? 0) - weight * watts;
    });
  units.forEach((_, at) => {
    take(at, stands[at] ?? 0);
  });
  const granted = commands.slice();
  for (const at of bySpeed(units).flat()) {
    const unit = units[at] as Unit;
    const last = lastOf(unit);
    const wanted = commands[at] ?? 0;
    if (!(wanted > last)) continue;
    const stood = stands[at] ?? 0;
    const most = stood + roomFor(room, weights[at] ?? []);
    granted[at] = wanted <= most ? wanted : Math.max(last, usable(Math.min(wanted, most), unit.plate));
    take(at, Math.max(0, (granted[at] ?? 0) - stood));
  }
  return granted;
}

/** What a unit must be taken for, as long as it is not known to follow. */
function standing(unit: Unit, command: number): number {
  const { holds, feeds, ceiling, estimate, plate } = unit;
  const isAtLimit = feeds >= Math.min(estimate.steady.limit, ceiling) - TRACKS_WITHIN * plate.top;
  const tracks = isAtLimit && estimate.throttled;
  return Math.max(Math.min(command, lastOf(unit)), holds, tracks ? feeds : ceiling);
}

/** Before its first command a unit holds what it holds, and any command is a cut. */
function lastOf({ before, holds }: Unit): number {
  return before?.command ?? holds;
}

function roomFor(room: readonly number[], weights: readonly number[]): number {
  let most = Infinity;
  weights.forEach((weight, row) => {
    if (weight > 0) most = Math.min(most, (room[row] ?? 0) / weight);
  });
  return most;
}

/** Cuts the fast units by what the others feed above their commands, down to what keeps them awake. */
export function compensated(units: readonly Unit[], commands: readonly number[], rows: Rows): number[] {
  const fast = new Set((bySpeed(units)[0] ?? []).filter((at) => units[at]?.isOver === false));
  const cut = commands.slice();
  rows.free.forEach((free, row) => {
    let over = -free;
    units.forEach((unit, at) => {
      const watts = fast.has(at) ? (cut[at] ?? 0) : Math.max(cut[at] ?? 0, unit.feeds);
      over += (rows.weights(unit)[row] ?? 0) * watts;
    });
    if (over > 0) cutOnRow(units, cut, [...fast], { row, over, weights: rows.weights });
  });
  return cut;
}

interface Cut {
  readonly row: number;
  readonly over: number;
  readonly weights: Rows["weights"];
}

function cutOnRow(units: readonly Unit[], cut: number[], fast: readonly number[], { row, over, weights }: Cut): void {
  const on = fast.filter((at) => (weights(units[at] as Unit)[row] ?? 0) > 0);
  const weightOf = (at: number) => weights(units[at] as Unit)[row] ?? 0;
  const vessels: Vessel[] = on.map((at) => {
    const command = cut[at] ?? 0;
    const { floor, top } = (units[at] as Unit).plate;
    return { lo: weightOf(at) * Math.min(command, floor), hi: weightOf(at) * command, weight: weightOf(at) * top };
  });
  const now = vessels.reduce((all, { hi }) => all + hi, 0);
  const shares = fill(vessels, now - over);
  on.forEach((at, n) => {
    cut[at] = Math.min(cut[at] ?? 0, usable((shares[n] ?? 0) / weightOf(at), (units[at] as Unit).plate));
  });
}
