/** Civil days as pairs of instants. 24 hours are never added: the next day starts where the zone says that it does. */
import type { Instant } from "@csj/quantity";
import { instantOfLocal, offsetAt, type ZoneTable } from "./zone.ts";

/** `2026-11-24`, in a zone. */
export type LocalDate = string;

export interface Bounds {
  /** Inclusive. */
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
}

export function localDateOf(zone: ZoneTable, at: Instant): LocalDate {
  return new Date(at + offsetAt(zone, at) * 1000).toISOString().slice(0, 10);
}

export function dateAfter(date: LocalDate, days = 1): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** From the day's first instant to the next day's; empty for a day that the zone skipped. */
export function localDay(zone: ZoneTable, date: LocalDate): Bounds {
  return {
    from: instantOfLocal(zone, Date.parse(`${date}T00:00:00Z`)),
    to: instantOfLocal(zone, Date.parse(`${dateAfter(date)}T00:00:00Z`)),
  };
}

/** Minutes since local midnight on the wall clock, 0 to 1439. */
export function minuteOfDay(zone: ZoneTable, at: Instant): number {
  const local = at + offsetAt(zone, at) * 1000;
  return Math.floor((((local % 86_400_000) + 86_400_000) % 86_400_000) / 60_000);
}
