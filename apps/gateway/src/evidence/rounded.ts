/** From the gateway's numbers to the log's whole ones. What is no number, or beyond any, is null: never 0. */
import type { BodyOf } from "@csj/export-limit";
import type { SeenCycle } from "./facts.ts";

export function whole(value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  const rounded = Math.round(value);
  return Number.isSafeInteger(rounded) ? rounded : null;
}

/** For what must be there; a limit that is no number is written as 0, which is what a device is then told. */
export function wholeOr0(value: number | undefined): number {
  return whole(value) ?? 0;
}

/** 0 or more. */
export function span(value: number | undefined): number {
  return Math.max(0, wholeOr0(value));
}

/** Away from what is allowed, so that rounding never hides an excess. */
export function excess(value: number | undefined): number | null {
  return whole(value === undefined ? undefined : Math.ceil(value));
}

export function moment(now: number, wall: number | undefined): { t_ms: number; wall_ms: number | null } {
  return { t_ms: wholeOr0(now), wall_ms: whole(wall) };
}

const TEXT_MAX = 500;
export const short = (text: string): string => text.slice(0, TEXT_MAX);

export function pictureOf<Kind extends "cycle" | "decision">(
  kind: Kind,
  cycle: SeenCycle,
): BodyOf<"cycle" | "decision"> {
  return {
    kind,
    ...moment(cycle.now, cycle.wall),
    grid_w: whole(cycle.gridW),
    grid_t_ms: whole(cycle.gridAt),
    pv_w: whole(cycle.pvW),
    pv_t_ms: whole(cycle.pvAt),
    limit_w: wholeOr0(cycle.limitW),
    allowed_w: wholeOr0(cycle.allowedW),
    origin: short(cycle.origin),
    mode: short(cycle.mode),
    reason: short(cycle.reason),
    ...(cycle.note === undefined ? {} : { note: short(cycle.note) }),
    over_w: excess(cycle.over),
    tolerance_w: span(cycle.tolerance),
    ...(cycle.ratedW === undefined ? {} : { rated_w: span(cycle.ratedW) }),
    units: cycle.units.map(({ id, limitW, outputW, heldW, state }) => ({
      id: short(id),
      limit_w: whole(limitW),
      output_w: whole(outputW),
      held_w: whole(heldW),
      state: short(state),
    })),
  };
}
