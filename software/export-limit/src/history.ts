/**
 * Short histories of both powers, so that grid and PV can be taken at one instant. Grid + PV is the home's use only where
 * both are true at the same time: with the PV reading 2 s older than the grid's, the plain sum swings without end on a
 * 10 kW plant with 1 s of dead time (docs/NO-EXPORT.md).
 */
import type { Millis } from "@csj/quantity";
import type { Timed } from "./control.ts";

/** Samples kept per power: 8 s at five cycles a second, so that telemetry that is 4 s late can be found out. */
export const HISTORY_MAX = 40;

export function remembered(history: readonly Timed[], sample: Timed): readonly Timed[] {
  return history.length < HISTORY_MAX ? [...history, sample] : [...history.slice(1 - HISTORY_MAX), sample];
}

export function newest(history: readonly Timed[]): Timed | undefined {
  return history[history.length - 1];
}

/** A value that stands for longer than this stands still; before, it may be a meter that has not taken a new one yet. */
const STANDS_MS = 2_000;

/** The samples without repeats of a value that the meter had not renewed; such a value is of the first of them. */
export function renewed(history: readonly Timed[]): readonly Timed[] {
  const kept: Timed[] = [];
  for (const sample of history) {
    const last = kept[kept.length - 1];
    if (last === undefined || last.watts !== sample.watts || sample.at - last.at > STANDS_MS) kept.push(sample);
  }
  return kept;
}

export interface Pairing {
  /** The home's use in W: the lower of the two pairs that can be made. */
  readonly home: number;
  /** How far, in ms, the nearest real sample of one power lies from the instant at which both are taken. */
  readonly apart: number;
}

/**
 * Pairs at the newest instant that both histories reach, and, so that a load that has just dropped is not seen late, also
 * pairs the newest two as they are. Neither history may be empty.
 */
export function paired(grid: readonly Timed[], pv: readonly Timed[]): Pairing {
  const lastGrid = newest(grid) as Timed;
  const lastPv = newest(pv) as Timed;
  const asTheyAre = lastGrid.watts + lastPv.watts;
  if (lastGrid.at === lastPv.at) return { home: asTheyAre, apart: 0 };
  const gridIsOlder = lastGrid.at < lastPv.at;
  const older = gridIsOlder ? lastGrid : lastPv;
  const other = gridIsOlder ? pv : grid;
  const after = firstAfter(other, older.at);
  const aligned = older.watts + valueAt(other, after, older.at);
  return { home: Math.min(asTheyAre, aligned), apart: distance(other, after, older.at) };
}

/** Index of the first sample later than `at`; there is one, since the newest is. */
function firstAfter(history: readonly Timed[], at: Millis): number {
  let index = history.length - 1;
  while (index > 0 && (history[index - 1] as Timed).at > at) index -= 1;
  return index;
}

function valueAt(history: readonly Timed[], after: number, at: Millis): number {
  const right = history[after] as Timed;
  const left = history[after - 1];
  if (left === undefined) return right.watts;
  return left.watts + ((right.watts - left.watts) * (at - left.at)) / (right.at - left.at);
}

function distance(history: readonly Timed[], after: number, at: Millis): number {
  const right = (history[after] as Timed).at - at;
  const left = history[after - 1];
  return left === undefined ? right : Math.min(right, at - left.at);
}
