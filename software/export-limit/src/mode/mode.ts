/** The states that a held site can be in, what one cycle says about it, and what the state makes of it. */
import type { Millis, Watts } from "@csj/quantity";

export const modes = ["normal", "degraded", "failsafe", "lockout"] as const;
/**
 * `normal`: the law's limit. `degraded`: the law's limit, with something less to go by, so that mostly it may not rise.
 * `failsafe`: the safe limit, or 0 where export is seen to go on, and the relay where something does not obey. `lockout`: 0
 * for a time that a loss of power does not shorten.
 */
export type Mode = (typeof modes)[number];

/** `asleep`: silent since the evening, when its last output was nothing; that it comes back without its limit is `restarted`. */
export type UnitTrouble = "ok" | "asleep" | "unreachable" | "disobeys" | "restarted" | "foreign";

/** What one cycle found. */
export interface ModeFacts {
  readonly now: Millis;
  /** `good`: read and believed this cycle. `held`: not read this cycle, still young. Else the law's reason. */
  readonly input: "good" | "held" | (string & {});
  /** W above what may be exported, below 0 where there is room; absent where the grid was not read. */
  readonly over: Watts | undefined;
  readonly allowed: Watts;
  readonly rated: Watts;
  readonly safeLimit: Watts;
  readonly units: readonly UnitTrouble[];
  readonly probe: "ok" | "failed" | "none";
  readonly stopped: boolean;
  /** The limit while maintenance lasts. */
  readonly maintenance: Watts | undefined;
  /** An operator's, once. */
  readonly reset: boolean;
}

/** Export beyond what may be, from when it began until it was over. */
export interface Excursion {
  readonly began: Millis;
  readonly lasted: Millis;
  readonly peak: Watts;
  readonly wattHours: number;
  /** Longer than the standard lets pass uncounted. */
  readonly counted: boolean;
  readonly maintenance: boolean;
}

export interface Verdict {
  readonly mode: Mode;
  /** Stable word; `modeSentence` says it to people. */
  readonly reason: string;
  /** All inverters together may not be told more; absent where the law alone decides. */
  readonly ceiling: Watts | undefined;
  readonly mayRise: boolean;
  /** The relay, where there is one, is open. */
  readonly disconnect: boolean;
  readonly alarm: boolean;
  /** Time does not release it: a person has to look and to reset it. */
  readonly needsPerson: boolean;
  /** Counted excursions in the standard's window. */
  readonly excursions: number;
  readonly lockoutLeft: Millis;
  /** Set in the cycle in which one was over. */
  readonly ended: Excursion | undefined;
  readonly excursion: Excursion | undefined;
}

/** Plain data. Times are durations or on the clock of the running program, so nothing in it depends on a wall clock. */
export interface ModeState {
  readonly mode: Mode;
  readonly reason: string;
  /** The last cycle, as the machine's clock said. */
  readonly at: Millis | undefined;
  /**
   * The time that everything below is on: it begins as the machine's clock, never goes back, and passes over a pause in
   * steps of a minute at the most.
   */
  readonly clock: Millis;
  /** Since when everything has been good without a break. */
  readonly goodSince: Millis | undefined;
  /** True until the input was good once: a start is no failure, so it needs no waiting. */
  readonly starting: boolean;
  /** The relay stays open until the state is left. */
  readonly disconnect: boolean;
  /** A person must look: it is not released by time. */
  readonly sticky: boolean;
  /** Failures of what was commanded, one after the other, each of which makes the next release wait longer. */
  readonly strikes: number;
  /** Until the strikes are forgotten. */
  readonly strikesLeft: Millis;
  readonly startedAt: Millis | undefined;
  /** What is left of the time in which silent inverters are left on the grid, so that they can start and be heard. */
  readonly graceLeft: Millis;
  /** Since when nothing new was read. */
  readonly heldSince: Millis | undefined;
  /** Since when export is over each trip's threshold. */
  readonly tripSince: readonly (Millis | undefined)[];
  readonly excursion: Excursion | undefined;
  /** What is left, in ms, of the window of each counted excursion. */
  readonly counted: readonly number[];
  readonly lockoutLeft: Millis;
  /** What is left, in ms, of the day of each time that export was seen in spite of what was commanded. */
  readonly disobeyed: readonly number[];
  /** The time of `failsafe` that lasts now is among them. */
  readonly disobeyedNow: boolean;
}
