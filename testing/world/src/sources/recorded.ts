/**
 * Recorded days as sources. A recorded minute is a mean, so it is played as a constant and keeps its energy. The one day
 * repeats: exactly as it was on the days that are asked for, and otherwise varied by the seed, so that a month does not
 * look copied. The load is scaled by 0.8 to 1.2 a day; the sun gets a day's cloudiness and passing clouds.
 */
import { Instant, Watts } from "@csj/quantity";
import { DAY_MS, type UtcDay } from "@csj/reading";
import { dieAt, seedOf } from "../seed.ts";
import type { LoadCurve, PvCurve } from "./power.ts";

const MINUTE_MS = 60_000;

/** `true` for every day, or the UTC days that are played as recorded. */
export type Exact = boolean | readonly UtcDay[];

export function recordedLoad(minutes: Float64Array, seed: number, exact: Exact): LoadCurve {
  const isExact = exactDays(exact);
  const days = seedOf(seed, "load");
  return (at) => {
    const factor = isExact(at) ? 1 : 0.8 + 0.4 * dieAt(days, dayNumber(at));
    return { watts: Watts((minutes[minuteOf(at)] ?? 0) * factor), until: nextMinute(at) };
  };
}

export function recordedPv(minutes: Float64Array, seed: number, exact: Exact): PvCurve {
  const isExact = exactDays(exact);
  return (at) => {
    const factor = isExact(at) ? 1 : cloudFactor(seed, at);
    return { watts: Watts((minutes[minuteOf(at)] ?? 0) * factor), slope: 0, until: nextMinute(at) };
  };
}

/** A cloud field: clear, mixed or dull for the day; on mixed days each few minutes are bright or shaded. */
export function cloudFactor(seed: number, at: Instant): number {
  const day = dayNumber(at);
  const cover = dieAt(seed, day);
  const clear = 1 - 0.6 * cover ** 2;
  const spell = Math.floor(at / (CLOUD_MINUTES * MINUTE_MS));
  const shaded = dieAt(seed + 1, spell) < cover * 0.7;
  return shaded ? clear * (0.35 + 0.4 * dieAt(seed + 2, spell)) : clear;
}

const CLOUD_MINUTES = 4;

function exactDays(exact: Exact): (at: Instant) => boolean {
  if (typeof exact === "boolean") return () => exact;
  const days = new Set(exact.map((day) => dayNumber(Instant(Date.parse(`${day}T00:00:00Z`)))));
  return (at) => days.has(dayNumber(at));
}

export const dayNumber = (at: Instant) => Math.floor(at / DAY_MS);
const minuteOf = (at: Instant) => Math.floor((at % DAY_MS) / MINUTE_MS);
export const nextMinute = (at: Instant) => Instant((Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS);
