/**
 * Runs the tests of a power quality class. A quantity that is given once a window counts with its worst window and its
 * worst phase; the frequency with its 10 s.
 */
import { HARMONIC_PLACES } from "@csj/metrology";
import type { Bench, Observed, ObservedWindow } from "../bench.ts";
import { type AccuracyPoint, judged } from "../point.ts";
import { type QualityClass, qualityLimits } from "./limits.ts";
import { type QualityCheck, type QualityRun, qualityRuns } from "./tests.ts";

export function* runQuality(bench: Bench, name: QualityClass): Generator<AccuracyPoint> {
  for (const run of qualityRuns(name, bench.spec)) yield* qualityPoints(bench, name, run);
}

/** The points of one signal. */
export function qualityPoints(bench: Bench, name: QualityClass, run: QualityRun): AccuracyPoint[] {
  const observed = bench.observe(run.signal, run);
  return run.checks.map((check) => judged(describePoint(name, run, check, errorOf(check, observed))));
}

function describePoint(name: QualityClass, run: QualityRun, check: QualityCheck, error: number | null) {
  const { standard, verified } = qualityLimits[name];
  return {
    standard,
    class: name,
    test: check.test,
    i: null,
    pf: null,
    reactance: null,
    f: run.signal.frequency.hertz,
    distortion: run.distortion,
    error_pct: error,
    limit_pct: check.limit,
    of: check.of,
    source: `${standard}, tried after IEC 62586-2`,
    verified,
  };
}

/** Percent of the check's base; null where the meter gave no value. */
function errorOf({ quantity, truth, base }: QualityCheck, observed: Observed): number | null {
  const values = valuesOf(quantity, observed).filter((value) => Number.isFinite(value));
  if (values.length === 0) return null;
  const errors = values.map((value) => (100 * (value - truth)) / base);
  return errors.reduce((worst, error) => (Math.abs(error) > Math.abs(worst) ? error : worst), 0);
}

function valuesOf(quantity: QualityCheck["quantity"], { windows, events, pst }: Observed): number[] {
  switch (quantity.kind) {
    case "frequency":
      return [sumOf(windows, ({ cycles }) => cycles) / sumOf(windows, ({ seconds }) => seconds)];
    case "voltage":
      return windows.flatMap(({ volts }) => volts);
    case "unbalance-negative":
      return windows.map(({ negative }) => negative);
    case "unbalance-zero":
      return windows.map(({ zero }) => zero);
    case "harmonic":
      return windows.flatMap(({ harmonics }) => phasesOf(harmonics, quantity.order));
    case "flicker":
      return pst.slice(0, 1);
    case "event-extreme":
      return events.filter(({ kind }) => kind === quantity.event).map(({ extreme }) => extreme);
    case "event-seconds":
      return events.filter(({ kind }) => kind === quantity.event).map(({ seconds }) => seconds);
  }
}

/** NaN for a phase that is not there, and above what the sample rate gives. */
function phasesOf(harmonics: Float64Array, order: number): number[] {
  return [0, 1, 2].map((phase) => harmonics[phase * HARMONIC_PLACES + order] ?? Number.NaN);
}

function sumOf(windows: readonly ObservedWindow[], value: (window: ObservedWindow) => number): number {
  return windows.reduce((sum, window) => sum + value(window), 0);
}
