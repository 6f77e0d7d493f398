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

/** Of what the fast units could carry, they carry at least this share: it is what they can cut at once. */
const RESERVE_SHARE = 0.5;

/** How fast the slow units make room for that, as a share of their rating per second. */
const DRIFT_PER_S = 0.01;

/** Commands for the units, in their order; never more than `budget` in all. */
export function sharePool(units: readonly Unit[], budget: number, elapsedS: number): number[] {
  const vessels = vesselsOf(units, budget);
  const groups = bySpeed(units);
  const shares = groups.length < 2 ? fill(vessels, budget) : grouped(units, vessels, groups, budget, elapsedS);
  const placed = units.map(({ plate, before }, at) => ({ plate, share: shares[at] ?? 0, last: before?.command }));
  return place(placed, budget);
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

function grouped(
  units: readonly Unit[],
  vessels: readonly Vessel[],
  groups: readonly (readonly number[])[],
  budget: number,
  elapsedS: number,
): number[] {
  const first = fill(vessels, budget);
  const sums = groups.map((group) => sumsOf(group, units, vessels, first));
  const budgets = withReserve(trimmed(sums, budget), sums, budget, elapsedS);
  const shares = units.map(() => 0);
  groups.forEach((group, g) => {
    const level = fill(
      group.map((at) => vessels[at] as Vessel),
      budgets[g] ?? 0,
    );
    group.forEach((at, n) => {
      shares[at] = level[n] ?? 0;
    });
  });
  return shares;
}

interface Sums {
  readonly lo: number;
  readonly hi: number;
  readonly last: number;
  readonly top: number;
}

function sumsOf(
  group: readonly number[],
  units: readonly Unit[],
  vessels: readonly Vessel[],
  first: readonly number[],
): Sums {
  let [lo, hi, last, top] = [0, 0, 0, 0];
  for (const at of group) {
    const vessel = vessels[at] as Vessel;
    lo += vessel.lo;
    hi += vessel.hi;
    last += Math.max(vessel.lo, Math.min(vessel.hi, units[at]?.before?.command ?? first[at] ?? 0));
    top += units[at]?.plate.top ?? 0;
  }
  return { lo, hi, last, top };
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

function withReserve(budgets: readonly number[], sums: readonly Sums[], budget: number, elapsedS: number): number[] {
  const [fast = 0, ...slow] = budgets;
  let short = Math.max(0, RESERVE_SHARE * Math.min(budget, sums[0]?.hi ?? 0) - fast);
  let moved = 0;
  const rest = slow.reverse().map((share, n) => {
    const of = sums[sums.length - 1 - n] as Sums;
    const move = Math.max(0, Math.min(short, share - of.lo, DRIFT_PER_S * elapsedS * of.top));
    short -= move;
    moved += move;
    return share - move;
  });
  return [fast + moved, ...rest.reverse()];
}
