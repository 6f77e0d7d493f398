/**
 * Whether an inverter follows its limit, told by what is measured and not by what it says that it holds: a wrong scale is
 * confirmed by read-back. Its own output may not stay above every limit that it may still follow; and where all are told
 * nothing, the grid meter may not go on showing export.
 */
import type { Millis } from "@csj/quantity";
import type { FleetUnit } from "../fleet/types.ts";
import type { UnitCommand, UnitImage } from "../site.ts";

/** Beyond dead time and answer: lost writes, slow telemetry. */
const PATIENCE_MS = 10_000;
/** A first-order answer is within 5 % of its end after three time constants. */
const TIME_CONSTANTS = 3;
/** Output this far above its limit, as a share of the rating, is not noise, nor an inverter's own inaccuracy. */
const OVER_SHARE = 0.06;
/** Told at most this share of the rating, an inverter is told nothing. */
const NOTHING_SHARE = 0.01;

export interface Obeyed {
  /** By unit: since when its output is above what it was last told. */
  readonly over: Readonly<Record<string, Millis>>;
  /** Since when all are told nothing and the grid meter shows too much export. */
  readonly export: Millis | undefined;
}

export const allObey: Obeyed = { over: {}, export: undefined };

export interface Watched {
  readonly units: readonly FleetUnit[];
  readonly images: readonly UnitImage[];
  /** Of the cycle before: what was read now cannot show a newer one. */
  readonly commands: readonly UnitCommand[];
  readonly isExporting: boolean;
  readonly now: Millis;
}

export interface Obedience {
  readonly state: Obeyed;
  /** Ids of those that do not follow; all where only the grid meter shows it. */
  readonly disobeying: ReadonlySet<string>;
}

export function watchObey(before: Obeyed, seen: Watched): Obedience {
  const { units, images, commands, now } = seen;
  const told = new Map(commands.map(({ id, limit }) => [id, limit]));
  const outputs = new Map(images.map(({ id, output }) => [id, output?.watts]));
  const over: Record<string, Millis> = {};
  const disobeying = new Set<string>();
  for (const unit of units) {
    const since = overSince(before.over[unit.id], unit, { told: told.get(unit.id), output: outputs.get(unit.id), now });
    if (since === undefined) continue;
    over[unit.id] = since;
    if (now - since > patience(unit)) disobeying.add(unit.id);
  }
  const silent = units.length > 0 && units.every(({ id, rated }) => (told.get(id) ?? rated) <= NOTHING_SHARE * rated);
  const exporting = silent && seen.isExporting ? (before.export ?? now) : undefined;
  const longest = Math.max(0, ...units.map(patience));
  if (exporting !== undefined && now - exporting > longest) for (const { id } of units) disobeying.add(id);
  return { state: { over, export: exporting }, disobeying };
}

interface Seen {
  readonly told: number | undefined;
  readonly output: number | undefined;
  readonly now: Millis;
}

/** An output that was not read neither clears it nor raises a doubt. */
function overSince(since: Millis | undefined, { rated }: FleetUnit, { told, output, now }: Seen): Millis | undefined {
  if (told === undefined) return undefined;
  if (output === undefined) return since;
  return output > told + OVER_SHARE * rated ? (since ?? now) : undefined;
}

function patience({ deadTime, response }: FleetUnit): number {
  const answer = response.kind === "first-order" ? TIME_CONSTANTS * response.time : response.time;
  return PATIENCE_MS + deadTime + answer;
}
