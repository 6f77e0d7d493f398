/**
 * How far a reading may be off, from what is known of its channels (k = 2). Errors of two sensors are taken as independent
 * and added as squares; an angle's error weighs by the tangent of the lag: at PF 0.5 a hundredth of a degree is 0.03 % of
 * the active power (the class 0.5S budget of 0.6 % leaves 0.2 degrees there).
 */
import type { ChannelUncertainty } from "./calibration.ts";

/** Percent of the reading. */
export function amplitudeUncertainty(channel: ChannelUncertainty | undefined): number {
  return channel?.percent ?? Number.NaN;
}

/**
 * Percent of the active power (or energy) at this power factor; NaN where a channel's is not known.
 * @param powerFactor 0 to 1; at 0 any angle is infinitely wrong
 */
export function activeUncertainty(
  voltage: ChannelUncertainty | undefined,
  current: ChannelUncertainty | undefined,
  powerFactor: number,
): number {
  if (voltage === undefined || current === undefined) return Number.NaN;
  const tangent = Math.sqrt(1 - powerFactor * powerFactor) / powerFactor;
  return combined(voltage, current, tangent);
}

/** Percent of the reactive power at this power factor. */
export function reactiveUncertainty(
  voltage: ChannelUncertainty | undefined,
  current: ChannelUncertainty | undefined,
  powerFactor: number,
): number {
  if (voltage === undefined || current === undefined) return Number.NaN;
  return combined(voltage, current, powerFactor / Math.sqrt(1 - powerFactor * powerFactor));
}

function combined(voltage: ChannelUncertainty, current: ChannelUncertainty, weight: number): number {
  const angle = Math.sqrt(voltage.degrees * voltage.degrees + current.degrees * current.degrees);
  const turned = 100 * weight * angle * (Math.PI / 180);
  return Math.sqrt(voltage.percent * voltage.percent + current.percent * current.percent + turned * turned);
}
