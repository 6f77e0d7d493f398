/**
 * Frequency as the mean of the last three cycles, and how fast it changes: the difference of two of them, a window apart.
 * Both are NaN while the voltage cannot be followed. Three cycles even out the noise of one crossing
 * and leave time to separate within 100 ms. A jump of the phase by 30 degrees stays below 1.5 Hz in them, one by 33 does not.
 */
const CYCLES = 3;
/** Cycles of history: a window of a second at 69 Hz. */
const HISTORY = 72;

export class FrequencyTracker {
  readonly #window: number;
  readonly #seconds = new Float64Array(CYCLES);
  readonly #at = new Float64Array(HISTORY);
  readonly #hertz = new Float64Array(HISTORY);
  #count = 0;
  hertz = Number.NaN;
  /** Hz/s, of either sign. */
  rocof = Number.NaN;

  /** @param window seconds over which the change is taken, 1 at the most */
  constructor(window: number) {
    this.#window = window;
  }

  /** @param seconds length of the cycle that ended at `at` (seconds of the stream) */
  cycle(seconds: number, at: number, locked: boolean): void {
    if (!locked) {
      this.reset();
      return;
    }
    this.#seconds[this.#count % CYCLES] = seconds;
    this.#count += 1;
    if (this.#count < CYCLES) return;
    let sum = 0;
    for (const each of this.#seconds) sum += each;
    this.hertz = CYCLES / sum;
    this.#at[this.#count % HISTORY] = at;
    this.#hertz[this.#count % HISTORY] = this.hertz;
    this.rocof = this.#change(at);
  }

  reset(): void {
    this.#count = 0;
    this.hertz = Number.NaN;
    this.rocof = Number.NaN;
  }

  #change(at: number): number {
    const oldest = Math.max(CYCLES, this.#count - HISTORY + 1);
    for (let back = this.#count - 1; back >= oldest; back -= 1) {
      const place = back % HISTORY;
      const apart = at - this.#at[place]!;
      if (apart + EPSILON >= this.#window) return (this.hertz - this.#hertz[place]!) / apart;
    }
    return Number.NaN;
  }
}

const EPSILON = 1e-6;
