/** What the controller sees, what it decides, and why. The step itself is in `step.ts`. */
import type { Millis, Watts } from "@csj/quantity";
import type { ProbeSettings } from "./law/probe.ts";
import type { GridWords, UnitSpec } from "./site.ts";

/** A value with the moment at which it was true, on the monotonic clock. */
export interface Timed {
  readonly watts: Watts;
  readonly at: Millis;
}

/** The frozen picture that one cycle decides over. */
export interface Image {
  readonly now: Millis;
  /** Import positive; absent where the meter did not answer this cycle (the last good one is in the state). */
  readonly grid: Timed | undefined;
  /** AC output of all inverters together, generation positive. */
  readonly pv: Timed | undefined;
  /** What else the grid meter said in the same answer, as it said it: by it a meter that stands still is told at once. */
  readonly gridWords?: GridWords;
}

export interface Config {
  /** What may be exported, 0 or more. */
  readonly allowedExport: Watts;
  /** Kept back from the limit against meter error, 0 or more. */
  readonly margin: Watts;
  /** All inverters' rating together. */
  readonly rated: Watts;
  /** What the limit is when the input cannot be believed; 0 is the only value that needs no reason. */
  readonly safeLimit: Watts;
  /** Older input than this is stale. */
  readonly staleAfter: Millis;
  /** Grid and PV samples further apart than this are not one picture of the site. */
  readonly skewMax: Millis;
  /** How fast the limit may rise, as a share of the rating per second. */
  readonly riseRate: number;
  /** No grid power beyond this, either way, can be real. */
  readonly plausible: Watts;
  /**
   * How the inverters answer, as identified on the site. With it the limit rises at once where the home's use is certain,
   * and goes below its target for a moment where that shortens an excursion. Without it the rise is slow.
   */
  readonly plant?: readonly PlantPart[];
  /** What shall be imported at the least, 0 or more; kept back from the limit. */
  readonly importFloor?: Watts;
  /** Kept back as well: this many times the site's usual sudden fall of load, 0 or more. */
  readonly volatilityMargin?: number;
  /** How often the grid meter renews its values. With it, values that all stand still for three periods are not believed. */
  readonly meterPeriod?: Millis;
  /** Small steps of the limit by which a meter's silent faults are found; none where it is absent. */
  readonly probe?: ProbeSettings;
}

/** One inverter's part in the rating, and its answer to a limit. */
export interface PlantPart {
  /** Its share of all inverters' rating; all together make 1. */
  readonly share: number;
  readonly deadTime: Millis;
  readonly response: UnitSpec["response"];
}

export type Reason =
  /** The sun gives less than the home uses: the limit is above the output and holds nothing back. */
  | "not-limiting"
  /** The output is held at what the home uses and what may be exported. */
  | "following-load"
  /** The target is higher; the limit is on its way up. */
  | "rising"
  | "meter-unavailable"
  | "meter-stale"
  | "pv-unavailable"
  | "pv-stale"
  | "skewed"
  | "implausible"
  | "starting";

export interface Decision {
  /** For all inverters together, 0 to `rated`. */
  readonly limit: Watts;
  readonly reason: Reason;
  /** True where the input could not be believed and the limit is the safe one. */
  readonly safe: boolean;
  /** Grid + PV where both are good. */
  readonly home: Watts | undefined;
  /** What made the reason, where the reason alone does not say it. */
  readonly note?: Note;
}

export type Note =
  /** The grid reading stays the same to the last digit while the output moves. */
  | "frozen"
  /** The grid reading goes the wrong way when the output moves: a current transformer is turned round. */
  | "reversed"
  /** The meter goes on showing export at this limit, so the limit is below what the law alone gives. */
  | "exporting"
  /** The grid reading has not changed for long, so the output is dipped for a moment: an honest meter shows it. */
  | "testing"
  /** The output is lowered for some seconds to see whether the meter shows it. */
  | "probing"
  /** Tests in a row were not shown by the meter: it stands still, is off its cable, or its scale is wrong. */
  | "probe-failed";
