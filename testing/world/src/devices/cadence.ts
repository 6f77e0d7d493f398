/** When a device's registers get new values: at multiples of its period, each device with its own phase. */
export class Cadence {
  readonly #period: number;
  readonly #phase: number;
  #at: number;

  constructor(period: number, phase: number, start: number) {
    this.#period = period;
    this.#phase = phase;
    this.#at = start;
  }

  /** The latest update. */
  get at(): number {
    return this.#at;
  }

  due(to: number): number | undefined {
    const latest = Math.floor((to - this.#phase) / this.#period) * this.#period + this.#phase;
    return latest > this.#at ? latest : undefined;
  }

  reach(at: number): void {
    this.#at = at;
  }
}
