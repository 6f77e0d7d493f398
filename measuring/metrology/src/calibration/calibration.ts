/**
 * What turns counts of a converter into volts and amperes, as a plain object that is stored as JSON.
 *
 * A clamp's ratio and phase change with its current, so a channel may have a curve: at each current the factor by which
 * what is shown has to be multiplied and the angle by which it leads, as metering chips have it in five bands (ADE9000);
 * between two points both are interpolated. The coefficients of the delays are computed once and stored (`filters`), so
 * that no sine is taken where energy is registered and any machine gives the same registers.
 */
import type { ChannelId } from "../frame/channel.ts";

export interface CurvePoint {
  /** A as shown without the curve; points ascend. */
  readonly amps: number;
  /** True current over shown current. */
  readonly gain: number;
  /** Degrees of the nominal frequency by which the shown current leads. */
  readonly lead: number;
}

export interface ChannelUncertainty {
  /** Of the amplitude, in % of the reading (k = 2). */
  readonly percent: number;
  /** Of the angle against the voltage, in degrees (k = 2). */
  readonly degrees: number;
}

export interface ChannelCalibration {
  /** Counts that the converter shows at zero. */
  readonly offset: number;
  /** V or A per count; negative for a sensor that is mounted the other way round. */
  readonly ratio: number;
  /** Microseconds by which this channel's samples are early; they are delayed by so much. */
  readonly lead: number;
  readonly curve?: readonly CurvePoint[];
  readonly uncertainty?: ChannelUncertainty;
}

export interface Calibration {
  readonly format: "csj-calibration-1";
  readonly id: string;
  /** `2026-11-24`; absent where the values are a design's and nobody calibrated. */
  readonly date?: string;
  /** Serial numbers and other marks of the sensors. */
  readonly sensors?: readonly string[];
  /** For what rate and frequency the filters were computed. */
  readonly rate: number;
  readonly nominalHertz: number;
  readonly channels: Readonly<Partial<Record<ChannelId, ChannelCalibration>>>;
  /** By channel: the delay filter at each point of its curve (one without a curve). Made by `withFilters`. */
  readonly filters?: Readonly<Partial<Record<ChannelId, readonly DelayFilter[]>>>;
}

export interface DelayFilter {
  /** Whole samples of delay beyond the latency that all channels have. */
  readonly shift: number;
  /** Coefficients, newest sample first; the middle one stands where the sample comes out that is not delayed. */
  readonly taps: readonly number[];
}
