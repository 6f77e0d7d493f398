/**
 * What is left of a reference voltage for finding its zero crossings: two moving sums over whole numbers of samples.
 *
 * Sums of whole counts are exact however long they run, and a moving sum delays every frequency by the same time, so a
 * crossing's place needs no correction that depends on the frequency (a recursive filter's does, and is right at one
 * frequency only). Lengths of 0.4 and 0.3 of a nominal cycle leave 65 % of the fundamental, 12 % of the second harmonic,
 * 2 % of the third and nothing of the fifth.
 */
const FIRST_CYCLES = 0.4;
const SECOND_CYCLES = 0.295;

export class LowPass {
  /** Samples by which the output trails; a whole number or a half. */
  readonly delay: number;
  readonly gain: number;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #firstSum = 0;
  #secondSum = 0;
  #firstAt = 0;
  #secondAt = 0;

  constructor(rate: number, nominalHertz: number) {
    this.#first = new Float64Array(Math.max(1, Math.round((FIRST_CYCLES * rate) / nominalHertz)));
    this.#second = new Float64Array(Math.max(1, Math.round((SECOND_CYCLES * rate) / nominalHertz)));
    this.delay = (this.#first.length - 1) / 2 + (this.#second.length - 1) / 2;
    this.gain = this.#first.length * this.#second.length;
  }

  /** Samples after which nothing of what was before `restart` is left. */
  get length(): number {
    return this.#first.length + this.#second.length;
  }

  restart(): void {
    this.#first.fill(0);
    this.#second.fill(0);
    this.#firstSum = 0;
    this.#secondSum = 0;
  }

  /** @param count a whole number */
  next(count: number): number {
    this.#firstSum += count - this.#first[this.#firstAt]!;
    this.#first[this.#firstAt] = count;
    this.#firstAt += 1;
    if (this.#firstAt === this.#first.length) this.#firstAt = 0;
    this.#secondSum += this.#firstSum - this.#second[this.#secondAt]!;
    this.#second[this.#secondAt] = this.#firstSum;
    this.#secondAt += 1;
    if (this.#secondAt === this.#second.length) this.#secondAt = 0;
    return this.#secondSum;
  }
}
