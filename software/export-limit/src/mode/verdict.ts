/** What a state means for this cycle: the most that may be commanded, whether it may rise, the relay, the alarm. */
import { Watts } from "@csj/quantity";
import { isExporting } from "./failure.ts";
import type { ModeFacts, ModeState, Verdict } from "./mode.ts";

export function verdictOf(state: ModeState, facts: ModeFacts, ended: Verdict["ended"]): Verdict {
  const { mode, reason, excursion, counted, lockoutLeft } = state;
  const failed = mode === "failsafe" || mode === "lockout";
  const quiet = facts.maintenance !== undefined && mode !== "lockout";
  return {
    mode,
    reason,
    ceiling: ceilingOf(state, facts),
    mayRise: mayRise(state),
    disconnect: (failed && state.disconnect) || mode === "lockout" || facts.stopped,
    alarm: failed && !state.starting && !quiet,
    needsPerson: failed && state.sticky,
    excursions: counted.length,
    lockoutLeft,
    ended,
    excursion,
  };
}

function ceilingOf(state: ModeState, facts: ModeFacts): Watts | undefined {
  const { mode, reason } = state;
  // What is seen to export has no use for a safe limit that exports as well.
  const none = facts.stopped || mode === "lockout" || (mode === "failsafe" && isExporting(reason));
  const ceilings = [
    none ? 0 : undefined,
    mode === "failsafe" ? real(facts.safeLimit) : undefined,
    facts.maintenance === undefined ? undefined : real(facts.maintenance),
  ].filter((ceiling) => ceiling !== undefined);
  return ceilings.length === 0 ? undefined : Watts(Math.min(...ceilings));
}

/** A limit that is not a number is none that anything may flow by. */
const real = (watts: number) => (watts > 0 && watts < Infinity ? watts : 0);

/**
 * One of several that does not answer takes no rise from the others: it counts as feeding all it can, and with the rise
 * forbidden one dead inverter would take the site down to the lowest use that the home ever had.
 */
function mayRise({ mode, reason }: ModeState): boolean {
  return mode === "normal" || mode === "failsafe" || reason === "inverter-unreachable";
}
