/**
 * What a stream of samples is: how fast, which channels in which order, and how the meter is wired. Counts become volts
 * and amperes by a calibration, which is a file of its own (`calibration/`).
 */
import type { ChannelId } from "./channel.ts";

/**
 * - `1p2w`: one phase and neutral (u1, i1);
 * - `1p3w`: split phase, two halves against the neutral (u1, i1, u2, i2);
 * - `3p4w`: three phases against the neutral;
 * - `3p3w`: three phases without a neutral: u1 and u2 are the voltages L1-L3 and L2-L3, i1 and i2 those phases' currents
 *   (two wattmeters; Blondel), and phase values mean the two systems.
 */
export type Wiring = "1p2w" | "1p3w" | "3p4w" | "3p3w";

export interface Layout {
  /** Samples a second of each channel, 1,000 to 32,000. */
  readonly rate: number;
  /** In the order in which they are interleaved in a frame. */
  readonly channels: readonly ChannelId[];
  readonly wiring: Wiring;
  /** Nominal frequency: 10 cycles of 50 Hz or 12 of 60 Hz make a measuring window (IEC 61000-4-30). */
  readonly nominalHertz: 50 | 60;
  /** Declared voltage Udin, in V, between a phase and the neutral (between phases in `3p3w`). */
  readonly nominalVolts: number;
}

/**
 * Any number of samples, from one upwards. `samples` belongs to the receiver for the call only.
 *
 * Interleaved: sample s of channel c (by `Layout.channels`) is `samples[s * channels + c]`, a signed count of the
 * converter.
 */
export interface Frame {
  /** Number of the first sample since the stream began; a jump is a gap, and a gap is said, never filled. */
  readonly first: number;
  readonly samples: Int32Array;
}
