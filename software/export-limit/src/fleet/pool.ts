/**
 * One budget among units that can stand in for each other. Each gets what it can use, and what is left goes first to those
 * that are held back, since only they may have more to give. Where some are slower than others the fast ones take the
 * moves: a step that a fast unit can make alone leaves the slow ones where they are.
 */
import { fill, type Vessel } from "./fill.ts";
import { place, sum } from "./place.ts";
import type { Unit } from "./unit.ts";

/** A unit is slow beside one that settles in half of its time, and a second sooner. */
const SLOWER_BY = 2;
const SLOWER_BY_MS = 1_000;

/**
 * What the fast units carry is what they can cut at once. Where it is less than the first share of what they could carry,
 * the slow ones make room up to the second; between the two nobody moves for it.
 */
const RESERVE_FROM = 0.3;
const RESERVE_TO = 0.5;

/** Commands for the units, in their order; never more than `budget` in all. */
export function sharePool(units: readonly Unit[], budget: number): number[] {
  const vessels = vesselsOf(units, budget);
  const lasts = lastsOf(units, vessels, budget);
  const groups = bySpeed(units);
  const sums = groups.map((group) => sumsOf(group, vessels, lasts));
  const budgets = withReserve(trimmed(sums, budget), sums, budget);
  const shares = units.map(() => 0);
  groups.forEach((group, g) => {
    const own = moved(
      group.map((at) => vessels[at] as Vessel),
      group.map((at) => lasts[at] ?? 0),
      budgets[g] ?? 0,
    );
    group.forEach((at, n) => {
      shares[at] = own[n] ?? 0;
    });
  });
  return place(
    units.map(({ plate, before }, at) => ({ plate, share: shares[at] ?? 0, last: before?.command })),
    budget,
  );
}

/** Where each unit starts from: its last command within its bounds, or its share of the level before the first. */
function lastsOf(units: readonly Unit[], vessels: readonly Vessel[], budget: number): number[] {
  const level = fill(vessels, budget);
  return units.map(({ before }, at) => {
    const { lo, hi } = vessels[at] as Vessel;
    return Math.max(lo, Math.min(hi, before?.command ?? level[at] ?? 0));
  });
}

/**
 * A cut is split by rating, since inverters that ramp are then soonest there; a rise goes to those lowest by rating.
 * Nobody is cut to raise another: what moves between two units is lost until it has arrived.
 */
function moved(vessels: readonly Vessel[], lasts: readonly number[], budget: number): number[] {
  const over = sum(lasts) - budget;
  if (over <= 0)
    return fill(
      vessels.map((vessel, at) => ({ ...vessel, lo: lasts[at] ?? 0 })),
      budget,
    );
  const cuts = fill(
    vessels.map(({ lo, weight }, at) => ({ lo: 0, hi: (lasts[at] ?? 0) - lo, weight })),
    over,
  );
  return lasts.map((last, at) => last - (cuts[at] ?? 0));
}

/** Fast ones first, each group's units by their places. */
export function bySpeed(units: readonly Unit[]): number[][] {
  const settle = (at: number) => units[at]?.plate.settle ?? 0;
  const order = units.map((_, at) => at).sort((a, b) => settle(a) - settle(b) || a - b);
  const groups: number[][] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const at of order) {
    const isSlower = settle(at) > Math.max(from * SLOWER_BY, from + SLOWER_BY_MS);
    if (isSlower || groups.length === 0) {
      from = settle(at);
      groups.push([]);
    }
    groups[groups.length - 1]?.push(at);
  }
  return groups;
}

/** What each may have: up to its need; where that leaves something, the throttled beyond it; then all, to their rating. */
function vesselsOf(units: readonly Unit[], budget: number): Vessel[] {
  const awake = awakeOf(units, budget);
  const bounds = (lo: (unit: Unit) => number, hi: (unit: Unit) => number) =>
    units.map((unit, at) => (awake[at] ? { lo: lo(unit), hi: hi(unit), weight: unit.plate.top } : asleep));
  const all = (vessels: readonly Vessel[]) => sum(vessels.map(({ hi }) => hi));
  const need = ({ need }: Unit) => need;
  const more = (unit: Unit) => (unit.estimate.throttled ? unit.plate.top : unit.need);
  const needed = bounds(({ plate }) => plate.floor, need);
  if (all(needed) >= budget) return needed;
  const offered = bounds(need, more);
  return all(offered) >= budget ? offered : bounds(more, ({ plate }) => plate.top);
}

const asleep: Vessel = { lo: 0, hi: 0, weight: 0 };

/** Where not even the floors fit, those that run stay, then the fast ones; the others stand by. */
function awakeOf(units: readonly Unit[], budget: number): boolean[] {
  const floors = units.map(({ plate }) => plate.floor);
  if (sum(floors) <= budget) return units.map(() => true);
  const on = (at: number) => (units[at]?.before?.command ?? 0) > 0;
  const settle = (at: number) => units[at]?.plate.settle ?? 0;
  const order = units
    .map((_, at) => at)
    .sort((a, b) => Number(on(b)) - Number(on(a)) || settle(a) - settle(b) || floors[a]! - floors[b]! || a - b);
  const awake = units.map(() => false);
  let room = budget;
  for (const at of order) {
    const floor = floors[at] ?? 0;
    awake[at] = floor <= room;
    if (awake[at]) room -= floor;
  }
  return awake;
}

interface Sums {
  readonly lo: number;
  readonly hi: number;
  readonly last: number;
}

function sumsOf(group: readonly number[], vessels: readonly Vessel[], lasts: readonly number[]): Sums {
  const of = (value: (at: number) => number | undefined) => sum(group.map((at) => value(at) ?? 0));
  return { lo: of((at) => vessels[at]?.lo), hi: of((at) => vessels[at]?.hi), last: of((at) => lasts[at]) };
}

/** The fast group takes what it can of the change, then the next. */
function trimmed(sums: readonly Sums[], budget: number): number[] {
  let rest = budget - sum(sums.map(({ last }) => last));
  return sums.map(({ lo, hi, last }) => {
    const next = Math.max(lo, Math.min(hi, last + rest));
    rest -= next - last;
    return next;
  });
}

function withReserve(budgets: readonly number[], sums: readonly Sums[], budget: number): number[] {
  const shares = budgets.slice();
  const could = Math.min(budget, sums[0]?.hi ?? 0);
  const fast = shares[0] ?? 0;
  if (fast >= RESERVE_FROM * could) return shares;
  let short = RESERVE_TO * could - fast;
  for (let g = shares.length - 1; g > 0; g -= 1) {
    const move = Math.max(0, Math.min(short, (shares[g] ?? 0) - (sums[g]?.lo ?? 0)));
    shares[g] = (shares[g] ?? 0) - move;
    shares[0] = (shares[0] ?? 0) + move;
    short -= move;
  }
  return shares;
}
