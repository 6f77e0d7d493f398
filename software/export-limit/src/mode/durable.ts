/**
 * What outlives a loss of power: the state, the counted excursions with what is left of their window, and the rest of a
 * lockout. An excursion that was under way counts as one that was long: nobody saw its end. A file that cannot be read is
 * a start at the safe limit, or, where the standard has lockouts,
 * one whole lockout, since one may have been in it; never a start without a past.
 */
import { Millis } from "@csj/quantity";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import type { Standard } from "../standard/standard.ts";
import { initialMode } from "./advance.ts";
import type { ModeState } from "./mode.ts";

const HOUR_MS = 3_600_000;

export const DurableMode = Type.Object(
  {
    version: Type.Literal(1),
    mode: Type.Union([
      Type.Literal("normal"),
      Type.Literal("degraded"),
      Type.Literal("failsafe"),
      Type.Literal("lockout"),
    ]),
    reason: Type.String(),
    sticky: Type.Boolean(),
    disconnect: Type.Boolean(),
    /** An excursion had begun, outside maintenance, and was not counted yet. */
    excursion: Type.Boolean(),
    strikes: Type.Integer({ minimum: 0, maximum: 6 }),
    strikes_left_ms: Type.Number({ minimum: 0 }),
    counted_left_ms: Type.Array(Type.Number({ minimum: 0 }), { maxItems: 32 }),
    lockout_left_ms: Type.Number({ minimum: 0 }),
    /** Absent in files of before it was counted. */
    disobeyed_left_ms: Type.Optional(Type.Array(Type.Number({ minimum: 0 }), { maxItems: 32 })),
    disobeyed_now: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type DurableMode = Static<typeof DurableMode>;

export function toDurable(state: ModeState): DurableMode {
  const { mode, reason, sticky, disconnect, strikes, excursion, counted, lockoutLeft } = state;
  const open = excursion !== undefined && !excursion.counted && !excursion.maintenance;
  return {
    ...{ version: 1, mode, reason, sticky, disconnect, strikes, excursion: open },
    strikes_left_ms: state.strikesLeft,
    counted_left_ms: [...counted],
    lockout_left_ms: lockoutLeft,
    disobeyed_left_ms: [...state.disobeyed],
    disobeyed_now: state.disobeyedNow,
  };
}

/** True where one of the two must be on the disk before the site goes on; times that run down alone can wait. */
export function mustKeep(kept: DurableMode | undefined, next: DurableMode): boolean {
  if (kept === undefined) return true;
  const same =
    kept.mode === next.mode &&
    kept.sticky === next.sticky &&
    kept.disconnect === next.disconnect &&
    kept.strikes === next.strikes &&
    kept.excursion === next.excursion &&
    kept.counted_left_ms.length === next.counted_left_ms.length &&
    kept.disobeyed_left_ms?.length === next.disobeyed_left_ms?.length &&
    kept.disobeyed_now === next.disobeyed_now;
  return !same;
}

/** @param kept undefined at the very first start, which has no past */
export function fromDurable(kept: unknown, standard: Standard): ModeState {
  const start = initialMode();
  if (kept === undefined) return start;
  if (!Check(DurableMode, kept)) return withoutPast(start, standard);
  const counts = standard.excursions;
  const cutOff = kept.excursion && counts !== undefined ? [counts.window_h.value * HOUR_MS] : [];
  const counted = [...kept.counted_left_ms, ...cutOff];
  const lockoutLeft = Millis(kept.lockout_left_ms);
  const past = {
    ...{ counted, strikes: kept.strikes, strikesLeft: Millis(kept.strikes_left_ms) },
    ...{ disobeyed: kept.disobeyed_left_ms ?? [], disobeyedNow: kept.disobeyed_now ?? false },
  };
  if (kept.mode === "lockout") {
    const { reason, sticky } = kept;
    return { ...start, ...past, mode: "lockout", reason, sticky, starting: false, disconnect: true, lockoutLeft };
  }
  const failed = kept.mode === "failsafe" && kept.reason !== "starting";
  const { sticky, disconnect } = failed ? kept : { sticky: false, disconnect: false };
  return {
    ...start,
    reason: failed ? kept.reason : "starting",
    starting: !failed,
    ...{ ...past, sticky, disconnect },
  };
}

function withoutPast(start: ModeState, { excursions }: Standard): ModeState {
  const failed = { ...start, reason: "past-unreadable", starting: false };
  if (excursions === undefined) return failed;
  return { ...failed, mode: "lockout", disconnect: true, lockoutLeft: Millis(excursions.lockout_h.value * HOUR_MS) };
}
