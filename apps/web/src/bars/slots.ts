/**
 * A local day's intervals as the places of a chart. The day's boundaries are instants that the head-end computed, so 46, 48
 * or 50 places come out by division, and no hour is ever added to a local time.
 */
import type { Day, DayInterval } from "../api/shapes.ts";

export interface Slot {
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** `HH:MM` on the wall. */
  readonly label: string;
  readonly end: string;
  /** Set where the same `HH:MM` comes twice in the day. */
  readonly zoneName: string | undefined;
  /** Absent where it is still to come. */
  readonly interval: DayInterval | undefined;
}

export function slotsOf(day: Day): Slot[] {
  const from = Date.parse(day.from);
  const length = day.interval_s * 1000;
  const count = Math.round((Date.parse(day.to) - from) / length);
  const byStart = new Map(day.intervals.map((interval) => [Date.parse(interval.start), interval]));
  const wall = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: day.zone,
  });
  const named = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short", timeZone: day.zone });
  const labels = Array.from({ length: count + 1 }, (_, index) => wall.format(from + index * length));
  const often = new Map<string, number>();
  for (const label of labels.slice(0, count)) often.set(label, (often.get(label) ?? 0) + 1);
  return labels.slice(0, count).map((label, index) => ({
    index,
    start: from + index * length,
    label,
    end: labels[index + 1] ?? "",
    zoneName: (often.get(label) ?? 0) > 1 ? zoneNameOf(named, from + index * length) : undefined,
    interval: byStart.get(from + index * length),
  }));
}

function zoneNameOf(format: Intl.DateTimeFormat, at: number): string | undefined {
  return format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
}

/** What a home used; of a site without a solar meter only what it took from the grid is known. */
export function useOf(interval: DayInterval | undefined): number | null {
  if (interval === undefined) return null;
  return interval.home_wh ?? (interval.generation_wh === null ? interval.import_wh : null);
}

export function isMissing(slot: Slot): boolean {
  return slot.interval !== undefined && (slot.interval.quality === "missing" || useOf(slot.interval) === null);
}

export interface Split {
  readonly solar: number;
  readonly grid: number;
  readonly exported: number;
}

/** What the home used, by where it came from, and what left. */
export function splitOf(interval: DayInterval): Split {
  const use = useOf(interval) ?? 0;
  const grid = Math.min(use, interval.import_wh ?? 0);
  return { solar: Math.max(0, use - grid), grid, exported: interval.export_wh ?? 0 };
}

/** The length that an ordinary day would have. */
export function usualCount(day: Day): number {
  return Math.round(86_400 / day.interval_s);
}
