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

  /** The first update after the one that was reached, where it has come: for a device that must miss none. */
  next(to: number): number | undefined {
    const next = (Math.floor((this.#at - this.#phase) / this.#period) + 1) * this.#period + this.#phase;
    return next <= to ? next : undefined;
  }

  reach(at: number): void {
    this.#at = at;
  }
}
