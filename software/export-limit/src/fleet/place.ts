/**
 * Shares as commands that the devices can hold. What rounding leaves of one unit is carried to the next, coarse steps
 * first, so that the finest one takes what remains; and a command that is near enough stays as it is.
 */
import { type Plate, usable } from "./plate.ts";

/** A command this near to its share stays, as a share of the rating and in steps. */
const STAYS_WITHIN_SHARE = 0.002;
const STAYS_WITHIN_QUANTA = 1.05;

export interface Placed {
  readonly plate: Plate;
  readonly share: number;
  /** The last command; undefined before the first. */
  readonly last: number | undefined;
}

/** One command for each; never more than `budget` in all. */
export function place(units: readonly Placed[], budget: number): number[] {
  const order = units.map((_, at) => at).sort((a, b) => coarser(units[a] as Placed, units[b] as Placed) || a - b);
  const commands = units.map(() => 0);
  let carry = 0;
  for (const at of order) {
    const unit = units[at] as Placed;
    const command = unit.share > 0 ? commandFor(unit, unit.share + carry) : 0;
    commands[at] = command;
    carry += unit.share - command;
  }
  takeBack(units, commands, order, budget);
  return commands;
}

function coarser(a: Placed, b: Placed): number {
  return b.plate.quantum - a.plate.quantum || b.plate.settle - a.plate.settle;
}

function commandFor({ plate, last }: Placed, wanted: number): number {
  const band = Math.max(STAYS_WITHIN_SHARE * plate.top, STAYS_WITHIN_QUANTA * plate.quantum);
  const stays = last !== undefined && last > 0 && Math.abs(wanted - last) <= band && usable(last, plate) === last;
  return stays && wanted < plate.top ? last : usable(wanted, plate);
}

/** Finest first: what stays above the budget is taken away again. */
function takeBack(units: readonly Placed[], commands: number[], order: readonly number[], budget: number): void {
  let over = sum(commands) - budget;
  for (let n = order.length - 1; n >= 0 && over > 0; n -= 1) {
    const at = order[n] as number;
    const before = commands[at] as number;
    commands[at] = usable(before - over, (units[at] as Placed).plate);
    over = n === 0 ? 0 : over - (before - commands[at]);
  }
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
