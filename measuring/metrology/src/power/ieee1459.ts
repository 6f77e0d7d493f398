/**
 * Power under distortion and unbalance by IEEE 1459-2010 (clauses 3.1.2 and 3.2.3; from memory of the formulas, not
 * verified against the text): the fundamental apart from everything else, so that what the utility can use, what turns a
 * motor and what only heats cables are three numbers.
 */

import { CURRENT_OFFSET } from "../frame/channel.ts";
import { magnitude } from "../window/phasor.ts";
import type { WindowRecord } from "../window/record.ts";

export interface PhasePower {
  /** Apparent, active; VA, W. */
  readonly s: number;
  readonly p: number;
  /** Fundamental apparent, active, reactive. */
  readonly s1: number;
  readonly p1: number;
  readonly q1: number;
  /** Distortion powers of current and voltage, and harmonic apparent power. */
  readonly di: number;
  readonly dv: number;
  readonly sh: number;
  /** Nonfundamental apparent power: sN^2 = di^2 + dv^2 + sh^2. */
  readonly sn: number;
  /** Harmonic active power, and harmonic distortion power. */
  readonly ph: number;
  readonly dh: number;
  /** Nonactive power: s^2 = p^2 + n^2. */
  readonly n: number;
  /** Power factor and displacement power factor; NaN without load. */
  readonly pf: number;
  readonly pf1: number;
}

/** @param phase 0 to 2 */
export function phasePower(window: WindowRecord, phase: number): PhasePower {
  const v = window.rms[phase]!;
  const i = window.rms[phase + CURRENT_OFFSET]!;
  const v1 = magnitude(window.re[phase]!, window.im[phase]!);
  const i1 = magnitude(window.re[phase + CURRENT_OFFSET]!, window.im[phase + CURRENT_OFFSET]!);
  const vh = leftOver(v, v1);
  const ih = leftOver(i, i1);
  const p = window.active[phase]!;
  const p1 = window.activeFundamental[phase]!;
  const [s, s1, di, dv, sh, ph] = [v * i, v1 * i1, v1 * ih, vh * i1, vh * ih, p - p1];
  return {
    s,
    p,
    s1,
    p1,
    q1: window.reactiveFundamental[phase]!,
    di,
    dv,
    sh,
    sn: Math.sqrt(di * di + dv * dv + sh * sh),
    ph,
    dh: leftOver(sh, ph),
    n: leftOver(s, p),
    pf: p / s,
    pf1: p1 / s1,
  };
}

export interface SystemPower {
  /** Effective voltage (V, to neutral), current (A) and apparent power (VA) of three phases with a neutral. */
  readonly ve: number;
  readonly ie: number;
  readonly se: number;
  /** Of their fundamentals, and of the positive sequence alone. */
  readonly se1: number;
  readonly s1Positive: number;
  readonly p1Positive: number;
  readonly q1Positive: number;
  /** Fundamental unbalance: se1^2 = s1Positive^2 + su1^2. */
  readonly su1: number;
  /** Active power of all phases over `se`. */
  readonly pf: number;
}

const HALF_ROOT_3 = Math.sqrt(3) / 2;

/** Of a four-wire system with three voltages against the neutral; a neutral that is not measured is the phases' sum. */
export function systemPower(window: WindowRecord): SystemPower {
  const { re, im } = window;
  const ve1 = effectiveVolts(
    [0, 1, 2].map((phase) => magnitude(re[phase]!, im[phase]!)),
    lineToLine(re, im),
  );
  const neutral = sum(re, im);
  const ie1 = effectiveAmps(
    [4, 5, 6].map((place) => magnitude(re[place]!, im[place]!)),
    neutral,
  );
  const volts = [0, 1, 2].map((phase) => window.rms[phase]!);
  const harmonicsToNeutral = volts.map((v, phase) => leftOver(v, magnitude(re[phase]!, im[phase]!)));
  const ve = magnitude(ve1, rootMean(harmonicsToNeutral));
  const amps = [4, 5, 6].map((place) => window.rms[place]!);
  const measuredNeutral = window.rms[7]!;
  const ie = effectiveAmps(amps, Number.isNaN(measuredNeutral) ? neutral : measuredNeutral);
  const [v, i] = [positive(re, im, 0), positive(re, im, CURRENT_OFFSET)];
  const p1Positive = 3 * (v.re * i.re + v.im * i.im);
  const q1Positive = 3 * (v.im * i.re - v.re * i.im);
  const s1Positive = magnitude(p1Positive, q1Positive);
  const se = 3 * ve * ie;
  const se1 = 3 * ve1 * ie1;
  const active = window.active[0]! + window.active[1]! + window.active[2]!;
  return { ve, ie, se, se1, s1Positive, p1Positive, q1Positive, su1: leftOver(se1, s1Positive), pf: active / se };
}

function effectiveVolts(toNeutral: readonly number[], betweenPhases: readonly number[]): number {
  return Math.sqrt((3 * squares(toNeutral) + squares(betweenPhases)) / 18);
}

function effectiveAmps(phases: readonly number[], neutral: number): number {
  return Math.sqrt((squares(phases) + neutral * neutral) / 3);
}

function lineToLine(re: Float64Array, im: Float64Array): number[] {
  return [0, 1, 2].map((from) => {
    const to = (from + 1) % 3;
    return magnitude(re[from]! - re[to]!, im[from]! - im[to]!);
  });
}

/** RMS of the sum of three currents. */
function sum(re: Float64Array, im: Float64Array): number {
  return magnitude(re[4]! + re[5]! + re[6]!, im[4]! + im[5]! + im[6]!);
}

/** (A + a B + a^2 C) / 3 with a = -1/2 + j sqrt(3)/2, of three channels from a place on. */
function positive(re: Float64Array, im: Float64Array, at: number): { re: number; im: number } {
  const [br, cr, bi, ci] = [re[at + 1]!, re[at + 2]!, im[at + 1]!, im[at + 2]!];
  return {
    re: (re[at]! - (br + cr) / 2 - HALF_ROOT_3 * (bi - ci)) / 3,
    im: (im[at]! - (bi + ci) / 2 + HALF_ROOT_3 * (br - cr)) / 3,
  };
}

function squares(values: readonly number[]): number {
  return values.reduce((total, value) => total + value * value, 0);
}

function rootMean(values: readonly number[]): number {
  return Math.sqrt(squares(values) / values.length);
}

/** What is at right angles to a part; rounding may leave the part a hair above the whole. */
function leftOver(whole: number, part: number): number {
  return Math.sqrt(Math.max(0, whole * whole - part * part));
}
