/** The zone tables that were asked for, kept, and the refusal of what no table and no interval fits. */
import type { ZoneTable } from "@csj/calendar";
import { offsetAt } from "@csj/calendar";
import type { Instant } from "@csj/quantity";
import { zoneTableOf } from "@csj/runtime/node";
import { errors } from "./errors.ts";

/** IANA has some 600 names. */
const KEPT_MAX = 700;

export class Zones {
  readonly #kept = new Map<string, ZoneTable>();

  /** Throws HEADEND_ZONE where the platform does not know the zone. */
  table(id: string): ZoneTable {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const made = zoneTableOf(id);
    if (made === undefined) throw errors.HEADEND_ZONE(`${JSON.stringify(id)} is not a time zone.`);
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(id, made);
    return made;
  }
}

/** Refuses a local day whose edges, or whose clock change, fall within an interval. */
export function checkOffsets(zone: ZoneTable, instants: readonly Instant[], intervalS: number): void {
  for (const at of instants) {
    const offset = offsetAt(zone, at);
    if (offset % intervalS === 0) continue;
    const says = `${zone.id} is ${offset / 60} minutes from UTC, which intervals of ${intervalS / 60} minutes do not meet.`;
    throw errors.HEADEND_ZONE(says);
  }
}
