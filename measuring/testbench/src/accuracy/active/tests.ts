/**
 * The tests of an active energy class: which circuit is tried, what is compared, and with which limit. Load points are
 * the edges of the limits' ranges and the usual points between them; influence quantities change one thing against the
 * same load under reference conditions (IEC 62053-21/-22, 8.1 and 8.2), starting and no-load follow 8.3.
 */

import { type ActiveClass, startingParts } from "@csj/metrology";
import type { FrontEndSpec } from "../../frontend/spec.ts";
import type { Overtone } from "../../source/circuit.ts";
import { type ActiveLimits, type AtBoth, activeLimits, type LimitStep, limitAt } from "./limits.ts";

export interface LoadCase {
  /** Of Ib or In. */
  readonly part: number;
  readonly pf: number;
  readonly reactance: "none" | "inductive" | "capacitive";
  /** Of the declared voltage and frequency; 1 where not given. */
  readonly volts?: number;
  readonly hertz?: number;
  /** The one phase (0 to 2) that carries current. */
  readonly onlyPhase?: number;
  /** Phases without voltage and current. */
  readonly missing?: readonly number[];
  readonly reversed?: boolean;
  readonly kelvin?: number;
  readonly distortion?: Distortion;
}

export interface Distortion {
  readonly name: string;
  readonly voltage: readonly Overtone[];
  readonly current: readonly Overtone[];
  /** Degrees by which the current's fundamental lags because of it; 0 where not given. */
  readonly lag?: number;
}

export interface ActiveTest {
  readonly test: string;
  readonly load: LoadCase;
  readonly limit: number;
  /** `error` of the energy; `variation` of that error against the reference load; pulses of the others. */
  readonly compares: "error" | "variation" | "starting" | "no-load";
  readonly source: string;
}

const PARTS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const;
const REQUESTED_PARTS = [0.1, 0.2, 0.5, 1] as const;
const SINGLE_PHASE_PARTS = [0.05, 0.1, 1] as const;
/** Kelvin above and below the reference temperature, for the mean temperature coefficient. */
const TEMPERATURE_STEP = 10;
/** At the starting current the meter has to count; its error may be as large as half of the load. */
const STARTING_LIMIT = 50;

const unity = { pf: 1, reactance: "none" } as const;
const inductive = { pf: 0.5, reactance: "inductive" } as const;
const loads = [unity, inductive, { pf: 0.8, reactance: "capacitive" } as const];

export function activeTests(name: ActiveClass, spec: FrontEndSpec): ActiveTest[] {
  const limits = activeLimits[name];
  const phases = spec.wiring === "3p4w" ? 3 : spec.wiring === "1p3w" ? 2 : 1;
  return [
    ...balanced(limits, spec),
    ...requested(limits, spec),
    ...(phases > 1 ? singlePhase(limits, spec, phases) : []),
    ...influences(limits),
    ...distortions(limits),
    ...(phases === 3 ? threePhaseInfluences(limits) : []),
    ...pulses(name, limits, spec),
  ];
}

function balanced(limits: ActiveLimits, { rating }: FrontEndSpec): ActiveTest[] {
  const parts = [...PARTS, rating.max_amps / rating.amps];
  return loads.flatMap((load) => {
    const steps = (load.pf === 1 ? limits.unity : limits.reactive)[rating.connection];
    return limited(parts, steps).map(({ part, limit }) => errorTest("Balanced load", { ...load, part }, limit, limits));
  });
}

function requested(limits: ActiveLimits, { rating }: FrontEndSpec): ActiveTest[] {
  const { onRequest, onRequestTo = rating.max_amps / rating.amps } = limits;
  if (onRequest === undefined) return [];
  const parts = [...REQUESTED_PARTS, rating.max_amps / rating.amps].filter((part) => part <= onRequestTo);
  const capacitive = { pf: 0.5, reactance: "capacitive" } as const;
  return [{ pf: 0.25, reactance: "inductive" } as const, capacitive].flatMap((load) =>
    limited(parts, onRequest[rating.connection]).map(({ part, limit }) =>
      // Class 1 allows 3.5 % at 0.25 inductive and 2.5 % at 0.5 capacitive.
      errorTest("Load on request", { ...load, part }, load === capacitive && limit === 3.5 ? 2.5 : limit, limits),
    ),
  );
}

function singlePhase(limits: ActiveLimits, { rating }: FrontEndSpec, phases: number): ActiveTest[] {
  const parts = [...SINGLE_PHASE_PARTS, rating.max_amps / rating.amps];
  return Array.from({ length: phases }, (_, onlyPhase) =>
    [unity, inductive].flatMap((load) => {
      const steps = (load === unity ? limits.singlePhase.unity : limits.singlePhase.inductive)[rating.connection];
      return limited(parts, steps).map(({ part, limit }) =>
        errorTest(`Load in L${onlyPhase + 1} alone`, { ...load, part, onlyPhase }, limit, limits),
      );
    }),
  ).flat();
}

function influences(limits: ActiveLimits): ActiveTest[] {
  const changes: readonly [string, Partial<LoadCase>, AtBoth][] = [
    ["Voltage -10 %", { volts: 0.9 }, limits.voltage],
    ["Voltage +10 %", { volts: 1.1 }, limits.voltage],
    ["Frequency -2 %", { hertz: 0.98 }, limits.frequency],
    ["Frequency +2 %", { hertz: 1.02 }, limits.frequency],
    ["Temperature -10 K", { kelvin: -TEMPERATURE_STEP }, times(limits.temperature, TEMPERATURE_STEP)],
    ["Temperature +10 K", { kelvin: TEMPERATURE_STEP }, times(limits.temperature, TEMPERATURE_STEP)],
  ];
  return changes.flatMap(([test, change, limit]) =>
    [0.1, 1].flatMap((part) => [
      variationTest(test, { ...unity, part, ...change }, limit.unity, limits),
      variationTest(test, { ...inductive, part, ...change }, limit.inductive, limits),
    ]),
  );
}

function distortions(limits: ActiveLimits): ActiveTest[] {
  const fifth = {
    name: "h5: 10 % U, 40 % I",
    voltage: [{ order: 5, percent: 10 }],
    current: [{ order: 5, percent: 40 }],
  };
  const tests: readonly [string, number, Distortion, number | undefined][] = [
    ["Fifth harmonic in U and I", 0.5, fifth, limits.fifthHarmonic],
    ["Odd harmonics in I, fired at 90 degrees", 0.5, phaseFired(), limits.oddHarmonics],
    ["Subharmonics in I, two cycles on and two off", 0.5, burstFired(), limits.subHarmonics],
  ];
  return tests.flatMap(([test, part, distortion, limit]) =>
    limit === undefined ? [] : [variationTest(test, { ...unity, part, distortion }, limit, limits)],
  );
}

function threePhaseInfluences(limits: ActiveLimits): ActiveTest[] {
  return [
    variationTest("Reversed phase sequence", { ...unity, part: 0.1, reversed: true }, limits.reversedSequence, limits),
    ...[[1], [1, 2]].map((missing) =>
      variationTest(
        `Interrupted: ${missing.map((p) => `L${p + 1}`).join(" and ")}`,
        { ...unity, part: 1, missing },
        limits.voltageUnbalance,
        limits,
      ),
    ),
  ];
}

function pulses(name: ActiveClass, limits: ActiveLimits, { rating }: FrontEndSpec): ActiveTest[] {
  const source = `${limits.standard}, 8.3`;
  const part = startingParts[name][rating.connection];
  return [
    { test: "Starting current", load: { ...unity, part }, limit: STARTING_LIMIT, compares: "starting", source },
    { test: "No load, 115 % of U", load: { ...unity, part: 0, volts: 1.15 }, limit: 100, compares: "no-load", source },
  ];
}

/** A resistor that is switched on a quarter of a cycle late in each half cycle: its first 20 odd harmonics. */
function phaseFired(): Distortion {
  // i = sin(x) from 90 to 180 degrees and from 270 to 360: a1 = -1/pi, b1 = 1/2 of the peak.
  const [a1, b1] = [-1 / Math.PI, 0.5];
  const turn = (Math.atan2(a1, b1) * 180) / Math.PI;
  const current = Array.from({ length: 20 }, (_, k) => 2 * k + 3).map((order) => {
    const [a, b] = firedHarmonic(order);
    const degrees = (Math.atan2(a, b) * 180) / Math.PI - order * turn;
    return { order, percent: (100 * Math.hypot(a, b)) / Math.hypot(a1, b1), degrees };
  });
  return { name: "phase-fired at 90 degrees", voltage: [], current, lag: -turn };
}

/** Cosine and sine coefficients of order n (odd, above 1): the integral of sin x cos nx and sin x sin nx. */
function firedHarmonic(n: number): readonly [number, number] {
  const integral = (k: number) => ({
    sin: Math.sin(k * Math.PI) - Math.sin((k * Math.PI) / 2),
    cos: Math.cos((k * Math.PI) / 2) - Math.cos(k * Math.PI),
  });
  const [low, high] = [integral(n - 1), integral(n + 1)];
  const a = (high.cos / (n + 1) - low.cos / (n - 1)) / Math.PI;
  const b = (low.sin / (n - 1) - high.sin / (n + 1)) / Math.PI;
  return [a, b];
}

/** Two cycles on, two off: half of the fundamental, and pairs of tones m/4 of it beside it (m odd). */
function burstFired(): Distortion {
  const current = Array.from({ length: 20 }, (_, k) => 2 * k + 1).flatMap((m) => {
    const percent = (100 * 2) / (m * Math.PI);
    const below = 1 - m / 4;
    // sin(m w t / 4) sin(w t) = (cos((1 - m / 4) w t) - cos((1 + m / 4) w t)) / 2
    return [
      { order: Math.abs(below), percent, degrees: 90 },
      { order: 1 + m / 4, percent, degrees: -90 },
    ];
  });
  return { name: "burst-fired, 2 on 2 off", voltage: [], current };
}

function limited(parts: readonly number[], steps: readonly LimitStep[]): { part: number; limit: number }[] {
  return parts.flatMap((part) => {
    const limit = limitAt(steps, part);
    return limit === undefined ? [] : [{ part, limit }];
  });
}

function times({ unity: atUnity, inductive: atInductive }: AtBoth, factor: number): AtBoth {
  return { unity: atUnity * factor, inductive: atInductive * factor };
}

function errorTest(test: string, load: LoadCase, limit: number, { standard }: ActiveLimits): ActiveTest {
  return { test, load, limit, compares: "error", source: `${standard}, 8.1` };
}

function variationTest(test: string, load: LoadCase, limit: number, { standard }: ActiveLimits): ActiveTest {
  return { test, load, limit, compares: "variation", source: `${standard}, 8.2` };
}
