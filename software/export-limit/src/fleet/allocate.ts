/**
 * Shares a limit among any mix of inverters behind one meter. What holds for every input: the commands, with what
 * unreachable units may feed, are never above the total; or those that could be lowered are at 0, and `unplaced` says by how
 * much the others may exceed it. When the total falls, the commands fall in the same cycle.
 */
import { type Millis, Watts } from "@csj/quantity";
import type { UnitImage } from "../site.ts";
import { steadied } from "./estimate.ts";
import { lowered } from "./exposure.ts";
import { compensated, gated } from "./gate.ts";
import { sum } from "./place.ts";
import { usable } from "./plate.ts";
import { type Rows, spread } from "./spread.ts";
import type { Allocation, FleetOptions, FleetState, FleetUnit, Total, UnitState } from "./types.ts";
import { type Unit, unitOf } from "./unit.ts";

export function allocate(
  state: FleetState,
  total: Total,
  specs: readonly FleetUnit[],
  images: readonly UnitImage[],
  options: FleetOptions,
): Allocation {
  const units = unitsOf(state, specs, images, options);
  const limits = limitsOf(total);
  const weights = weightsFor(limits);
  const counted = limits.map((_, row) => countedOn(units, weights, row));
  const rows: Rows = { limits, free: limits.map((limit, row) => Math.max(0, limit - (counted[row] ?? 0))), weights };
  const over = limits.map((limit, row) => Math.max(0, (counted[row] ?? 0) - limit));
  const commands = commandsFor(units, rows, over);
  return {
    state: { units: units.map((unit, at) => next(unit, commands[at] ?? 0, options.now)) },
    commands: units.map(({ plate }, at) => ({ id: plate.id, limit: Watts(commands[at] ?? 0) })),
    assumed: Watts(sum(units.map(({ assumed }) => assumed ?? 0))),
    unplaced: Watts(sum(over)),
  };
}

function unitsOf(
  state: FleetState,
  specs: readonly FleetUnit[],
  images: readonly UnitImage[],
  options: FleetOptions,
): Unit[] {
  const before = new Map(state.units.map((unit) => [unit.id, unit]));
  const seen = new Map(images.map((image) => [image.id, image]));
  return specs.map((spec) => unitOf(spec, before.get(spec.id), seen.get(spec.id), options));
}

/** What is not a number, or has no end, is no permission. */
function limitsOf(total: Total): number[] {
  const limits: readonly number[] = typeof total === "number" ? [total] : total;
  return limits.map((watts) => (Number.isFinite(watts) ? watts : 0));
}

function weightsFor(limits: readonly number[]): Rows["weights"] {
  return limits.length === 1 ? () => [1] : ({ plate }) => plate.weights;
}

function countedOn(units: readonly Unit[], weights: Rows["weights"], row: number): number {
  let counted = 0;
  for (const unit of units) {
    const weight = weights(unit)[row] ?? 0;
    if (unit.assumed !== undefined && weight > 0) counted += weight * unit.assumed;
  }
  return counted;
}

function commandsFor(units: readonly Unit[], rows: Rows, over: readonly number[]): number[] {
  const at = units.flatMap(({ assumed }, place) => (assumed === undefined ? [place] : []));
  const reachable = at.map((place) => units[place] as Unit);
  const shared = compensated(reachable, gated(reachable, spread(reachable, rows), rows), rows);
  const level = levelOf(units, rows);
  const commands = units.map((unit) => (unit.assumed === undefined ? 0 : blind(unit, unit.assumed, level, rows, over)));
  at.forEach((place, n) => {
    commands[place] = shared[n] ?? 0;
  });
  return commands;
}

/** For a unit that does not answer: no more than it counts as, than it was told, or than it would get by its rating. */
function blind(unit: Unit, assumed: number, level: number, { weights }: Rows, over: readonly number[]): number {
  if (weights(unit).some((weight, row) => weight > 0 && (over[row] ?? 0) > 0)) return 0;
  return usable(Math.min(assumed, level * unit.plate.top, unit.before?.command ?? Infinity), unit.plate);
}

/** Everyone's share of the rating, were all alike. */
function levelOf(units: readonly Unit[], { limits, weights }: Rows): number {
  const tops = limits.map((_, row) => sum(units.map((unit) => (weights(unit)[row] ?? 0) * unit.plate.top)));
  return Math.min(1, ...limits.map((limit, row) => (tops[row]! > 0 ? Math.max(0, limit) / tops[row]! : 1)));
}

function next(unit: Unit, command: number, now: Millis): UnitState {
  const { plate, before, pending, estimate, lastOutput, strange } = unit;
  const from = before?.command ?? 0;
  return {
    id: plate.id,
    command: Watts(command),
    pending: lowered(pending, from, command, now),
    ...estimate,
    steady: steadied(estimate.steady, command),
    lastOutput,
    strange,
  };
}
