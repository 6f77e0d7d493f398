/** What takes a site to its safe limit, and what stays of one failure when the next comes on top. */
import { Millis } from "@csj/quantity";
import type { Standard } from "../standard/standard.ts";
import type { ModeFacts, ModeState } from "./mode.ts";

/** A failure of what was commanded that comes back within this time is not the first one. */
const STRIKES_KEPT_MS = 2 * 3_600_000;
/** More strikes lengthen nothing any more. */
const STRIKES_MAX = 6;

/** So often in a day may export be seen in spite of what was commanded; then a person must look. */
export const DISOBEYED_MAX = 4;
const DAY_MS = 24 * 3_600_000;

/** No inverter answers. */
export const SILENT = "inverters-unreachable";

export interface Failure {
  readonly reason: string;
  readonly disconnect?: boolean;
  readonly sticky?: boolean;
}

export function failureOf(state: ModeState, facts: ModeFacts, standard: Standard): Failure | undefined {
  const { trips, failsafe } = standard;
  const tripped = trips.filter((trip, index) => {
    const since = state.tripSince[index];
    return since !== undefined && facts.now - since >= patienceOf(trip.after_s.value, facts);
  });
  if (tripped.length > 0) {
    return { reason: "export-over", disconnect: tripped.some(({ action }) => action === "disconnect") };
  }
  if (facts.probe === "failed") return { reason: "probe-failed", sticky: true };
  if (facts.units.includes("disobeys")) return { reason: "disobeys", disconnect: true };
  const awake = facts.units.filter((unit) => unit !== "asleep");
  if (awake.length > 0 && awake.every((unit) => unit === "unreachable")) {
    return { reason: SILENT, disconnect: !(state.graceLeft > 0) };
  }
  if (facts.input !== "good" && facts.input !== "held") return { reason: facts.input };
  const lost = state.heldSince !== undefined && facts.now - state.heldSince >= failsafe.lost_after_s.value * 1000;
  return lost ? { reason: "input-lost" } : undefined;
}

/**
 * A trip waits for the inverters to follow. Where one does not answer, and the others may be down already, there is less to
 * wait for, and what is left of the time is needed: the export is seen up to two cycles late, and the relay takes its own.
 */
const SHORTER_WHERE_SILENT = 0.75;

function patienceOf(afterS: number, { units }: ModeFacts): number {
  return afterS * 1000 * (units.includes("unreachable") ? SHORTER_WHERE_SILENT : 1);
}

/** Not heard yet, or not believed yet: what a start looks like that goes well in the end. */
function isOfStart({ reason, sticky }: Failure): boolean {
  return !isExporting(reason) && sticky !== true;
}

/** What is seen to export. No safe limit is safe then. */
export const isExporting = (reason: string) => reason === "export-over" || reason === "disobeys";

/** Which reason is said, and decides the limit: export that is seen, then what a person must look at, then the rest. */
function weightOf({ reason, sticky }: Failure): number {
  if (isExporting(reason)) return 2;
  return sticky === true ? 1 : 0;
}

export function enter(state: ModeState, failure: Failure): ModeState {
  const { reason, disconnect = false, sticky = false } = failure;
  const held = state.mode === "failsafe" || state.mode === "lockout";
  const staying = state.mode === "failsafe";
  // What was found stands until it is released: another failure on top does not hide a worse one.
  const keeps = staying && weightOf(state) > weightOf(failure);
  const starting = state.starting && staying && isOfStart(failure);
  const often = disobeyed(state, reason);
  return {
    ...state,
    ...struck(state, reason),
    ...often,
    mode: "failsafe",
    reason: keeps ? state.reason : starting ? "starting" : reason,
    goodSince: undefined,
    disconnect: disconnect || (staying && state.disconnect),
    sticky: sticky || (held && state.sticky) || often.disobeyed.length >= DISOBEYED_MAX,
    starting,
  };
}

/** One strike for each time that the site was let go and had to be taken back. */
function struck(state: ModeState, reason: string): Pick<ModeState, "strikes" | "strikesLeft"> {
  const { mode, strikes, strikesLeft } = state;
  const fresh = mode === "normal" || mode === "degraded";
  if (!fresh || !isExporting(reason)) return { strikes, strikesLeft };
  return { strikes: Math.min(STRIKES_MAX, strikes + 1), strikesLeft: Millis(STRIKES_KEPT_MS) };
}

/**
 * However long each wait, a unit that follows nobody would be tried again and again for ever: each time of `failsafe` in
 * which export is seen counts once, whatever it began with, and a loss of power does not take it back.
 */
function disobeyed(state: ModeState, reason: string): Pick<ModeState, "disobeyed" | "disobeyedNow"> {
  const { disobeyed: before, disobeyedNow: isCounted } = state;
  if (isCounted || !isExporting(reason)) return { disobeyed: before, disobeyedNow: isCounted };
  return { disobeyed: [...before, DAY_MS].slice(-DISOBEYED_MAX), disobeyedNow: true };
}
