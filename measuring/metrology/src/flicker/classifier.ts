/**
 * How long the instantaneous flicker stayed above each level, and the short-term severity Pst from that (IEC 61000-4-15,
 * 5.7.2). The classes are logarithmic, 64 to an octave: the exponent and the six highest bits of the fraction of the
 * value as a 32-bit float are the class, so no logarithm is taken, and 1.1 to 1.6 % of width are interpolated within.
 */
const CLASS_SHIFT = 17;
const OCTAVES_BELOW_ONE = 16;
const OCTAVES = 32;
const FLOAT_BIAS = 127;
const LOWEST = (FLOAT_BIAS - OCTAVES_BELOW_ONE) << 6;
const CLASSES = OCTAVES << 6;

/** Per cent of the time exceeded, gathered and weighed as the smoothed percentiles of the standard are. */
const percentiles: readonly { readonly weight: number; readonly exceeded: readonly number[] }[] = [
  { weight: 0.0314, exceeded: [0.1] },
  { weight: 0.0525, exceeded: [0.7, 1, 1.5] },
  { weight: 0.0657, exceeded: [2.2, 3, 4] },
  { weight: 0.28, exceeded: [6, 8, 10, 13, 17] },
  { weight: 0.08, exceeded: [30, 50, 80] },
];

export class Classifier {
  readonly #counts = new Uint32Array(CLASSES);
  readonly #float = new Float32Array(1);
  readonly #bits = new Int32Array(this.#float.buffer);
  #total = 0;

  /** Values taken since it was cleared. */
  get total(): number {
    return this.#total;
  }

  take(value: number): void {
    this.#float[0] = value;
    const place = (this.#bits[0]! >> CLASS_SHIFT) - LOWEST;
    const kept = place < 0 ? 0 : place >= CLASSES ? CLASSES - 1 : place;
    this.#counts[kept] = this.#counts[kept]! + 1;
    this.#total++;
  }

  /** Level that was exceeded during this share of the time, in per cent. NaN where nothing was taken. */
  exceeded(percent: number): number {
    if (this.#total === 0) return Number.NaN;
    let left = (percent / 100) * this.#total;
    for (let place = CLASSES - 1; place >= 0; place--) {
      const count = this.#counts[place]!;
      if (count > 0 && left <= count) return this.#lower(place + 1) - (left / count) * this.#width(place);
      left -= count;
    }
    return 0;
  }

  /** Short-term severity of what was taken. NaN where nothing was. */
  pst(): number {
    let sum = 0;
    for (const { weight, exceeded } of percentiles) {
      let levels = 0;
      for (const percent of exceeded) levels += this.exceeded(percent);
      sum += (weight * levels) / exceeded.length;
    }
    return Math.sqrt(sum);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  #lower(place: number): number {
    this.#bits[0] = (place + LOWEST) << CLASS_SHIFT;
    return this.#float[0]!;
  }

  #width(place: number): number {
    return this.#lower(place + 1) - this.#lower(place);
  }
}
