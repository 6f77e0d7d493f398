/**
 * The shape of a stream of samples as the measuring engine has it (`@csj/metrology`, frame/layout.ts), said again here so
 * that reading a file does not need the engine; a test holds the two together.
 */
export const placeIds = ["u1", "u2", "u3", "u4", "i1", "i2", "i3", "i4"] as const;
/** Voltages and currents of the three phases; 4 is the neutral. */
export type PlaceId = (typeof placeIds)[number];

export type FrameWiring = "1p2w" | "1p3w" | "3p4w" | "3p3w";

export interface FrameLayout {
  /** Samples a second of each channel. */
  readonly rate: number;
  /** In the order in which a frame interleaves them. */
  readonly channels: readonly PlaceId[];
  readonly wiring: FrameWiring;
  readonly nominalHertz: 50 | 60;
  readonly nominalVolts: number;
}

/** Volts or amperes = multiplier x count + offset. */
export interface Ratio {
  readonly multiplier: number;
  readonly offset: number;
  /** Seconds that this channel is sampled after the frame's own time. */
  readonly skewSeconds: number;
}
