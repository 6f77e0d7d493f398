/**
 * A site with several inverters behind one meter, as the controller sees it: what it is made of, what one cycle reads, and
 * what one cycle commands. Everything is plain data, so a cycle can be replayed.
 *
 * Grid power is import positive, generation is positive. A battery that discharges counts as generation.
 */
import type { Instant, Millis, Watts } from "@csj/quantity";
import type { Timed } from "./control.ts";

export const phases = ["l1", "l2", "l3"] as const;
export type Phase = (typeof phases)[number];

/** One value for each of L1, L2 and L3; 0 on a phase that is not there. */
export type PerPhase = readonly [number, number, number];

/** A power with its parts, where they were read in the same request. */
export interface PhasedTimed extends Timed {
  readonly phases?: PerPhase;
}

/** One inverter (or battery inverter) that is limited. */
export interface UnitSpec {
  readonly id: string;
  readonly rated: Watts;
  /** The phase that it feeds, or all three alike. */
  readonly phase: Phase | "all";
  /** Lowest limit that does not send it to standby, as a share of its rating. */
  readonly floor: number;
  /** Smallest step of its limit, as a share of its rating. */
  readonly quantum: number;
  /** From the write until the output begins to move; measured at commissioning, else the profile's. */
  readonly deadTime: Millis;
  /** How the output then moves: a time constant, or what a linear ramp over the whole rating takes. */
  readonly response: { readonly kind: "first-order" | "ramp"; readonly time: Millis };
}

/** What one cycle knows of one inverter. */
export interface UnitImage {
  readonly id: string;
  /** Absent where it did not answer this cycle. */
  readonly output: PhasedTimed | undefined;
  /** False where it has not confirmed a command for longer than the site allows. */
  readonly reachable: boolean;
  /** What it last confirmed as its limit, and when. */
  readonly held: { readonly limit: Watts; readonly at: Millis } | undefined;
  /** It said that it restarted, or it came back without its limit. */
  readonly restarted: boolean;
  /** Its register held another limit than ours: somebody else commands it. */
  readonly foreign: boolean;
}

/** Who wants export limited, and to what. */
export interface LimitRequest {
  /** `installer`, `schedule`, `operator`, `head-end`: said on the page and in the log. */
  readonly origin: string;
  /** W that may be exported, 0 or more, on the basis of the site (in all, or on each phase). */
  readonly allowed: Watts;
  /** Where it ends; absent where it stands for good. */
  readonly until?: Instant;
}

/** What one cycle commands one inverter. */
export interface UnitCommand {
  readonly id: string;
  readonly limit: Watts;
}

/** What a grid meter says beside its power: a frozen meter repeats all of it to the last digit. */
export interface GridWords {
  readonly volts?: number;
  readonly hertz?: number;
  readonly amps?: number;
}
