/**
 * Runs the tests of an active energy class: the energy that the registers took over whole cycles, against the power by
 * formula times the true time of those cycles. The reference loads of the variations are each measured once.
 */
import type { ActiveClass } from "@csj/metrology";
import { circuitSignal } from "../../source/circuit.ts";
import type { Signal } from "../../source/signal.ts";
import { truthOf } from "../../source/truth.ts";
import type { Bench } from "../bench.ts";
import { type AccuracyPoint, judged } from "../point.ts";
import { type ActiveLimits, activeLimits } from "./limits.ts";
import { type ActiveTest, activeTests, type LoadCase } from "./tests.ts";

/** Cycles that are counted: whole periods of the bursts (4 cycles). Small currents are counted longer, against noise. */
const CYCLES = 60;
const CYCLES_SMALL = 200;
const CYCLES_PULSES = 600;
const SMALL_PART = 0.1;

export function* runActive(
  bench: Bench,
  name: ActiveClass,
  tests: readonly ActiveTest[] = activeTests(name, bench.spec),
): Generator<AccuracyPoint> {
  const limits = activeLimits[name];
  const references = new Map<string, number>();
  for (const test of tests) {
    const value = resultOf(bench, name, limits, test, references);
    yield judged({ ...describePoint(bench, name, limits, test), error_pct: value });
  }
}

function resultOf(
  bench: Bench,
  name: ActiveClass,
  limits: ActiveLimits,
  { load, compares }: ActiveTest,
  references: Map<string, number>,
): number {
  if (compares === "no-load") return pulsesPercent(bench, name, limits, load);
  if (compares === "starting") return energyError(bench, name, load, CYCLES_PULSES);
  const error = energyError(bench, name, load, cyclesFor(load));
  if (compares === "error") return error;
  const { part, pf, reactance } = load;
  const key = `${part} ${pf} ${reactance}`;
  const reference = references.get(key) ?? energyError(bench, name, { part, pf, reactance }, cyclesFor(load));
  references.set(key, reference);
  return error - reference;
}

function cyclesFor({ part }: LoadCase): number {
  return part < SMALL_PART ? CYCLES_SMALL : CYCLES;
}

/** Percent by which the registers took too much. */
function energyError(bench: Bench, name: ActiveClass, load: LoadCase, cycles: number): number {
  const signal = loadSignal(bench, load);
  const { importWh, trueSeconds } = bench.energy(signal, name, cycles, load.kelvin ?? 0);
  return 100 * (importWh / ((truthOf(signal).active * trueSeconds) / 3600) - 1);
}

/** Test pulses in the time of the no-load test, percent of the one that may come; from a shorter run in proportion. */
function pulsesPercent(bench: Bench, name: ActiveClass, { noLoadFactor }: ActiveLimits, load: LoadCase): number {
  const { rating, nominal_volts, wiring } = bench.spec;
  const systems = { "1p2w": 1, "1p3w": 2, "3p4w": 3 }[wiring];
  const minutes = noLoadFactor / (rating.pulses_per_kwh * systems * nominal_volts * rating.max_amps);
  const { importWh, exportWh, trueSeconds } = bench.energy(loadSignal(bench, load), name, CYCLES_PULSES, 0);
  return 100 * ((importWh + exportWh) / 1000) * rating.pulses_per_kwh * ((minutes * 60) / trueSeconds);
}

function loadSignal({ spec }: Bench, load: LoadCase): Signal {
  const { part, pf, reactance, volts = 1, hertz = 1, onlyPhase, missing = [], reversed = false, distortion } = load;
  const angle = (Math.acos(pf) * 180) / Math.PI;
  const lag = (reactance === "capacitive" ? -angle : angle) + (distortion?.lag ?? 0);
  const phase = (p: number) => ({
    volts: missing.includes(p) ? 0 : spec.nominal_volts * volts,
    amps: missing.includes(p) || (onlyPhase !== undefined && onlyPhase !== p) ? 0 : part * spec.rating.amps,
    lag,
  });
  return circuitSignal({
    wiring: spec.wiring,
    frequency: { hertz: spec.nominal_hertz * hertz },
    phases: [phase(0), phase(1), phase(2)],
    voltageOvertones: distortion?.voltage ?? [],
    currentOvertones: distortion?.current ?? [],
    reversed,
  });
}

const bases = {
  error: "the energy",
  variation: "the energy, against the reference load",
  starting: "the energy",
  "no-load": "one pulse",
} as const;

function describePoint(bench: Bench, name: ActiveClass, limits: ActiveLimits, tried: ActiveTest) {
  const { test, load, limit, compares, source } = tried;
  return {
    standard: limits.standard,
    class: name,
    test,
    i: load.part * bench.spec.rating.amps,
    pf: load.pf,
    reactance: load.reactance,
    f: bench.spec.nominal_hertz * (load.hertz ?? 1),
    distortion: load.distortion?.name ?? "none",
    limit_pct: limit,
    of: bases[compares],
    source,
    verified: limits.verified,
  };
}
