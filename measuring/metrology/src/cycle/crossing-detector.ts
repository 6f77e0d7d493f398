/**
 * Zero crossings of one voltage channel: place with fraction, and direction.
 *
 * A crossing counts after the filtered voltage was beyond 5 % of the declared voltage on the other side, so noise around
 * zero and an interrupted supply (below 5 %, IEC 61000-4-30) give none. The converter's offset is taken out as the mean
 * of whole cycles; else rising and falling crossings would lie unevenly.
 */
import { LowPass } from "./low-pass.ts";

const HYSTERESIS = 0.05;
/** What is longer between two rising crossings, in nominal cycles, is not one cycle. */
const LONGEST_CYCLES = 1.5;
/** An offset stays; the mean of a cycle in which a dip begins does not, and must not move the crossings. */
const MEAN_CYCLES = 64;
const FUNDAMENTAL_GAIN = 0.65;

export class CrossingDetector {
  /** Place of the crossing that `next` found, in samples of the aligned stream. */
  at = 0;
  isRising = false;
  readonly #filter: LowPass;
  readonly #threshold: number;
  #before = 0;
  #sample = 0;
  #armed = 0;
  #mean = 0;
  #sum = 0;
  #triangle = 0;
  #shift = 0;
  #cycles = 0;
  #risen = Number.NaN;
  /** From this sample on the filter is full. */
  #full: number;
  readonly #longest: number;

  /** @param declaredCounts amplitude (peak) of the declared voltage in counts */
  constructor(rate: number, nominalHertz: number, declaredCounts: number) {
    this.#filter = new LowPass(rate, nominalHertz);
    this.#full = this.#filter.length;
    this.#longest = (LONGEST_CYCLES * rate) / nominalHertz;
    this.#threshold = HYSTERESIS * declaredCounts * FUNDAMENTAL_GAIN * this.#filter.gain;
  }

  /** Samples by which a crossing is found late. */
  get delay(): number {
    return this.#filter.delay;
  }

  /** Starts again at this sample after a gap. */
  restart(sample: number): void {
    this.#filter.restart();
    this.#sample = sample;
    this.#full = sample + this.#filter.length;
    this.#armed = 0;
    this.#risen = Number.NaN;
  }

  /** Takes the next sample; true where the voltage crossed zero since the one before it: see `at`, `isRising`. */
  next(count: number): boolean {
    const filtered = this.#filter.next(count);
    const value = filtered - this.#mean;
    const found = this.#crossed(value);
    this.#sum += value - this.#shift;
    this.#before = value - this.#shift;
    this.#mean += this.#shift;
    this.#shift = 0;
    this.#sample += 1;
    if (this.#sample < this.#full) return false;
    if (value > this.#threshold) this.#armed = 1;
    else if (value < -this.#threshold) this.#armed = -1;
    return found;
  }

  #crossed(value: number): boolean {
    const rises = this.#armed < 0 && this.#before < 0 && value >= 0;
    const falls = this.#armed > 0 && this.#before > 0 && value <= 0;
    if (!rises && !falls) return false;
    this.#armed = 0;
    this.isRising = rises;
    const part = this.#before / (this.#before - value);
    this.at = this.#sample - 1 + part - this.#filter.delay;
    if (rises) this.#followMean(part, value);
    return true;
  }

  /**
   * Moves the mean by what is left over a cycle. The samples' sum stands for the integral from half a sample before the
   * first to half a sample after the last one; what lies between there and the crossings is a triangle at each end.
   */
  #followMean(part: number, value: number): void {
    const triangle = ((value - this.#before) * (0.5 - part) * (0.5 - part)) / 2;
    const length = this.at - this.#risen;
    if (length > 0 && length < this.#longest) {
      this.#cycles = Math.min(this.#cycles + 1, MEAN_CYCLES);
      this.#shift = (this.#sum + this.#triangle - triangle) / length / this.#cycles;
    }
    this.#risen = this.at;
    this.#triangle = triangle;
    this.#sum = 0;
  }
}
