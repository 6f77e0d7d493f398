/** Bars in words: a span's energy and money, one interval's name, a day's summary. */
import type { Day, DayInterval, Quality } from "../api/shapes.ts";
import { addDecimals, money } from "../format/money.ts";
import { energy } from "../format/power.ts";
import { dayName } from "../format/time.ts";
import { isMissing, type Slot, splitOf, useOf, usualCount } from "./slots.ts";

export const qualityWords: Record<Quality, string> = {
  actual: "measured",
  late: "late",
  missing: "missing",
  estimated: "estimated",
  edited: "edited",
};

export interface Span {
  /** Inclusive, in either order. */
  readonly anchor: number;
  readonly focus: number;
}

export interface SpanSum {
  readonly label: string;
  readonly count: number;
  /** Null where every interval in it is missing. */
  readonly wh: number | null;
  readonly solar: number;
  readonly grid: number;
  readonly exported: number;
  /** Exact; null where nothing in it has a price. */
  readonly cost: string | null;
  readonly usual: number | null;
  readonly missing: number;
  readonly late: number;
  readonly rates: readonly string[];
}

export function sumOfSpan(slots: readonly Slot[], usual: readonly (number | null)[] | null, span: Span): SpanSum {
  const from = Math.min(span.anchor, span.focus);
  const to = Math.max(span.anchor, span.focus);
  const chosen = slots.slice(from, to + 1);
  const intervals = chosen.map(({ interval }) => interval).filter((interval) => interval !== undefined);
  const known = intervals.filter((interval) => useOf(interval) !== null);
  const costs = intervals.map(({ cost }) => cost).filter((cost) => cost !== null);
  const parts = known.map(splitOf);
  const sum = (pick: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((all, part) => all + pick(part), 0);
  return {
    label: spanLabel(chosen),
    count: chosen.length,
    wh: known.length === 0 ? null : known.reduce((all, interval) => all + (useOf(interval) ?? 0), 0),
    solar: sum(({ solar }) => solar),
    grid: sum(({ grid }) => grid),
    exported: sum(({ exported }) => exported),
    cost: costs.length === 0 ? null : addDecimals(costs),
    usual: usual === null ? null : usualOf(usual, from, to),
    missing: chosen.filter(isMissing).length,
    late: intervals.filter(({ quality }) => quality === "late").length,
    rates: [...new Set(intervals.map(({ rate }) => rate).filter((rate) => rate !== null))],
  };
}

function usualOf(usual: readonly (number | null)[], from: number, to: number): number | null {
  const values = usual.slice(from, to + 1);
  if (values.length === 0 || values.some((wh) => wh === null)) return null;
  return values.reduce<number>((all, wh) => all + (wh ?? 0), 0);
}

function spanLabel(chosen: readonly Slot[]): string {
  const first = chosen[0];
  const last = chosen.at(-1);
  if (first === undefined || last === undefined) return "";
  return `${first.label}${first.zoneName === undefined ? "" : ` ${first.zoneName}`} to ${last.end}`;
}

/** What a screen reader says at one bar. */
export function slotName(slot: Slot, day: Day): string {
  const label = `${slot.label}${slot.zoneName === undefined ? "" : ` ${slot.zoneName}`} to ${slot.end}`;
  if (slot.interval === undefined) return `${label}, still to come`;
  if (isMissing(slot)) return `${label}, missing`;
  return [
    label,
    energy(useOf(slot.interval)),
    costWords(slot.interval, day),
    qualityNote(slot.interval),
    slot.interval.rate,
  ]
    .filter((part) => part !== undefined && part !== null && part !== "")
    .join(", ");
}

function costWords({ cost }: DayInterval, day: Day): string {
  return cost === null || day.cost === null ? "" : money(cost, day.cost.currency, day.cost.exponent);
}

function qualityNote({ quality }: DayInterval): string {
  return quality === "actual" ? "" : qualityWords[quality];
}

export function unitName(day: Day): string {
  if (day.interval_s === 1800) return "half-hours";
  return day.interval_s === 3600 ? "hours" : `${day.interval_s / 60}-minute intervals`;
}

/** `23 half-hours of 48 received, none estimated. Peak 18:30, 1.40 kWh.` */
export function daySummary(day: Day, slots: readonly Slot[]): string {
  const { received, expected, late, missing } = day.counts;
  const estimated = slots.filter(({ interval }) => interval?.quality === "estimated").length;
  const notes = [
    late > 0 ? `${late} late` : "",
    missing > 0 ? `${missing} missing` : "",
    estimated > 0 ? `${estimated} estimated` : "none estimated",
  ].filter((note) => note !== "");
  return [
    `${received} ${unitName(day)} of ${expected} received, ${notes.join(", ")}.`,
    peakWords(slots),
    changeWords(day, slots),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function peakWords(slots: readonly Slot[]): string {
  let peak: Slot | undefined;
  for (const slot of slots) {
    if ((useOf(slot.interval) ?? 0) > (useOf(peak?.interval) ?? 0)) peak = slot;
  }
  return peak === undefined ? "" : `Peak ${peak.label}, ${energy(useOf(peak.interval))}.`;
}

function changeWords(day: Day, slots: readonly Slot[]): string {
  const more = slots.length - usualCount(day);
  if (more === 0) return "";
  return `The clocks went ${more > 0 ? "back" : "forward"}: this day has ${slots.length} ${unitName(day)}.`;
}

/** Against the same weekday of the last weeks, over the intervals that are there. */
export function usualWords(day: Day, slots: readonly Slot[]): string {
  const usual = day.comparison.usual_home_wh;
  if (usual === null) return "There is no usual day to compare with yet.";
  const pairs = slots.filter(({ interval, index }) => useOf(interval) !== null && (usual[index] ?? null) !== null);
  if (pairs.length === 0) return "";
  const used = pairs.reduce((sum, { interval }) => sum + (useOf(interval) ?? 0), 0);
  const expected = pairs.reduce((sum, { index }) => sum + (usual[index] ?? 0), 0);
  const weekday = dayName(day.date, "weekday");
  const upTo = slots.some(({ interval }) => interval === undefined) ? " by this time" : "";
  const difference = Math.round((used - expected) / 10) * 10;
  if (Math.abs(difference) < expected * 0.03) return `As much as on a usual ${weekday}${upTo}.`;
  return `${energy(Math.abs(difference))} ${difference < 0 ? "less" : "more"} than on a usual ${weekday}${upTo}.`;
}
