/**
 * Brings a window between two zero crossings, which begins and ends within samples, onto a power of two points.
 *
 * Why not the samples as they are: 10 cycles of 50.2 Hz at 8 kS/s are 1,593.6 samples, and a transform of whole samples
 * smears each harmonic over its neighbours. Why not a straight line between samples: at 8 kS/s it takes 28 % off h50.
 */
import { AFTER, BEFORE, type Kernel, makeKernel, PLACES, TAPS } from "./kernel.ts";
import type { RingView } from "./ring-view.ts";

/** A window is 200 ms and, at 42.5 Hz, 235 ms; what is longer than this is not resampled. */
export const WINDOW_MAX_SECONDS = 0.5;

/** Points by the rate: 2,048 carry h50 of 69 Hz from 4 to 16 kS/s, below and above half and double are right. */
export function pointsFor(rate: number): number {
  if (rate <= 4000) return 1024;
  return rate <= 16_000 ? 2048 : 4096;
}

export class Resampler {
  readonly points: number;
  readonly kernel: Kernel;
  /** The points of the two channels that were resampled last. */
  readonly windows: readonly [Float64Array, Float64Array];
  readonly #longest: number;
  /** By point: first sample under the kernel, from `#first` on, and first tap of its place in the table. */
  readonly #offset: Int32Array;
  readonly #taps: Int32Array;
  /** Where the ring's end cuts the window in two. */
  readonly #joined: readonly [Float64Array, Float64Array];
  #first = 0;
  #length = 0;

  constructor(rate: number) {
    this.points = pointsFor(rate);
    this.kernel = makeKernel(rate);
    this.windows = [new Float64Array(this.points), new Float64Array(this.points)];
    this.#longest = Math.ceil(rate * WINDOW_MAX_SECONDS);
    this.#offset = new Int32Array(this.points);
    this.#taps = new Int32Array(this.points);
    const joined = this.#longest + TAPS + 1;
    this.#joined = [new Float64Array(joined), new Float64Array(joined)];
  }

  /** Takes aim at the window [from, to), in samples. False where it is empty or too long. */
  aim(from: number, to: number): boolean {
    if (!(to > from && to - from <= this.#longest)) return false;
    const step = (to - from) / this.points;
    const begin = Math.floor(from);
    const part = from - begin;
    for (let j = 0; j < this.points; j++) {
      const x = part + j * step;
      const whole = Math.floor(x);
      this.#offset[j] = whole;
      this.#taps[j] = Math.floor((x - whole) * PLACES + 0.5) * TAPS;
    }
    this.#first = begin - BEFORE;
    this.#length = this.#offset[this.points - 1]! + BEFORE + AFTER + 1;
    return true;
  }

  /** Resamples two channels into `windows`. The ring must hold `BEFORE` samples before `from` and `AFTER` after `to`. */
  take(one: Float64Array, other: Float64Array, mask: RingView["mask"]): void {
    const start = this.#first & mask;
    if (start + this.#length <= mask + 1) {
      this.#interpolate(one, other, start);
      return;
    }
    this.#join(one, this.#joined[0], mask);
    this.#join(other, this.#joined[1], mask);
    this.#interpolate(this.#joined[0], this.#joined[1], 0);
  }

  #join(data: Float64Array, into: Float64Array, mask: RingView["mask"]): void {
    const start = this.#first & mask;
    for (let k = 0; k < this.#length; k++) into[k] = data[(start + k) & mask]!;
  }

  /** Written out, and two channels at a time: 140 us for eight, against 200 one by one and 280 with a loop over the taps. */
  #interpolate(one: Float64Array, other: Float64Array, start: number): void {
    const w = this.kernel.taps;
    const offsets = this.#offset;
    const places = this.#taps;
    const [out, outOther] = this.windows;
    for (let j = 0; j < out.length; j++) {
      const a = start + offsets[j]!;
      const k = places[j]!;
      let weight = w[k]!;
      let sum = weight * one[a]!;
      let sumOther = weight * other[a]!;
      weight = w[k + 1]!;
      sum += weight * one[a + 1]!;
      sumOther += weight * other[a + 1]!;
      weight = w[k + 2]!;
      sum += weight * one[a + 2]!;
      sumOther += weight * other[a + 2]!;
      weight = w[k + 3]!;
      sum += weight * one[a + 3]!;
      sumOther += weight * other[a + 3]!;
      weight = w[k + 4]!;
      sum += weight * one[a + 4]!;
      sumOther += weight * other[a + 4]!;
      weight = w[k + 5]!;
      sum += weight * one[a + 5]!;
      sumOther += weight * other[a + 5]!;
      weight = w[k + 6]!;
      sum += weight * one[a + 6]!;
      sumOther += weight * other[a + 6]!;
      weight = w[k + 7]!;
      sum += weight * one[a + 7]!;
      sumOther += weight * other[a + 7]!;
      weight = w[k + 8]!;
      sum += weight * one[a + 8]!;
      sumOther += weight * other[a + 8]!;
      weight = w[k + 9]!;
      sum += weight * one[a + 9]!;
      sumOther += weight * other[a + 9]!;
      weight = w[k + 10]!;
      sum += weight * one[a + 10]!;
      sumOther += weight * other[a + 10]!;
      weight = w[k + 11]!;
      sum += weight * one[a + 11]!;
      sumOther += weight * other[a + 11]!;
      out[j] = sum;
      outOther[j] = sumOther;
    }
  }
}
