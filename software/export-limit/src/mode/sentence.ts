/** A state and its reason as a sentence, for whoever stands before the site. */
import { kilowatts } from "../sentence.ts";
import type { Verdict } from "./mode.ts";

const reasons: Readonly<Record<string, string>> = {
  starting: "the devices have not all been read yet",
  "input-lost": "nothing new was read for longer than the rules allow",
  "not-started": "the devices were not all read since the start",
  good: "the grid meter is read and believed, and the inverters follow",
  held: "the newest reading is missing and the one before is still young",
  "inverter-unreachable": "an inverter does not answer: it counts as feeding all it can, and the others are cut",
  "inverter-restarted": "an inverter came back without its limit and was told it again",
  "inverter-foreign": "an inverter held another limit than ours: somebody else commands it",
  "export-over": "export went on for longer than the rules allow",
  "probe-failed": "a small dip of the output did not show at the grid meter as it must",
  disobeys: "the meter shows that an inverter does not follow its limit",
  "inverters-unreachable": "no inverter answers",
  excursions: "export went over the limit too often",
  "lockout-over": "the lockout is over and the site is on its way back",
  reset: "the lockout was taken back by hand and the site is on its way back",
  "past-unreadable": "what was known from before the last start cannot be read",
  "meter-unavailable": "the grid meter does not answer",
  "meter-stale": "the grid meter's reading is old, or repeats itself",
  "pv-unavailable": "the solar output cannot be read",
  "pv-stale": "the reading of the solar output is old",
  skewed: "grid and solar output were not read at one time",
  implausible: "the readings cannot be right",
};

export function modeSentence(verdict: Verdict): string {
  const why = reasons[verdict.reason] ?? verdict.reason;
  switch (verdict.mode) {
    case "normal":
      return `All is as it should be: ${why}.`;
    case "degraded":
      return verdict.mayRise ? `Held, with one less: ${why}.` : `The limit may fall and not rise: ${why}.`;
    case "failsafe":
      return `At the safe limit of ${kilowatts(verdict.ceiling ?? 0)}${verdict.disconnect ? ", relay open" : ""}: ${why}.${verdict.needsPerson ? " A person must look, and reset it." : ""}`;
    case "lockout":
      return `Locked out for another ${minutes(verdict.lockoutLeft)}: ${why}.`;
  }
}

function minutes(ms: number): string {
  const whole = Math.max(1, Math.ceil(ms / 60_000));
  return whole < 120 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}
