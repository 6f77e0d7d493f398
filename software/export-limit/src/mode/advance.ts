/**
 * The one place where a site changes its state. Two rules are kept by construction and proved by a walk over all
 * reachable states: nothing but the standard's release leads out of `failsafe` and `lockout`, and every state has a way
 * out. A lockout and the window of the counted excursions run on the time for which the program runs, so neither a jump of
 * the clock nor a time without power shortens them.
 */
import { Millis, Watts } from "@csj/quantity";
import { type Standard, toleranceOf, tripOver } from "../standard/standard.ts";
import { watchExcursion } from "./excursion.ts";
import type { ModeFacts, ModeState, Verdict } from "./mode.ts";

const HOUR_MS = 3_600_000;
/** A cycle that comes later than this after the one before counts for this long: time in which nobody looked is no time. */
const GAP_MAX_MS = 60_000;

export interface Advanced {
  readonly state: ModeState;
  readonly verdict: Verdict;
}

export function initialMode(): ModeState {
  return {
    mode: "failsafe",
    reason: "starting",
    at: undefined,
    goodSince: undefined,
    starting: true,
    disconnect: false,
    sticky: false,
    tripSince: [],
    excursion: undefined,
    counted: [],
    lockoutLeft: Millis(0),
  };
}

export function advance(before: ModeState, facts: ModeFacts, standard: Standard): Advanced {
  const aged = agedTo(before, facts);
  const watched = watchExcursion(aged, facts, standard);
  const trips = tripsOf(watched.state, facts, standard);
  const state = next({ ...watched.state, tripSince: trips }, facts, standard);
  return { state, verdict: verdictOf(state, facts, watched.ended) };
}

function agedTo(before: ModeState, { now }: ModeFacts): ModeState {
  const passed = before.at === undefined ? 0 : Math.min(GAP_MAX_MS, Math.max(0, now - before.at)) || 0;
  return {
    ...before,
    at: now,
    counted: before.counted.map((left) => left - passed).filter((left) => left > 0),
    lockoutLeft: Millis(Math.max(0, before.lockoutLeft - passed)),
  };
}

/** Since when each trip's threshold is exceeded. A cycle that did not see the grid stops no clock. */
function tripsOf(state: ModeState, { now, over, allowed, rated }: ModeFacts, standard: Standard) {
  return standard.trips.map((trip, index) => {
    const since = state.tripSince[index];
    if (over === undefined) return since;
    return over > tripOver(trip, standard, allowed, rated) ? (since ?? now) : undefined;
  });
}

function next(state: ModeState, facts: ModeFacts, standard: Standard): ModeState {
  const locked = lockedOut(state, facts, standard);
  if (locked !== undefined) return locked;
  const failed = failureOf(state, facts, standard);
  if (failed !== undefined) return enter(state, failed);
  const good = isGood(facts, standard);
  const goodSince = good ? (state.goodSince ?? facts.now) : undefined;
  if (state.mode === "failsafe") return released({ ...state, goodSince }, facts, standard);
  const weak = weaknessOf(facts);
  return { ...state, mode: weak === undefined ? "normal" : "degraded", reason: weak ?? "good", goodSince };
}

function lockedOut(state: ModeState, facts: ModeFacts, { excursions }: Standard): ModeState | undefined {
  if (facts.reset && state.mode === "lockout") {
    return { ...enter(state, { reason: "reset" }), counted: [], lockoutLeft: Millis(0) };
  }
  const full = excursions !== undefined && state.counted.length >= excursions.count.value;
  if (full) {
    const lockoutLeft = Millis(Math.max(state.lockoutLeft, excursions.lockout_h.value * HOUR_MS));
    const entered = enter(state, { reason: "excursions", disconnect: true });
    return { ...entered, reason: "excursions", mode: "lockout", lockoutLeft, counted: [], starting: false };
  }
  if (state.mode !== "lockout") return undefined;
  if (state.lockoutLeft > 0) return state;
  return enter(state, { reason: "lockout-over" });
}

interface Failure {
  readonly reason: string;
  readonly disconnect?: boolean;
  readonly sticky?: boolean;
}

function failureOf(state: ModeState, facts: ModeFacts, standard: Standard): Failure | undefined {
  const tripped = standard.trips.findIndex((trip, index) => {
    const since = state.tripSince[index];
    return since !== undefined && facts.now - since >= trip.after_s.value * 1000;
  });
  if (tripped >= 0) return { reason: "export-over", disconnect: standard.trips[tripped]?.action === "disconnect" };
  if (facts.probe === "failed") return { reason: "probe-failed", sticky: true };
  if (facts.units.includes("disobeys")) return { reason: "disobeys", disconnect: true };
  if (facts.units.length > 0 && facts.units.every((unit) => unit === "unreachable")) {
    return { reason: "inverters-unreachable", disconnect: true };
  }
  if (facts.input !== "good" && facts.input !== "held") return { reason: facts.input };
  return undefined;
}

function enter(state: ModeState, { reason, disconnect = false, sticky = false }: Failure): ModeState {
  const staying = state.mode === "failsafe";
  // What was found stands until it is released: another failure on top does not hide a worse one.
  const keeps = staying && state.sticky && !sticky;
  const starting = state.starting && staying;
  return {
    ...state,
    mode: "failsafe",
    reason: keeps ? state.reason : starting && reason !== "export-over" ? "starting" : reason,
    goodSince: undefined,
    disconnect: disconnect || (staying && state.disconnect),
    sticky: sticky || (staying && state.sticky),
    starting,
  };
}

function released(state: ModeState, facts: ModeFacts, standard: Standard): ModeState {
  if (state.goodSince === undefined) return state;
  if (state.sticky && !facts.reset) return state;
  const waited = facts.now - state.goodSince >= standard.failsafe.release_after_s.value * 1000;
  if (!waited && !state.starting) return facts.reset ? { ...state, sticky: false } : state;
  const weak = weaknessOf(facts);
  return {
    ...state,
    mode: weak === undefined ? "normal" : "degraded",
    reason: weak ?? "good",
    disconnect: false,
    sticky: false,
    starting: false,
  };
}

function isGood(facts: ModeFacts, standard: Standard): boolean {
  const over = facts.over ?? Number.NaN;
  return facts.input === "good" && over <= toleranceOf(standard, facts.rated);
}

function weaknessOf({ input, units }: ModeFacts): string | undefined {
  if (input === "held") return "held";
  const trouble = units.find((unit) => unit !== "ok");
  return trouble === undefined ? undefined : `inverter-${trouble}`;
}

function verdictOf(state: ModeState, facts: ModeFacts, ended: Verdict["ended"]): Verdict {
  const { mode, reason, excursion, counted, lockoutLeft } = state;
  const failed = mode === "failsafe" || mode === "lockout";
  const ceilings = [
    mode === "lockout" || facts.stopped ? 0 : undefined,
    mode === "failsafe" ? Math.max(0, facts.safeLimit) || 0 : undefined,
    facts.maintenance === undefined ? undefined : Math.max(0, facts.maintenance) || 0,
  ].filter((ceiling) => ceiling !== undefined);
  const quiet = facts.maintenance !== undefined && mode !== "lockout";
  return {
    mode,
    reason,
    ceiling: ceilings.length === 0 ? undefined : Watts(Math.min(...ceilings)),
    mayRise: mode === "normal" || mode === "failsafe",
    disconnect: (failed && state.disconnect) || mode === "lockout" || facts.stopped,
    alarm: failed && !state.starting && !quiet,
    excursions: counted.length,
    lockoutLeft,
    ended,
    excursion,
  };
}
