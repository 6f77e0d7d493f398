/**
 * What a source gives, as a formula: every channel is a sum of tones of one common fundamental, a DC part, and a factor
 * over time. Nothing here is a list of samples, so the true value of every quantity follows from the same numbers by
 * another formula (`truth.ts`) and never from what a meter made of the samples.
 *
 * Channel value at t, in V or A of the primary side:
 * `dc + factor(t) * sum of sqrt(2) * rms * cos(2 pi * order * cycles(t) + degrees * pi / 180)`.
 */
import type { ChannelId } from "@csj/metrology";
import { testbenchErrors } from "../errors.ts";

export interface Tone {
  /** Multiple of the fundamental: 1 itself, 5 the fifth harmonic, 3.4 an interharmonic (170 Hz at 50 Hz). */
  readonly order: number;
  /** V or A. */
  readonly rms: number;
  /** Angle at t = 0 of a cosine; the current of a lagging load has a smaller one than its voltage. */
  readonly degrees: number;
}

/** The fundamental's frequency; between `from` and `to` (s) it moves by `hertzPerSecond`, then stays. */
export interface Frequency {
  readonly hertz: number;
  readonly ramp?: { readonly from: number; readonly to: number; readonly hertzPerSecond: number };
}

/** Within [from, to) in s the tones are multiplied by `factor`: a dip, a swell, a load that is switched. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly factor: number;
}

/** Fluctuation as IEC 61000-4-15 states it: `percent` is dV/V, from the lowest to the highest value. */
export interface Modulation {
  readonly shape: "sin" | "rect";
  readonly hertz: number;
  readonly percent: number;
}

export interface Waveform {
  readonly tones: readonly Tone[];
  readonly dc?: number;
  readonly steps?: readonly Step[];
  readonly modulation?: Modulation;
}

export interface Signal {
  readonly frequency: Frequency;
  readonly channels: Readonly<Partial<Record<ChannelId, Waveform>>>;
}

/** Cycles of the fundamental since t = 0. */
export function cyclesAt({ hertz, ramp }: Frequency, t: number): number {
  if (ramp === undefined || t <= ramp.from) return hertz * t;
  const into = Math.min(t, ramp.to) - ramp.from;
  const reached = ramp.hertzPerSecond * into;
  return hertz * t + (reached * into) / 2 + reached * Math.max(0, t - ramp.to);
}

/** Hz at t. */
export function hertzAt({ hertz, ramp }: Frequency, t: number): number {
  if (ramp === undefined || t <= ramp.from) return hertz;
  return hertz + ramp.hertzPerSecond * (Math.min(t, ramp.to) - ramp.from);
}

/** True where the frequency does not change between the two times. */
export function isSteady({ ramp }: Frequency, from: number, to: number): boolean {
  return ramp === undefined || to <= ramp.from || from >= ramp.to;
}

/** What the tones are multiplied by at t. */
export function factorAt({ steps, modulation }: Waveform, t: number): number {
  let factor = 1;
  if (steps !== undefined) for (const step of steps) if (t >= step.from && t < step.to) factor *= step.factor;
  if (modulation === undefined) return factor;
  const turn = modulation.hertz * t;
  const part = turn - Math.floor(turn);
  const swing = modulation.shape === "sin" ? Math.sin(2 * Math.PI * part) : part < 0.5 ? 1 : -1;
  return factor * (1 + (modulation.percent / 200) * swing);
}

export function hasFactor({ steps, modulation }: Waveform): boolean {
  return (steps !== undefined && steps.length > 0) || modulation !== undefined;
}

/** @throws TESTBENCH_SIGNAL_REFUSED */
export function checkSignal(signal: Signal): void {
  const { frequency, channels } = signal;
  if (!(frequency.hertz > 0 && Number.isFinite(frequency.hertz))) refuse(`The frequency ${frequency.hertz} Hz`);
  if (frequency.ramp !== undefined && !(frequency.ramp.to >= frequency.ramp.from)) refuse("A frequency ramp's time");
  for (const [id, waveform] of Object.entries(channels)) checkWaveform(id, waveform);
}

function checkWaveform(id: string, { tones, dc = 0, steps = [], modulation }: Waveform): void {
  for (const { order, rms, degrees } of tones) {
    if (!(order > 0 && Number.isFinite(order + rms + degrees))) refuse(`A tone of order ${order} in ${id}`);
  }
  for (const { from, to, factor } of steps) {
    if (!(to >= from && Number.isFinite(factor))) refuse(`A step from ${from} s to ${to} s in ${id}`);
  }
  if (!Number.isFinite(dc)) refuse(`The DC part of ${id}`);
  if (modulation !== undefined && !(modulation.hertz > 0 && Number.isFinite(modulation.percent))) {
    refuse(`The modulation of ${id}`);
  }
}

function refuse(what: string): never {
  throw testbenchErrors.TESTBENCH_SIGNAL_REFUSED(`${what} cannot be generated.`);
}
