/** Volts or amperes = multiplier x count + offset. */
export interface Ratio {
  readonly multiplier: number;
  readonly offset: number;
  /** Seconds that this channel is sampled after the frame's own time. */
  readonly skewSeconds: number;
}
