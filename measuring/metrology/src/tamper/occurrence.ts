import type { TamperKind, TamperPhase } from "./kind.ts";

/** `moment`: it has no length, such as a clock that was set. */
export type Edge = "start" | "end" | "moment";

/** One edge of what happened; made when it is known, `at` is when it was. */
export interface Occurrence {
  readonly kind: TamperKind;
  readonly phase: TamperPhase;
  readonly edge: Edge;
  /** UTC ms; NaN where it is not known, before the stream was given a time. */
  readonly at: number;
  /** Where only bounds are known, as while the meter had no power: UTC ms of both. */
  readonly between?: readonly [number, number];
  /** Percent: how sure the evidence makes it. */
  readonly confidence: number;
  /** Only of a clock that was set: ms by which it went forward. */
  readonly shift?: number;
}

export type OccurrenceListener = (occurrence: Occurrence) => void;
