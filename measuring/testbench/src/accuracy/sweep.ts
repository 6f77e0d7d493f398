/** All points of the classes that are asked for, as they come: a run of one class takes seconds. */
import type { FrontEndSpec } from "../frontend/spec.ts";
import { activeClasses } from "./active/limits.ts";
import { runActive } from "./active/run.ts";
import { Bench } from "./bench.ts";
import { userCalibration } from "./calibrated.ts";
import type { AccuracyPoint } from "./point.ts";
import { qualityClasses } from "./quality/limits.ts";
import { runQuality } from "./quality/run.ts";

export const accuracyClasses = [...activeClasses, ...qualityClasses] as const;
export type AccuracyClass = (typeof accuracyClasses)[number];

export interface Sweep {
  readonly frontEnd: FrontEndSpec;
  readonly classes: readonly AccuracyClass[];
  /** Which piece of the hardware, and which noise. */
  readonly seed: number;
}

/** The clamps were taken off and closed again since the calibration. */
const MOUNTING = 1;

export function* accuracyPoints({ frontEnd, classes, seed }: Sweep): Generator<AccuracyPoint> {
  const bench = new Bench(frontEnd, userCalibration(frontEnd, seed), seed, MOUNTING);
  for (const name of classes) {
    if (name === "A" || name === "S") yield* runQuality(bench, name);
    else yield* runActive(bench, name);
  }
}
