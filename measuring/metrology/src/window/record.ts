/**
 * The 10-cycle (50 Hz) or 12-cycle (60 Hz) measuring window of IEC 61000-4-30, about 200 ms: the smallest for which
 * harmonics exist (IEC 61000-4-7: 5 Hz apart). Written anew for each window; whoever keeps a value copies it during the
 * call. Places and signs as in `cycle/record.ts`.
 */
export const HARMONICS = 50;

/** Places of a harmonics' array: 0 (DC) to 50. */
export const HARMONIC_PLACES = HARMONICS + 1;

export interface WindowRecord {
  from: number;
  to: number;
  /** UTC instant of `to` in ms; NaN before the stream was given a time. */
  at: number;
  seconds: number;
  /** Whole cycles within: 10 or 12, other numbers only where the voltage was lost. */
  cycles: number;
  /** Hz: cycles / seconds. */
  frequency: number;
  locked: boolean;
  /** True where a dip, swell or interruption lies within (IEC 61000-4-30, 4.7): aggregated values are marked by it. */
  flagged: boolean;
  readonly rms: Float64Array;
  readonly mean: Float64Array;
  readonly active: Float64Array;
  readonly apparent: Float64Array;
  /** Of the fundamental, W and var of each phase. */
  readonly activeFundamental: Float64Array;
  readonly reactiveFundamental: Float64Array;
  /** Real and imaginary part of each channel's fundamental as RMS, by channel; the angle of u1 is 0. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** RMS of harmonic subgroup h of each channel: `harmonics[channel * HARMONIC_PLACES + h]`, h 0 to 50; NaN above `highest`. */
  readonly harmonics: Float64Array;
  /** RMS of the interharmonic centred subgroup between h and h + 1, same places. */
  readonly interharmonics: Float64Array;
  /** THD by subgroups (THDS), as a part of the fundamental, by channel. */
  readonly thd: Float64Array;
  /** Highest harmonic that the sample rate gives: 50, or 0.43 of the rate where that is lower. */
  highest: number;
  /** Negative and zero sequence over positive sequence of the voltages (u2, u0), as parts; NaN with fewer than three. */
  unbalanceNegative: number;
  unbalanceZero: number;
}
