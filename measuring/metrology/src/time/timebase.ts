/**
 * When a sample was taken. A source says now and then at what instant it took which sample; between two such stamps time
 * goes by the sample counter, whose crystal errs by some parts in a million, so the rate is learnt from the stamps.
 *
 * A stamp that differs by less than 100 ms is met by running a little faster or slower until the next one; what differs
 * by more is a clock that was set, and is said.
 */
export interface TimebaseListener {
  /** @param shift ms by which the clock went forward (or back, negative) */
  clockSet(shift: number): void;
}

const STEP_MS = 100;
/** A crystal beyond this is broken; the rate is not believed. */
const DRIFT_MAX = 0.001;
/** Stamps closer than this, in samples' nominal seconds, say nothing of the rate. */
const LEARN_S = 0.5;

export class Timebase {
  readonly #nominal: number;
  readonly #listener: TimebaseListener;
  #position = Number.NaN;
  #instant = Number.NaN;
  #perSample: number;

  constructor(rate: number, listener: TimebaseListener) {
    this.#nominal = 1000 / rate;
    this.#perSample = this.#nominal;
    this.#listener = listener;
  }

  /** UTC ms at a position in samples; NaN before the first stamp. */
  at(position: number): number {
    return this.#instant + (position - this.#position) * this.#perSample;
  }

  /** Milliseconds in a sample as the source's clock has them. */
  get msPerSample(): number {
    return this.#perSample;
  }

  /** The sample at this position was taken at this instant (UTC ms). Stamps ascend by position. */
  stamp(position: number, instant: number): void {
    const expected = this.at(position);
    const shift = instant - expected;
    if (Number.isNaN(expected) || Math.abs(shift) > STEP_MS) {
      this.#position = position;
      this.#instant = instant;
      this.#perSample = this.#nominal;
      if (!Number.isNaN(expected)) this.#listener.clockSet(shift);
      return;
    }
    const since = position - this.#position;
    if (since * this.#nominal < LEARN_S * 1000) return;
    // From here on time runs so that it would have met this stamp and meets the next one if the clocks agree.
    const rate = this.#perSample + (2 * shift) / since;
    this.#instant = expected;
    this.#position = position;
    this.#perSample = Math.min(Math.max(rate, this.#nominal * (1 - DRIFT_MAX)), this.#nominal * (1 + DRIFT_MAX));
  }
}
