/** The last hour as columns, and in words for those who cannot see a line. */
import type { Live, LiveHistory } from "../api/shapes.ts";
import { power } from "../format/power.ts";

export type Points = readonly (number | null)[];

export interface Columns {
  /** Seconds since 1970, as the plot wants them. */
  readonly at: readonly number[];
  readonly grid: Points;
  readonly pv: Points;
  readonly home: Points;
  readonly limit: Points;
}

/** An hour at one picture a second. */
export const POINTS = 3_600;

export const noPoints: Columns = { at: [], grid: [], pv: [], home: [], limit: [] };

export function columnsOf(history: LiveHistory): Columns {
  const sum = (at: number): number | null => {
    const grid = history.grid_w[at] ?? null;
    const pv = history.pv_w[at] ?? null;
    return grid === null || pv === null ? null : grid + pv;
  };
  return {
    at: history.at.map((milliseconds) => milliseconds / 1000),
    grid: history.grid_w,
    pv: history.pv_w,
    home: history.home_w ?? history.at.map((_, at) => sum(at)),
    limit: history.limit_w,
  };
}

/** A picture that is not newer than the last point is no new point. */
export function withPicture(columns: Columns, live: Live): Columns {
  const at = live.at === null ? Number.NaN : Date.parse(live.at) / 1000;
  if (!(at > (columns.at.at(-1) ?? 0))) return columns;
  const more = <T>(list: readonly T[], value: T): readonly T[] => [...list.slice(-(POINTS - 1)), value];
  return {
    at: more(columns.at, at),
    grid: more(columns.grid, live.grid_w),
    pv: more(columns.pv, live.pv_w),
    home: more(columns.home, live.home_w),
    limit: more(columns.limit, live.limit_w),
  };
}

export function historyWords({ grid, pv, limit }: Columns, rated: number): string {
  const grids = grid.filter((watts) => watts !== null);
  const suns = pv.filter((watts) => watts !== null);
  if (grids.length === 0) return "No grid reading in this hour.";
  const least = grids.reduce((low, watts) => Math.min(low, watts), Number.POSITIVE_INFINITY);
  const most = grids.reduce((high, watts) => Math.max(high, watts), Number.NEGATIVE_INFINITY);
  const sun = suns.reduce((high, watts) => Math.max(high, watts), 0);
  const toGrid = least < -0.5 ? `at most ${power(-least)} went to the grid` : "nothing went to the grid";
  const held = limit.filter((watts) => watts !== null && watts < rated).length;
  const fromGrid = most < 0.5 ? "nothing" : `at most ${power(most)}`;
  return `In this hour ${toGrid}, ${fromGrid} came from it, the sun gave up to ${power(sun)}, and the limit was ${heldWords(held, limit.length)}.`;
}

function heldWords(held: number, all: number): string {
  if (held === 0) return "at the rating throughout";
  if (held === all) return "below the rating throughout";
  return `below the rating ${Math.max(1, Math.round((100 * held) / all))} % of the time`;
}

export interface MinuteRow {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly grid: number | null;
  readonly pv: number | null;
  readonly home: number | null;
  readonly limit: number | null;
}

/** The mean of each minute's readings, newest first. */
export function minuteRows(columns: Columns): MinuteRow[] {
  const groups = new Map<number, number[]>();
  columns.at.forEach((seconds, index) => {
    const minute = Math.floor(seconds / 60) * 60_000;
    groups.set(minute, [...(groups.get(minute) ?? []), index]);
  });
  const rows = [...groups].map(([at, indices]) => ({
    at,
    grid: mean(columns.grid, indices),
    pv: mean(columns.pv, indices),
    home: mean(columns.home, indices),
    limit: mean(columns.limit, indices),
  }));
  return rows.reverse();
}

function mean(points: Points, indices: readonly number[]): number | null {
  const values = indices.map((index) => points[index] ?? null).filter((watts) => watts !== null);
  return values.length === 0 ? null : values.reduce((sum, watts) => sum + watts, 0) / values.length;
}
