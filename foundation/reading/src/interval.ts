/**
 * Intervals lie on UTC: they start at multiples of their length since 1970, and a block is one UTC day of them. No zone
 * law can rewrite a block; a local day is a view that is computed from instants.
 */
import { Instant } from "@csj/quantity";

export const DAY_MS = 86_400_000;

/** The interval lengths that a channel may have, in seconds. */
export const intervalLengths = [300, 600, 900, 1800, 3600] as const;

export type IntervalSeconds = (typeof intervalLengths)[number];

/** `2026-11-24`, a UTC day. */
export type UtcDay = string;

export function utcDayOf(at: Instant): UtcDay {
  return new Date(at).toISOString().slice(0, 10);
}

export function dayStart(day: UtcDay): Instant {
  return Instant(Date.parse(`${day}T00:00:00Z`));
}

export function dayAfter(day: UtcDay, days = 1): UtcDay {
  return utcDayOf(Instant(dayStart(day) + days * DAY_MS));
}

export function intervalsPerDay(interval: IntervalSeconds): number {
  return 86_400 / interval;
}

/** The boundary at or before `at`. */
export function boundaryBefore(at: Instant, interval: IntervalSeconds): Instant {
  const length = interval * 1000;
  return Instant(Math.floor(at / length) * length);
}

/** Which interval of its UTC day starts at `boundary`, from 0. */
export function slotOf(boundary: Instant, interval: IntervalSeconds): number {
  return Math.floor((boundary % DAY_MS) / (interval * 1000));
}
