/** RMS over the last ten minutes, renewed every 3 s (VDE-AR-N 4105): NaN until ten minutes have gone by without a gap. */
const STEP_S = 3;
const STEPS = 200;

export class SlidingMean {
  readonly #squares = new Float64Array(STEPS);
  #place = 0;
  #filled = 0;
  #square = 0;
  #seconds = 0;
  value = Number.NaN;

  add(rms: number, seconds: number): void {
    this.#square += rms * rms * seconds;
    this.#seconds += seconds;
    if (this.#seconds < STEP_S) return;
    this.#squares[this.#place] = this.#square / this.#seconds;
    this.#place = (this.#place + 1) % STEPS;
    this.#filled = Math.min(STEPS, this.#filled + 1);
    this.#square = 0;
    this.#seconds = 0;
    if (this.#filled === STEPS) this.value = this.#mean();
  }

  reset(): void {
    this.#filled = 0;
    this.#place = 0;
    this.#square = 0;
    this.#seconds = 0;
    this.value = Number.NaN;
  }

  #mean(): number {
    let sum = 0;
    for (const square of this.#squares) sum += square;
    return Math.sqrt(sum / STEPS);
  }
}
