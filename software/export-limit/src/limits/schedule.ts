/**
 * A limit by hours of the week. The package knows no zone: the caller says which local day and minute it is, from
 * `@csj/calendar`. In an hour that the clocks repeat a rule applies twice, in one that they skip not at all.
 */
import type { Watts } from "@csj/quantity";
import { Watts as watts } from "@csj/quantity";

/** 1 is Monday, 7 is Sunday, as in ISO 8601. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface WeeklyRule {
  readonly days: readonly Weekday[];
  /** Minutes after local midnight, 0 to 1440. Where `from` is not before `to` it ends on the next day. */
  readonly from: number;
  readonly to: number;
  readonly allowed: Watts;
}

export interface WeeklySchedule {
  readonly rules: readonly WeeklyRule[];
  /** Outside of all rules. */
  readonly otherwise: Watts;
}

export interface LocalMoment {
  readonly weekday: Weekday;
  readonly minute: number;
}

export interface ScheduledLimit {
  readonly allowed: Watts;
  /** In so many minutes another rule may apply; absent where the time is not known or nothing changes. */
  readonly minutesToChange?: number;
}

const DAY = 1_440;
const WEEK = 7 * DAY;

/** The most restrictive rule that applies; of all rules where the time is not known. */
export function scheduledLimit(schedule: WeeklySchedule, at: LocalMoment | undefined): ScheduledLimit {
  const now = minuteOfWeek(at);
  const all = [...schedule.rules.map(({ allowed }) => allowed), schedule.otherwise];
  if (now === undefined || schedule.rules.some(isBroken)) return { allowed: lowest(all, all) };
  const active = schedule.rules.filter((rule) => spans(rule).some((span) => isIn(span, now)));
  const allowed = active.length > 0 ? active.map((rule) => rule.allowed) : [schedule.otherwise];
  const change = toChange(schedule.rules, now);
  return { allowed: lowest(allowed, all), ...(change === undefined ? {} : { minutesToChange: change }) };
}

function minuteOfWeek(at: LocalMoment | undefined): number | undefined {
  if (at === undefined || !(at.minute >= 0 && at.minute < DAY) || !(at.weekday >= 1 && at.weekday <= 7))
    return undefined;
  return (at.weekday - 1) * DAY + at.minute;
}

function isBroken({ from, to, days }: WeeklyRule): boolean {
  return !(from >= 0 && from <= DAY && to >= 0 && to <= DAY) || days.some((day) => !(day >= 1 && day <= 7));
}

interface Span {
  readonly start: number;
  readonly length: number;
}

function spans({ days, from, to }: WeeklyRule): Span[] {
  const length = to > from ? to - from : to + DAY - from;
  return days.map((day) => ({ start: (day - 1) * DAY + from, length }));
}

function isIn({ start, length }: Span, now: number): boolean {
  return (now - start + WEEK) % WEEK < length;
}

function toChange(rules: readonly WeeklyRule[], now: number): number | undefined {
  let soonest = Infinity;
  for (const { start, length } of rules.flatMap(spans)) {
    for (const edge of [start, start + length]) soonest = Math.min(soonest, (edge - now + 2 * WEEK) % WEEK || WEEK);
  }
  return soonest < Infinity ? soonest : undefined;
}

/** What is not a number stands for the lowest of all that was configured. */
function lowest(of: readonly number[], all: readonly number[]): Watts {
  const numbers = all.filter(Number.isFinite);
  const least = numbers.length === 0 ? 0 : Math.min(...numbers);
  return watts(Math.max(0, Math.min(...of.map((value) => (Number.isFinite(value) ? value : least)))));
}
