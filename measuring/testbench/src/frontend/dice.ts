/**
 * The noise of the models. Small, fast and the same on every machine for the same seed: sfc32 of the PractRand suite for
 * bits, the polar method for the normal distribution. Only `Math.log` and `Math.sqrt` stand between the bits and a
 * value.
 */
const WARM_UP = 12;

export class Dice {
  #a = 0x9e3779b9;
  #b = 0x243f6a88;
  #c: number;
  #counter = 1;
  #spare = 0;
  #hasSpare = false;

  constructor(seed: number) {
    this.#c = seed | 0;
    for (let k = 0; k < WARM_UP; k++) this.uniform();
  }

  /** From 0 up to, not including, 1. */
  uniform(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  }

  /** From -1 to 1, evenly. */
  spread(): number {
    return 2 * this.uniform() - 1;
  }

  /** Mean 0, standard deviation 1. */
  normal(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare;
    }
    for (;;) {
      const x = this.spread();
      const y = this.spread();
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * scale;
      this.#hasSpare = true;
      return x * scale;
    }
  }
}
