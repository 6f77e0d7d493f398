/**
 * What measuring windows add up to (IEC 61000-4-30, 4.4 and 4.5): 15 windows (150 cycles of 50 Hz, 180 of 60 Hz, about 3 s),
 * 10 minutes of the clock, and 2 hours of the clock. Written anew for each; whoever keeps one takes a `snapshot`.
 */
import { CHANNELS, PHASES } from "../frame/channel.ts";
import { HARMONIC_PLACES, type WindowRecord } from "../window/record.ts";

export type IntervalKind = "short" | "ten-minutes" | "two-hours";

/** The quantities that are gathered, named and placed as in a window's record. */
export type Gathered = Pick<
  WindowRecord,
  | "from"
  | "to"
  | "seconds"
  | "cycles"
  | "locked"
  | "flagged"
  | "rms"
  | "mean"
  | "active"
  | "apparent"
  | "activeFundamental"
  | "reactiveFundamental"
  | "harmonics"
  | "interharmonics"
  | "thd"
  | "unbalanceNegative"
  | "unbalanceZero"
>;

/** Voltages, currents and ratios are root mean squares of the parts; powers and DC are their means. */
export interface AggregateRecord extends Gathered {
  kind: IntervalKind;
  /** UTC instants in ms: the clock's ticks for 10 minutes and 2 hours; NaN for a short one before the clock is known. */
  start: number;
  end: number;
  /** Windows in it (10-minute intervals in one of 2 hours). */
  parts: number;
  /** Seconds of the interval that no part covers; 0 for a short one. */
  missing: number;
  /** True for the short interval that a 10-minute tick fell into: what came after the tick is in the next one as well. */
  overlapping: boolean;
  /** Hz: cycles over seconds. */
  frequency: number;
  /** Smallest and largest RMS of a window within, by channel. */
  readonly rmsMin: Float64Array;
  readonly rmsMax: Float64Array;
}

export function makeAggregateRecord(kind: IntervalKind): AggregateRecord {
  const channels = () => new Float64Array(CHANNELS).fill(Number.NaN);
  const phases = () => new Float64Array(PHASES).fill(Number.NaN);
  const places = () => new Float64Array(CHANNELS * HARMONIC_PLACES).fill(Number.NaN);
  return {
    kind,
    from: Number.NaN,
    to: Number.NaN,
    start: Number.NaN,
    end: Number.NaN,
    seconds: 0,
    cycles: 0,
    parts: 0,
    missing: 0,
    overlapping: false,
    frequency: Number.NaN,
    locked: false,
    flagged: false,
    rms: channels(),
    mean: channels(),
    rmsMin: channels(),
    rmsMax: channels(),
    active: phases(),
    apparent: phases(),
    activeFundamental: phases(),
    reactiveFundamental: phases(),
    harmonics: places(),
    interharmonics: places(),
    thd: channels(),
    unbalanceNegative: Number.NaN,
    unbalanceZero: Number.NaN,
  };
}
