/**
 * The format's dates. The 1991 edition writes month first, later ones day first; nothing in the file says it, so a date
 * that cannot be is refused rather than turned round.
 */
import { comtradeErrors } from "./errors.ts";
import type { DateOrder, Stamp } from "./recording.ts";

const DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/;
/** Two-digit years (1991 edition): the format is from 1991, so 70 and above are the last century's. */
const CENTURY_TURNS_AT = 70;

/** Undefined where the two texts are no such date and time. */
export function parseStamp(date: string, time: string, order: DateOrder): Stamp | undefined {
  const [, first, second, yearText = ""] = DATE.exec(date) ?? [];
  const [, hour, minute, seconds, fraction = ""] = TIME.exec(time) ?? [];
  if (first === undefined || hour === undefined) return undefined;
  const [day, month] = order === "dmy" ? [first, second] : [second, first];
  const stamp = {
    year: fullYear(yearText),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(seconds),
    nanoseconds: Number(fraction.padEnd(9, "0")),
    digits: fraction.length,
  };
  return possible(stamp) ? stamp : undefined;
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year + (year >= CENTURY_TURNS_AT ? 1900 : 2000);
}

function possible({ year, month, day, hour, minute, second }: Stamp): boolean {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

export function stampText(stamp: Stamp, order: DateOrder): string {
  const { year, month, day, hour, minute, second, nanoseconds, digits } = stamp;
  const [first, next] = order === "dmy" ? [day, month] : [month, day];
  const fraction = String(nanoseconds).padStart(9, "0").slice(0, Math.max(digits, 6));
  return `${two(first)}/${two(next)}/${String(year).padStart(4, "0")},${two(hour)}:${two(minute)}:${two(second)}.${fraction}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** Nanoseconds from 1970-01-01 00:00 of the recorder's own clock. */
export function stampNanoseconds(stamp: Stamp): bigint {
  const { year, month, day, hour, minute, second } = stamp;
  return (
    BigInt(daysFrom1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000_000n +
    BigInt(stamp.nanoseconds)
  );
}

/** The other way, with 6 or 9 digits after the second. */
export function stampOf(nanoseconds: bigint, digits: 6 | 9): Stamp {
  const seconds = floorDivide(nanoseconds, 1_000_000_000n);
  const rest = Number(nanoseconds - seconds * 1_000_000_000n);
  const day = Number(floorDivide(seconds, 86_400n));
  const ofDay = Number(seconds - BigInt(day) * 86_400n);
  return {
    ...civil(day),
    hour: Math.floor(ofDay / 3600),
    minute: Math.floor(ofDay / 60) % 60,
    second: ofDay % 60,
    nanoseconds: digits === 9 ? rest : rest - (rest % 1000),
    digits,
  };
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value >= 0n ? value / by : -((-value + by - 1n) / by);
}

/** Days of the proleptic Gregorian calendar, with years that begin in March so that the leap day is the last. */
function daysFrom1970(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const ofYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + ofYear - 719_468;
}

function civil(days: number): { year: number; month: number; day: number } {
  let year = 1970 + Math.floor(days / 365.2425);
  if (daysFrom1970(year, 1, 1) > days) year--;
  else if (daysFrom1970(year + 1, 1, 1) <= days) year++;
  let month = 12;
  while (month > 1 && daysFrom1970(year, month, 1) > days) month--;
  return { year, month, day: days - daysFrom1970(year, month, 1) + 1 };
}

const CODE = /^([+-]?)(\d{1,2})(?:h(\d{2})?)?$/i;

/** Minutes from UTC of a `timeCode` or `localCode`; undefined for `x` and the empty field. */
export function codeMinutes(code: string): number | undefined {
  const [, sign, hours, minutes] = CODE.exec(code) ?? [];
  if (hours === undefined) return undefined;
  const value = Number(hours) * 60 + Number(minutes ?? 0);
  return sign === "-" ? -value : value;
}

/**
 * Nanoseconds from 1970 in UTC.
 * @throws COMTRADE_INCONSISTENT where the recording does not say how far its clock is from UTC.
 */
export function utcNanoseconds(stamp: Stamp, timeCode: string | undefined): bigint {
  const minutes = codeMinutes(timeCode ?? "");
  if (minutes === undefined) throw comtradeErrors.COMTRADE_INCONSISTENT("The recording has no time code.");
  return stampNanoseconds(stamp) - BigInt(minutes) * 60_000_000_000n;
}
