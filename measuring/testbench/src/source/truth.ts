/**
 * What a perfect meter would read, by formula. Tones of one order are added as phasors first; tones of different orders
 * carry no power together (over the common period; IEEE 1459-2010, 3.1.2.3). With steps the energy is the exact integral
 * of u x i between two times, cycles cut anywhere included.
 *
 * Signs: import positive; reactive power positive where the current lags.
 */
import { CURRENT_OFFSET, channelIds } from "@csj/metrology";
import { testbenchErrors } from "../errors.ts";
import type { Signal, Tone, Waveform } from "./signal.ts";

export interface PhaseTruth {
  /** V and A, with harmonics and DC. */
  readonly volts: number;
  readonly amps: number;
  /** W, with harmonics and DC. */
  readonly active: number;
  /** W and var of the fundamental alone (Q1 of IEEE 1459). */
  readonly activeFundamental: number;
  readonly reactiveFundamental: number;
  /** VA: volts x amps. */
  readonly apparent: number;
  /** active / apparent; NaN without apparent power. */
  readonly powerFactor: number;
}

export interface Truth {
  /** By phase; undefined where the signal lacks its voltage or current. */
  readonly phases: readonly (PhaseTruth | undefined)[];
  /** W, var and VA (the arithmetic sum) of all phases. */
  readonly active: number;
  readonly reactiveFundamental: number;
  readonly apparent: number;
}

interface Phasor {
  readonly order: number;
  readonly re: number;
  readonly im: number;
}

/** Values over whole periods of a signal; `factor(t)` is taken as 1. */
export function truthOf(signal: Signal): Truth {
  const phases = [0, 1, 2].map((p) => phaseTruth(signal, p));
  const known = phases.filter((phase) => phase !== undefined);
  return {
    phases,
    active: sum(known.map(({ active }) => active)),
    reactiveFundamental: sum(known.map(({ reactiveFundamental }) => reactiveFundamental)),
    apparent: sum(known.map(({ apparent }) => apparent)),
  };
}

/** RMS of a channel over whole periods, V or A. */
export function rmsOf(waveform: Waveform): number {
  return Math.sqrt(sum(phasorsOf(waveform.tones).map(({ re, im }) => re * re + im * im)) + (waveform.dc ?? 0) ** 2);
}

/** RMS and angle (degrees) of one order of a channel. */
export function toneOf(waveform: Waveform, order: number): { readonly rms: number; readonly degrees: number } {
  const { re, im } = phasorsOf(waveform.tones).find((one) => one.order === order) ?? { re: 0, im: 0 };
  return { rms: Math.hypot(re, im), degrees: (Math.atan2(im, re) * 180) / Math.PI };
}

/** Wh that phase `phase` (0 to 2) takes between two times in s, exactly; of a signal without ramp and modulation. */
export function activeEnergy(signal: Signal, phase: number, from: number, to: number): number {
  const { u, i } = pairOf(signal, phase);
  if (u === undefined || i === undefined) return 0;
  if (signal.frequency.ramp !== undefined || u.modulation !== undefined || i.modulation !== undefined) {
    throw testbenchErrors.TESTBENCH_SIGNAL_REFUSED(
      "The exact energy of a ramp or a modulation has no formula here: it cannot be given.",
    );
  }
  const cuts = [...(u.steps ?? []), ...(i.steps ?? [])].flatMap((step) => [step.from, step.to]);
  const edges = [from, ...cuts.filter((t) => t > from && t < to).sort((a, b) => a - b), to];
  const pieces = edges.slice(1).map((end, k) => pieceIntegral(u, i, signal.frequency.hertz, edges[k]!, end));
  return sum(pieces) / 3600;
}

function pieceIntegral(u: Waveform, i: Waveform, hertz: number, from: number, to: number): number {
  const middle = (from + to) / 2;
  const factorOf = ({ steps = [] }: Waveform) =>
    steps.reduce((product, step) => (middle >= step.from && middle < step.to ? product * step.factor : product), 1);
  const volts = scaled(u, factorOf(u));
  const amps = scaled(i, factorOf(i));
  return sum(volts.flatMap((a) => amps.map((b) => productIntegral(a, b, 2 * Math.PI * hertz, from, to))));
}

/** A DC part becomes a tone of order 0 whose peak is its value. */
function scaled({ tones, dc = 0 }: Waveform, factor: number): Tone[] {
  return [
    ...tones.map((tone) => ({ ...tone, rms: tone.rms * factor })),
    { order: 0, rms: dc / Math.SQRT2, degrees: 0 },
  ];
}

/** Integral of two tones' product: cos a cos b = (cos(a - b) + cos(a + b)) / 2. */
function productIntegral(a: Tone, b: Tone, omega: number, from: number, to: number): number {
  const degrees = Math.PI / 180;
  const difference = cosineIntegral(omega * (a.order - b.order), (a.degrees - b.degrees) * degrees, from, to);
  const sumPart = cosineIntegral(omega * (a.order + b.order), (a.degrees + b.degrees) * degrees, from, to);
  return a.rms * b.rms * (difference + sumPart);
}

function cosineIntegral(omega: number, angle: number, from: number, to: number): number {
  if (omega === 0) return Math.cos(angle) * (to - from);
  return (Math.sin(omega * to + angle) - Math.sin(omega * from + angle)) / omega;
}

function phaseTruth(signal: Signal, phase: number): PhaseTruth | undefined {
  const { u, i } = pairOf(signal, phase);
  if (u === undefined || i === undefined) return undefined;
  const voltages = phasorsOf(u.tones);
  const currents = phasorsOf(i.tones);
  const products = voltages.map((a) =>
    product(
      a,
      currents.find(({ order }) => order === a.order),
    ),
  );
  const fundamental = products[voltages.findIndex(({ order }) => order === 1)] ?? { active: 0, reactive: 0 };
  const volts = rmsOf(u);
  const amps = rmsOf(i);
  const active = sum(products.map((one) => one.active)) + (u.dc ?? 0) * (i.dc ?? 0);
  return {
    volts,
    amps,
    active,
    activeFundamental: fundamental.active,
    reactiveFundamental: fundamental.reactive,
    apparent: volts * amps,
    powerFactor: active / (volts * amps),
  };
}

function product(u: Phasor, i: Phasor | undefined): { active: number; reactive: number } {
  if (i === undefined) return { active: 0, reactive: 0 };
  return { active: u.re * i.re + u.im * i.im, reactive: u.im * i.re - u.re * i.im };
}

/** One phasor of RMS for each order. */
function phasorsOf(tones: readonly Tone[]): Phasor[] {
  const byOrder = new Map<number, { re: number; im: number }>();
  for (const { order, rms, degrees } of tones) {
    const phasor = byOrder.get(order) ?? { re: 0, im: 0 };
    phasor.re += rms * Math.cos((degrees * Math.PI) / 180);
    phasor.im += rms * Math.sin((degrees * Math.PI) / 180);
    byOrder.set(order, phasor);
  }
  return [...byOrder].map(([order, { re, im }]) => ({ order, re, im }));
}

function pairOf({ channels }: Signal, phase: number): { u: Waveform | undefined; i: Waveform | undefined } {
  const voltage = channelIds[phase];
  const current = channelIds[phase + CURRENT_OFFSET];
  return {
    u: voltage === undefined ? undefined : channels[voltage],
    i: current === undefined ? undefined : channels[current],
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
