/**
 * What a transformer or a divider makes of a waveform, tone by tone: V at the converter's input. Linear parts are exact
 * in this form; saturation is not and stays with the samples (`saturate`).
 *
 * A transformer's phase displacement comes from its magnetising inductance, so it falls with the frequency (wL against
 * R), while a filter's delay is the same time at each. The ratio error is taken at the channel's whole RMS: the core
 * sees one flux.
 */

import type { Tone, Waveform } from "../source/signal.ts";
import { rmsOf } from "../source/truth.ts";
import type { CtPoint, CtSpec, DividerSpec } from "./spec.ts";

/** One sensor as it was made and mounted; percent and minutes beside those of its type. */
export interface SensorUnit {
  readonly ratioPercent: number;
  readonly minutes: number;
  readonly ppmPerKelvin: number;
}

const MINUTES_PER_TURN = 21_600;

/** @param hertz of the fundamental @param kelvin above the temperature of the calibration */
export function dividedWaveform(
  spec: DividerSpec,
  unit: SensorUnit,
  waveform: Waveform,
  hertz: number,
  kelvin: number,
): Waveform {
  const gain = spec.ratio * unitGain(unit, kelvin);
  const tones = waveform.tones.map((tone) => delayed({ ...tone, rms: tone.rms * gain }, hertz, spec.delay_us));
  return { ...waveform, tones, ...(waveform.dc === undefined ? {} : { dc: waveform.dc * gain }) };
}

/** A transformer passes no DC. @param nominalHertz at which the curve holds */
export function transformedWaveform(
  spec: CtSpec,
  unit: SensorUnit,
  waveform: Waveform,
  hertz: number,
  nominalHertz: number,
  kelvin: number,
): Waveform {
  const { ratio_percent, minutes } = ctErrors(spec, rmsOf(waveform));
  const gain = spec.ratio * unitGain(unit, kelvin) * (1 + ratio_percent / 100);
  const lead = ((minutes + unit.minutes) * 360) / MINUTES_PER_TURN;
  const tones = waveform.tones.map((tone) => {
    const shift = (lead * nominalHertz) / (hertz * tone.order);
    return delayed({ ...tone, rms: tone.rms * gain, degrees: tone.degrees + shift }, hertz, spec.delay_us);
  });
  const { dc: _blocked, ...passed } = waveform;
  return { ...passed, tones };
}

/** Of the type, at `amps` RMS, with the burden that is there. */
export function ctErrors(spec: CtSpec, amps: number): Pick<CtPoint, "ratio_percent" | "minutes"> {
  const load = (spec.winding_ohms + spec.burden_ohms) / (spec.winding_ohms + spec.rated_burden_ohms);
  const { ratio_percent, minutes } = between(spec.curve, (100 * amps) / spec.rated_amps);
  return { ratio_percent: ratio_percent * load, minutes: minutes * load };
}

function between(curve: readonly CtPoint[], percent: number): CtPoint {
  const above = curve.findIndex((point) => point.percent >= percent);
  const right = curve[above] ?? curve.at(-1)!;
  const left = above > 0 ? curve[above - 1]! : right;
  if (left === right) return right;
  const part = Math.log(percent / left.percent) / Math.log(right.percent / left.percent);
  return {
    percent,
    ratio_percent: left.ratio_percent + part * (right.ratio_percent - left.ratio_percent),
    minutes: left.minutes + part * (right.minutes - left.minutes),
  };
}

/** V at the converter, peak, from which the core saturates. */
export function saturationKnee(spec: CtSpec): number {
  const amps = (spec.saturation_percent / 100) * spec.rated_amps * Math.SQRT2;
  const flux = (spec.winding_ohms + spec.rated_burden_ohms) / (spec.winding_ohms + spec.burden_ohms);
  return amps * flux * spec.ratio;
}

/** What is left of each volt above the knee. */
const SATURATED_SLOPE = 0.1;

export function saturate(values: Float64Array, count: number, knee: number): void {
  for (let n = 0; n < count; n++) {
    const value = values[n]!;
    if (value > knee) values[n] = knee + (value - knee) * SATURATED_SLOPE;
    else if (value < -knee) values[n] = -knee + (value + knee) * SATURATED_SLOPE;
  }
}

function unitGain({ ratioPercent, ppmPerKelvin }: SensorUnit, kelvin: number): number {
  return (1 + ratioPercent / 100) * (1 + ppmPerKelvin * 1e-6 * kelvin);
}

function delayed(tone: Tone, hertz: number, delayUs: number): Tone {
  return { ...tone, degrees: tone.degrees - 360 * hertz * tone.order * delayUs * 1e-6 };
}
