/** What the gateway tells the log. Plain data, in W and monotonic ms; the log rounds it to whole numbers. */
import type { Verdict } from "@csj/export-limit";
import type { Instant, Millis } from "@csj/quantity";

export interface UnitFacts {
  readonly id: string;
  readonly limitW?: number | undefined;
  readonly outputW?: number | undefined;
  /** What it last confirmed as its limit. */
  readonly heldW?: number | undefined;
  readonly state: string;
}

/** What the mode machine says of an excursion: `excursionOf(verdict)`. */
export interface ExcursionFacts {
  readonly startedAt: Millis;
  readonly counted: boolean;
  readonly maintenance: boolean;
  /** False in the cycle in which it ended. */
  readonly over: boolean;
}

export function excursionOf({ ended, excursion }: Pick<Verdict, "ended" | "excursion">): ExcursionFacts | undefined {
  const one = ended ?? excursion;
  if (one === undefined) return undefined;
  const { began, counted, maintenance } = one;
  return { startedAt: began, counted: counted && !maintenance, maintenance, over: ended === undefined };
}

/** One cycle. */
export interface CycleRecord {
  readonly now: Millis;
  /** Undefined while nobody vouches for the clock. */
  readonly wall: Instant | undefined;
  readonly gridW: number | undefined;
  readonly gridAt: Millis | undefined;
  readonly pvW: number | undefined;
  readonly pvAt: Millis | undefined;
  readonly limitW: number;
  readonly allowedW: number;
  readonly origin: string;
  readonly mode: string;
  readonly reason: string;
  readonly note?: string | undefined;
  /**
   * What the law made of this cycle's readings, where `reason` is the state machine's: that one stays for as long as the
   * state does, also when the meter is back.
   */
  readonly inputReason?: string | undefined;
  /** Export beyond the allowed; negative is headroom. Undefined: -grid - allowed is taken where grid was read. */
  readonly overW?: number | undefined;
  readonly units: readonly UnitFacts[];
  readonly excursion?: ExcursionFacts | undefined;
  /** From how much beyond the allowed on it counts as over; 100 W where not given. */
  readonly toleranceW?: number | undefined;
  readonly ratedW?: number | undefined;
  /** What all units together could give now, where somebody estimates it. */
  readonly availableW?: number | undefined;
}

/** What happens beside the cycles. */
export type EvidenceEvent =
  | {
      readonly kind: "config";
      /** Hash of the site's configuration, and of each profile by its id. */
      readonly config: string;
      readonly profiles: Readonly<Record<string, string>>;
      readonly software: string;
      readonly standard?: string;
    }
  | { readonly kind: "alarm"; readonly code: string; readonly raised: boolean; readonly text: string }
  | { readonly kind: "probe"; readonly result: string; readonly text: string }
  /** `local-stop`, `maintenance`, `reset`, `excursion-limit`: what somebody did. */
  | { readonly kind: "action"; readonly action: string; readonly who: string; readonly text: string };

/** CSIP-AUS asks for the lower of 4 % of the rating and 100 W. */
export const TOLERANCE_DEFAULT_W = 100;

/** A cycle with what follows from it. */
export interface SeenCycle extends CycleRecord {
  readonly tolerance: number;
  /** Export beyond the allowed, where it could be seen and believed. */
  readonly over: number | undefined;
  /** Grid was read and nothing says that the reading is wrong. */
  readonly read: boolean;
  /** Known not to be over: by the grid meter, or because less is generated than may be exported. */
  readonly clear: boolean;
  readonly isOver: boolean;
  /** True while something holds the array back. */
  readonly held: boolean;
}

/** An answer older than this shows nothing about now: a step of the sun or of a load takes seconds. */
const SHOWS_FOR_MS = 5_000;
/** Reasons for which the meter's answer is no evidence. */
const DISBELIEVED: ReadonlySet<string> = new Set([
  "meter-unavailable",
  "meter-stale",
  "implausible",
  "frozen",
  "reversed",
  "probe-failed",
]);

export function seen(cycle: CycleRecord): SeenCycle {
  const tolerance = finite(cycle.toleranceW) ?? TOLERANCE_DEFAULT_W;
  const grid = fresh(cycle.gridW, cycle.gridAt, cycle.now);
  const pv = fresh(cycle.pvW, cycle.pvAt, cycle.now);
  const over = grid === undefined ? undefined : (finite(cycle.overW) ?? -grid - cycle.allowedW);
  const doubts = [cycle.inputReason ?? cycle.reason, cycle.note ?? ""];
  const read = over !== undefined && !doubts.some((one) => DISBELIEVED.has(one));
  const bounded = pv !== undefined && pv <= cycle.allowedW + tolerance;
  // A reading that is not believed may still show export: what speaks against the site counts in any case.
  const isOver = over !== undefined && over > tolerance;
  const held = (cycle.inputReason ?? cycle.reason) !== "not-limiting" || cycle.mode !== "normal";
  return { ...cycle, tolerance, over, read, isOver, held, clear: !isOver && (read || bounded) };
}

function fresh(value: number | undefined, at: Millis | undefined, now: Millis): number | undefined {
  return at !== undefined && now - at > SHOWS_FOR_MS ? undefined : finite(value);
}

export function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
