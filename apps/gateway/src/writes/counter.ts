/**
 * How often each register was written, by UTC day. An EEPROM bears some 100,000 writes: 27 a day are ten years, one a second
 * is 28 hours. The counts are kept over a restart, since a restart does not mend a register.
 */
import type { Instant } from "@csj/quantity";

/** 100,000 writes in ten years. */
export const EEPROM_WRITES_PER_DAY = 27;

/** From this share of the day's budget on somebody should know. */
const ALARM_SHARE = 0.75;

const DAY_MS = 86_400_000;

/** Registers counted; one of a hundred inverters has a few. */
const REGISTERS_MAX = 1_000;

export interface WriteCounts {
  /** UTC days since 1970; undefined before a trusted time was seen. */
  readonly day: number | undefined;
  readonly today: Readonly<Record<string, number>>;
  readonly ever: Readonly<Record<string, number>>;
  /** True where counts of today were lost: the day's budget then counts as used up. */
  readonly lost: boolean;
}

export const noWrites: WriteCounts = { day: undefined, today: {}, ever: {}, lost: false };

/** The counts with one more write, also one whose answer was lost. `at` is undefined where the clock is not trusted. */
export function counted(counts: WriteCounts, register: string, at: Instant | undefined): WriteCounts {
  const now = onDay(counts, at);
  if (!Object.hasOwn(now.ever, register) && Object.keys(now.ever).length >= REGISTERS_MAX) return now;
  return { ...now, today: more(now.today, register), ever: more(now.ever, register) };
}

/** A new UTC day begins at 0. A clock that was set back, or is not trusted, begins none. */
export function onDay(counts: WriteCounts, at: Instant | undefined): WriteCounts {
  const day = at !== undefined && Number.isFinite(at) ? Math.floor(at / DAY_MS) : undefined;
  if (day === undefined || (counts.day !== undefined && day <= counts.day)) return counts;
  if (counts.day === undefined) return { ...counts, day };
  return { day, today: {}, ever: counts.ever, lost: false };
}

export interface Budget {
  readonly used: number;
  readonly perDay: number;
  readonly level: "ok" | "alarm" | "spent";
}

/** Of one register today. Ask only for registers that wear out. */
export function budgetOf(counts: WriteCounts, register: string, perDay: number = EEPROM_WRITES_PER_DAY): Budget {
  const used = own(counts.today, register);
  const isSpent = counts.lost || !(used < perDay);
  return { used, perDay, level: isSpent ? "spent" : used >= ALARM_SHARE * perDay ? "alarm" : "ok" };
}

/** Years until the register has borne `endurance` writes at today's number a day; for the page. */
export function yearsLeft(counts: WriteCounts, register: string, perDay: number, endurance = 100_000): number {
  return perDay > 0 ? Math.max(0, endurance - own(counts.ever, register)) / perDay / 365.25 : Infinity;
}

interface Durable {
  readonly version: 1;
  readonly day: number | null;
  readonly today: Readonly<Record<string, number>>;
  readonly ever: Readonly<Record<string, number>>;
  readonly lost: boolean;
}

export function toDurable({ day, today, ever, lost }: WriteCounts): Durable {
  return { version: 1, day: day ?? null, today, ever, lost };
}

/** `undefined` where there was no file yet. Anything that cannot be read counts as a day whose budget is used up. */
export function fromDurable(value: unknown): WriteCounts {
  if (value === undefined) return noWrites;
  const read = value as Partial<Durable> | null;
  const isRead =
    typeof read === "object" &&
    read !== null &&
    read.version === 1 &&
    (read.day === null || Number.isSafeInteger(read.day)) &&
    isCounts(read.today) &&
    isCounts(read.ever);
  if (!isRead) return { ...noWrites, lost: true };
  return { day: read.day ?? undefined, today: read.today ?? {}, ever: read.ever ?? {}, lost: read.lost !== false };
}

function isCounts(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((count) => Number.isSafeInteger(count) && (count as number) >= 0);
}

function more(counts: Readonly<Record<string, number>>, register: string): Record<string, number> {
  return { ...counts, [register]: own(counts, register) + 1 };
}

function own(counts: Readonly<Record<string, number>>, register: string): number {
  return Object.hasOwn(counts, register) ? (counts[register] ?? 0) : 0;
}
