/** Currents that go round the meter, or that are not of mains. */

import { CURRENT_OFFSET } from "../frame/channel.ts";
import { magnitude } from "../window/phasor.ts";
import { HARMONIC_PLACES, type WindowRecord } from "../window/record.ts";
import { phasesOf, type TamperSite, type TamperThresholds } from "./site.ts";

const NEUTRAL = 7;

/**
 * What goes in by the phases must come back by the neutral. By the fundamental's phasors, since the triple harmonics of
 * three phases add up in the neutral. The neutral's clamp may sit either way round: the smaller difference counts.
 * Undefined without a neutral's clamp.
 */
export function isBypassed(record: WindowRecord, site: TamperSite, limits: TamperThresholds): boolean | undefined {
  const { re, im, locked } = record;
  if (!locked || Number.isNaN(re[NEUTRAL]!) || site.wiring === "3p3w") return undefined;
  let sumRe = 0;
  let sumIm = 0;
  let largest = magnitude(re[NEUTRAL]!, im[NEUTRAL]!);
  for (const phase of phasesOf(site.wiring)) {
    const at = phase + CURRENT_OFFSET;
    sumRe += re[at]!;
    sumIm += im[at]!;
    largest = Math.max(largest, magnitude(re[at]!, im[at]!));
  }
  const against = magnitude(sumRe + re[NEUTRAL]!, sumIm + im[NEUTRAL]!);
  const along = magnitude(sumRe - re[NEUTRAL]!, sumIm - im[NEUTRAL]!);
  return Math.min(against, along) > Math.max(limits.bypassPart * largest, limits.bypassBase * site.baseAmps);
}

/** Share of the base current from which a current's shape is judged. */
const SHAPE_AMPS = 0.05;

/**
 * A half wave, or a clamp that a magnet saturates: DC together with a second harmonic. Some honest devices (a dryer at
 * half heat) draw half waves, so it is never certain.
 */
export function isDirect(
  record: WindowRecord,
  phase: number,
  site: TamperSite,
  limits: TamperThresholds,
): boolean | undefined {
  const channel = phase + CURRENT_OFFSET;
  const amps = record.rms[channel]!;
  if (!(amps > SHAPE_AMPS * site.baseAmps)) return undefined;
  const first = record.harmonics[channel * HARMONIC_PLACES + 1]!;
  const second = record.harmonics[channel * HARMONIC_PLACES + 2]!;
  return Math.abs(record.mean[channel]!) > limits.dcPart * amps && second > limits.secondHarmonic * first;
}
