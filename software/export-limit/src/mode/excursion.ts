/** Export beyond what may be: how long, how high, how much, and whether the standard counts it. */
import { Millis, Watts } from "@csj/quantity";
import { type Standard, toleranceOf } from "../standard/standard.ts";
import type { Excursion, ModeFacts, ModeState } from "./mode.ts";

const HOUR_MS = 3_600_000;
/** More excursions than any standard counts; the oldest is forgotten first. */
const COUNTED_MAX = 32;

export interface Watched {
  readonly state: ModeState;
  readonly ended: Excursion | undefined;
}

/** A cycle that did not see the grid neither begins nor ends one. */
export function watchExcursion(state: ModeState, facts: ModeFacts, standard: Standard): Watched {
  const { over, rated } = facts;
  if (over === undefined || Number.isNaN(over)) return { state, ended: undefined };
  const before = state.excursion;
  if (!(over > toleranceOf(standard, rated))) return { state: { ...state, excursion: undefined }, ended: before };
  const excursion = grown(before, facts, standard);
  const newlyCounted = excursion.counted && before?.counted !== true && !excursion.maintenance;
  const left = (standard.excursions?.window_h.value ?? 0) * HOUR_MS;
  const counted = newlyCounted ? [...state.counted, left].slice(-COUNTED_MAX) : state.counted;
  return { state: { ...state, excursion, counted }, ended: undefined };
}

function grown(before: Excursion | undefined, { now, over, maintenance }: ModeFacts, standard: Standard): Excursion {
  const watts = over ?? 0;
  const began = before?.began ?? now;
  const lasted = Millis(Math.max(0, now - began) || 0);
  const since = lasted - (before?.lasted ?? 0);
  const counts = standard.excursions;
  return {
    began,
    lasted,
    peak: Watts(Math.max(before?.peak ?? 0, watts)),
    wattHours: (before?.wattHours ?? 0) + (watts * Math.max(0, since)) / HOUR_MS,
    counted: counts !== undefined && lasted > counts.longer_than_s.value * 1000,
    maintenance: (before?.maintenance ?? true) && maintenance !== undefined,
  };
}
