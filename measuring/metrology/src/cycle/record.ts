/**
 * What comes out of the samples once a half cycle and once a cycle. A record is written anew for each, so that nothing is
 * allocated while measuring: whoever keeps a value copies it during the call.
 *
 * Positions are in samples since the stream began, with the fraction at which the zero crossing lay. Arrays with eight
 * places are by channel (`frame/channel.ts`), those with three by phase; what is not measured is NaN.
 *
 * Signs: import positive; reactive power positive where the current lags (quadrant I, IEC 62053-23 Annex).
 */
export interface HalfCycleRecord {
  /** End of the half cycle: position, and UTC instant in ms (NaN before the stream was given a time). */
  end: number;
  at: number;
  /** RMS over the cycle that ends here, refreshed every half cycle: Urms(1/2) of IEC 61000-4-30 for voltages. V, A. */
  readonly rms: Float64Array;
  /** False while no voltage could be followed and the last known frequency stands in. */
  locked: boolean;
}

export interface CycleRecord {
  from: number;
  to: number;
  /** UTC instant of `to` in ms; NaN before the stream was given a time. */
  at: number;
  /** Length in seconds by the sample counter. */
  seconds: number;
  /** Hz, of this cycle. */
  frequency: number;
  /** False while no voltage could be followed and the last known frequency stands in. */
  locked: boolean;
  /** V, A: with everything that the samples hold, harmonics and DC. */
  readonly rms: Float64Array;
  /** Mean of each channel: DC. */
  readonly mean: Float64Array;
  /** Mean of u x i of each phase, W. */
  readonly active: Float64Array;
  /** Of each phase, var: mean of the voltage a quarter of a cycle ago x current (all harmonics turned by 90 degrees of the fundamental). */
  readonly reactive: Float64Array;
}
