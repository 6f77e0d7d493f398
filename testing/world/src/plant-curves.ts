/** Powers over time out of a plant file: a constant, a list of points, or a CSV of two columns, seconds and watts. */
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { Instant, Watts } from "@csj/quantity";
import { worldErrors } from "./errors.ts";
import type { LoadCurve, PvCurve } from "./sources/power.ts";

/** From this many seconds after the world's start. */
export interface PowerPoint {
  readonly at_s: number;
  readonly watts: number;
}

const NEVER = Instant(Number.POSITIVE_INFINITY);
/** A year of seconds. */
const POINTS_MAX = 31_536_000;

export const constantPower =
  (watts: number): LoadCurve =>
  () => ({ watts: Watts(watts), until: NEVER });

export const level =
  (curve: LoadCurve): PvCurve =>
  (at) => ({ ...curve(at), slope: 0 });

/** The first point holds from the start; each holds until the next. */
export function steppedPower(points: readonly PowerPoint[], start: Instant): LoadCurve {
  const at = points.map(({ at_s }) => start + at_s * 1000);
  return (now) => {
    const index = Math.max(0, lastAtOrBefore(at, now));
    const next = at[index + 1];
    return { watts: Watts(points[index]?.watts ?? 0), until: next === undefined ? NEVER : Instant(next) };
  };
}

/** Straight lines from point to point; level before the first and after the last. */
export function slopedPower(points: readonly PowerPoint[], start: Instant): PvCurve {
  const at = points.map(({ at_s }) => start + at_s * 1000);
  const steps = steppedPower(points, start);
  return (now) => {
    const index = lastAtOrBefore(at, now);
    const [from, to] = [points[index], points[index + 1]];
    if (from === undefined) return { ...steps(now), slope: 0, until: Instant(at[0] ?? NEVER) };
    if (to === undefined) return { ...steps(now), slope: 0 };
    const begun = at[index] ?? 0;
    const until = at[index + 1] ?? 0;
    const slope = (to.watts - from.watts) / (until - begun);
    return { watts: Watts(from.watts + slope * (now - begun)), slope, until: Instant(until) };
  };
}

/** `name` is beside the plant file. A header line may come first; times rise. */
export function pointsOf(name: string, plantFile: string): readonly PowerPoint[] {
  const file = isAbsolute(name) ? name : join(dirname(plantFile), name);
  const lines = textOf(file).trimEnd().split(/\r?\n/);
  const header = Number.isNaN(Number(lines[0]?.split(",")[0])) ? 1 : 0;
  const points = lines.slice(header, header + POINTS_MAX).map((line, index) => pointOf(line, file, index + header + 1));
  return rising(points, (at) => ({ file, line: at + header + 1 }));
}

/** Refuses points whose times do not rise. */
export function rising(
  points: readonly PowerPoint[],
  where: (index: number) => { readonly file: string; readonly line?: number },
): readonly PowerPoint[] {
  const bad = points.findIndex(({ at_s }, index) => at_s <= (points[index - 1]?.at_s ?? -1));
  if (bad < 0 && points.length > 0) return points;
  throw worldErrors.WORLD_PLANT_BAD(
    "A list of powers needs one point at least, and times from 0 on that rise.",
    where(Math.max(0, bad)),
  );
}

function pointOf(text: string, file: string, line: number): PowerPoint {
  const [at_s, watts] = text.split(",").map((cell) => (cell.trim() === "" ? Number.NaN : Number(cell)));
  if (at_s === undefined || watts === undefined || !Number.isFinite(at_s) || !Number.isFinite(watts)) {
    throw worldErrors.WORLD_PLANT_BAD(`"${text}" is not a number of seconds and a power in W.`, { file, line });
  }
  return { at_s, watts };
}

function lastAtOrBefore(times: readonly number[], now: number): number {
  let low = -1;
  let high = times.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= now) low = middle;
    else high = middle;
  }
  return low;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw worldErrors.WORLD_PLANT_BAD("The file cannot be read.", { file }, error);
  }
}
