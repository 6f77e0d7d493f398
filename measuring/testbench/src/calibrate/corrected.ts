/**
 * A calibration from an older one and what the fit found with it: readings were made with the older one, so its ratios,
 * offsets and curve are multiplied, shifted and joined, never replaced by what they do not know.
 */
import {
  type Calibration,
  type ChannelCalibration,
  type ChannelId,
  type CurvePoint,
  withFilters,
} from "@csj/metrology";
import { testbenchErrors } from "../errors.ts";
import type { FittedLevel, FittedPhase } from "./fit.ts";

export interface CalibrationMark {
  readonly id: string;
  /** As in `2026-11-24`. */
  readonly date?: string;
  /** Of the reference: percent of a reading and degrees, k = 2; 0 where not known, which the uncertainty then lacks. */
  readonly referencePercent?: number;
  readonly referenceDegrees?: number;
}

/** @throws TESTBENCH_READINGS_FEW where a fitted phase is not in the older calibration */
export function correctedCalibration(
  older: Calibration,
  fitted: readonly FittedPhase[],
  mark: CalibrationMark,
): Calibration {
  const channels: Partial<Record<ChannelId, ChannelCalibration>> = { ...older.channels };
  for (const fit of fitted) {
    const [voltage, current] = [`u${fit.phase}`, `i${fit.phase}`] as [ChannelId, ChannelId];
    channels[voltage] = correctedVoltage(channelOf(older, voltage), fit, mark);
    channels[current] = correctedCurrent(channelOf(older, current), fit, mark);
  }
  const { filters: _older, date: _then, ...rest } = older;
  return withFilters({ ...rest, id: mark.id, ...(mark.date === undefined ? {} : { date: mark.date }), channels });
}

function channelOf({ channels }: Calibration, id: ChannelId): ChannelCalibration {
  const channel = channels[id];
  if (channel === undefined) throw testbenchErrors.TESTBENCH_READINGS_FEW(`The older calibration has no ${id}.`);
  return channel;
}

function correctedVoltage(older: ChannelCalibration, fit: FittedPhase, mark: CalibrationMark): ChannelCalibration {
  return {
    ...older,
    offset: older.offset + (fit.meanVolts ?? 0) / older.ratio,
    ratio: older.ratio * fit.voltageGain,
    uncertainty: { percent: Math.hypot(fit.uncertainty.volts, mark.referencePercent ?? 0), degrees: 0 },
  };
}

function correctedCurrent(older: ChannelCalibration, fit: FittedPhase, mark: CalibrationMark): ChannelCalibration {
  const gain = curveAt(older.curve, fit.levels[0]?.amps ?? 0).gain;
  const spread = fit.uncertainty.power;
  return {
    ...older,
    offset: older.offset + (fit.meanAmps ?? 0) / (older.ratio * gain),
    curve: joined(older.curve, fit.levels),
    uncertainty: {
      percent: Math.hypot(spread, mark.referencePercent ?? 0),
      // What is left in P at power factor 0.5 is 173 % of the angle in radian.
      degrees: Math.hypot((spread / 173) * (180 / Math.PI), mark.referenceDegrees ?? 0),
    },
  };
}

/** The older curve's correction at each of the fit's currents, and the fit's on top of it. */
function joined(older: readonly CurvePoint[] | undefined, levels: readonly FittedLevel[]): CurvePoint[] {
  return levels.map((level) => {
    const before = curveAtShown(older, level.amps);
    return {
      amps: level.amps / before.gain,
      gain: before.gain * level.gain,
      lead: before.lead + level.lead,
    };
  });
}

/** @param shown A with the older curve's gain in it */
function curveAtShown(curve: readonly CurvePoint[] | undefined, shown: number): { gain: number; lead: number } {
  return curveAt(curve, shown / curveAt(curve, shown).gain);
}

function curveAt(curve: readonly CurvePoint[] | undefined, amps: number): { gain: number; lead: number } {
  if (curve === undefined || curve.length === 0) return { gain: 1, lead: 0 };
  const above = curve.findIndex((point) => point.amps >= amps);
  const right = curve[above] ?? curve.at(-1)!;
  const left = above > 0 ? curve[above - 1]! : right;
  if (left === right) return right;
  const part = (amps - left.amps) / (right.amps - left.amps);
  return { gain: left.gain + part * (right.gain - left.gain), lead: left.lead + part * (right.lead - left.lead) };
}
