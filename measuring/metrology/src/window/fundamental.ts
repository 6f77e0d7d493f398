/**
 * The fundamental's phasors in a window, turned so that u1 has the angle 0, with fundamental powers and, where three
 * voltages against the neutral are there, their symmetrical components.
 */

import { CHANNELS, CURRENT_OFFSET, PHASES } from "../frame/channel.ts";
import { magnitude } from "./phasor.ts";
import { HARMONIC_PLACES, type WindowRecord } from "./record.ts";

const HALF_ROOT_3 = Math.sqrt(3) / 2;

/** @param lineRe, lineIm of `SpectrumAnalyser` after it analysed the window */
export function writeFundamental(lineRe: Float64Array, lineIm: Float64Array, record: WindowRecord): void {
  const re1 = lineRe[1]!;
  const im1 = lineIm[1]!;
  const size = Math.sqrt(re1 * re1 + im1 * im1);
  const cos = size > 0 ? re1 / size : 1;
  const sin = size > 0 ? im1 / size : 0;
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const re = lineRe[channel * HARMONIC_PLACES + 1]!;
    const im = lineIm[channel * HARMONIC_PLACES + 1]!;
    record.re[channel] = re * cos + im * sin;
    record.im[channel] = im * cos - re * sin;
  }
  for (let phase = 0; phase < PHASES; phase += 1) {
    const u = phase;
    const i = phase + CURRENT_OFFSET;
    record.activeFundamental[phase] = record.re[u]! * record.re[i]! + record.im[u]! * record.im[i]!;
    record.reactiveFundamental[phase] = record.im[u]! * record.re[i]! - record.re[u]! * record.im[i]!;
  }
  writeUnbalance(record);
}

/** With a = -1/2 + j sqrt(3)/2: U1 = (Ua + a Ub + a^2 Uc) / 3, U2 with a and a^2 exchanged, U0 their mean. */
function writeUnbalance(record: WindowRecord): void {
  const { re, im } = record;
  const sumRe = re[1]! + re[2]!;
  const sumIm = im[1]! + im[2]!;
  const turnedRe = -HALF_ROOT_3 * (im[1]! - im[2]!);
  const turnedIm = HALF_ROOT_3 * (re[1]! - re[2]!);
  const positive = magnitude(re[0]! - sumRe / 2 + turnedRe, im[0]! - sumIm / 2 + turnedIm);
  const negative = magnitude(re[0]! - sumRe / 2 - turnedRe, im[0]! - sumIm / 2 - turnedIm);
  const zero = magnitude(re[0]! + sumRe, im[0]! + sumIm);
  record.unbalanceNegative = negative / positive;
  record.unbalanceZero = zero / positive;
}
