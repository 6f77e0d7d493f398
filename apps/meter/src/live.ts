/** The latest values, copied out of the engine's records: what a reader sees between two windows. */
import {
  CHANNELS,
  type CycleRecord,
  HARMONIC_PLACES,
  type HalfCycleRecord,
  PHASES,
  type WindowRecord,
} from "@csj/metrology";

const unknown = (length: number) => new Float64Array(length).fill(Number.NaN);

export class Live {
  /** By channel: RMS of the last window, THD (part of the fundamental), Urms(1/2) or Irms(1/2), DC. */
  readonly rms = unknown(CHANNELS);
  readonly thd = unknown(CHANNELS);
  readonly half = unknown(CHANNELS);
  readonly mean = unknown(CHANNELS);
  /** `channel * HARMONIC_PLACES + h`. */
  readonly harmonics = unknown(CHANNELS * HARMONIC_PLACES);
  /** By phase: W, VA, var; fundamental W and var. */
  readonly active = unknown(PHASES);
  readonly apparent = unknown(PHASES);
  readonly reactive = unknown(PHASES);
  readonly activeFundamental = unknown(PHASES);
  readonly reactiveFundamental = unknown(PHASES);
  /** Real and imaginary part of each fundamental, u1 at 0 degrees. */
  readonly re = unknown(CHANNELS);
  readonly im = unknown(CHANNELS);
  frequency = Number.NaN;
  unbalanceNegative = Number.NaN;
  unbalanceZero = Number.NaN;
  /** UTC ms of the window's end. */
  at = Number.NaN;
  locked = false;
  flagged = false;
  windows = 0;
  readonly #reactiveSum = new Float64Array(PHASES);
  #cycles = 0;

  takeHalf({ rms }: HalfCycleRecord): void {
    this.half.set(rms);
  }

  takeCycle({ reactive }: CycleRecord): void {
    for (let phase = 0; phase < PHASES; phase += 1) this.#reactiveSum[phase]! += reactive[phase]!;
    this.#cycles += 1;
  }

  takeWindow(window: WindowRecord): void {
    for (const key of copied) this[key].set(window[key]);
    for (let phase = 0; phase < PHASES; phase += 1) {
      this.reactive[phase] = this.#reactiveSum[phase]! / this.#cycles;
      this.#reactiveSum[phase] = 0;
    }
    this.#cycles = 0;
    this.frequency = window.frequency;
    this.unbalanceNegative = window.unbalanceNegative;
    this.unbalanceZero = window.unbalanceZero;
    this.at = window.at;
    this.locked = window.locked;
    this.flagged = window.flagged;
    this.windows += 1;
  }

  /** No samples have come for a while: what was measured is no longer so. */
  clear(): void {
    for (const values of [this.half, this.reactive, ...copied.map((key) => this[key])]) values.fill(Number.NaN);
    this.frequency = Number.NaN;
    this.unbalanceNegative = Number.NaN;
    this.unbalanceZero = Number.NaN;
    this.locked = false;
  }
}

const copied = [
  "rms",
  "thd",
  "mean",
  "harmonics",
  "active",
  "apparent",
  "activeFundamental",
  "reactiveFundamental",
  "re",
  "im",
] as const;

/** Sum over the phases that there are; NaN where there is none. */
export function sumOf(values: Float64Array): number {
  let sum = Number.NaN;
  for (const value of values) if (!Number.isNaN(value)) sum = Number.isNaN(sum) ? value : sum + value;
  return sum;
}
