/**
 * Frequency over 10 s of the clock (IEC 61000-4-30, 5.1): whole cycles within, over the time that they lasted. Cycles that
 * reach over a tick count to neither side.
 */
import type { CycleRecord } from "../cycle/record.ts";

export const TEN_SECONDS_MS = 10_000;
/** At most one cycle at either end is left out; what has less was not observed for 10 s and has no frequency. */
const OBSERVED_MIN_SECONDS = 9.9;
const TICK_TOLERANCE_MS = 1e-3;

export interface TenSeconds {
  /** UTC instants of the ticks, ms. */
  readonly start: number;
  readonly end: number;
  /** Hz; NaN where the voltage was lost or the stream had a gap. */
  readonly frequency: number;
  readonly cycles: number;
}

export class TenSecondFrequency {
  readonly #ended: (frequency: TenSeconds) => void;
  #tick = Number.NaN;
  #cycles = 0;
  #seconds = 0;
  #locked = true;

  constructor(ended: (frequency: TenSeconds) => void) {
    this.#ended = ended;
  }

  take(cycle: CycleRecord): void {
    const begun = cycle.at - cycle.seconds * 1000 + TICK_TOLERANCE_MS;
    const tick = Math.floor(begun / TEN_SECONDS_MS) * TEN_SECONDS_MS;
    if (Number.isNaN(tick)) return;
    if (tick !== this.#tick) this.#begin(tick);
    if (!cycle.locked) this.#locked = false;
    if (cycle.at > tick + TEN_SECONDS_MS + TICK_TOLERANCE_MS) return;
    this.#cycles++;
    this.#seconds += cycle.seconds;
  }

  #begin(tick: number): void {
    if (!Number.isNaN(this.#tick)) {
      const known = this.#locked && this.#seconds >= OBSERVED_MIN_SECONDS;
      this.#ended({
        start: this.#tick,
        end: this.#tick + TEN_SECONDS_MS,
        frequency: known ? this.#cycles / this.#seconds : Number.NaN,
        cycles: this.#cycles,
      });
    }
    this.#tick = tick;
    this.#cycles = 0;
    this.#seconds = 0;
    this.#locked = true;
  }
}
