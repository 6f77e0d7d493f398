/**
 * Maximum demand: the highest mean power over a demand period since the last reset. With one sub-period it is block
 * demand; with several the window slides by one sub-period (sliding demand), as utilities' tariffs have it.
 *
 * A period that was not measured whole (power was off, the clock was set) has no demand: its energy over its full length
 * would be too little and over its measured length could be too much.
 */
export interface DemandSpec {
  /** Length of a sub-period in ms: a divisor of an hour. */
  readonly subPeriod: number;
  /** Sub-periods in a demand period: 1 for block demand. */
  readonly subPeriods: number;
}

export interface DemandState {
  /** W; 0 where nothing was measured since the reset. */
  readonly maximum: number;
  /** UTC ms of the end of the period with the maximum; NaN where there is none. */
  readonly at: number;
}

const MS_PER_HOUR = 3_600_000;
/** A sub-period is whole when this part of it was measured: a cycle at its edge may belong to its neighbour. */
const WHOLE = 0.999;

export class MaximumDemand {
  readonly #spec: DemandSpec;
  readonly #energies: Float64Array;
  #maximum: number;
  #maximumAt: number;
  #period = Number.NaN;
  #energy = 0;
  #measured = 0;
  #whole = 0;

  constructor(spec: DemandSpec, state: DemandState = { maximum: 0, at: Number.NaN }) {
    this.#spec = spec;
    this.#energies = new Float64Array(spec.subPeriods);
    this.#maximum = state.maximum;
    this.#maximumAt = state.at;
  }

  /** @param energy Wh of a cycle; @param at UTC ms of its end; @param seconds its length */
  cycle(energy: number, at: number, seconds: number): void {
    const period = Math.ceil(at / this.#spec.subPeriod);
    if (period !== this.#period) this.#close(period);
    this.#energy += energy;
    this.#measured += seconds * 1000;
  }

  /** The clock was set: what is under way is no whole period. */
  interrupt(): void {
    this.#period = Number.NaN;
    this.#whole = 0;
    this.#energy = 0;
    this.#measured = 0;
  }

  reset(): void {
    this.#maximum = 0;
    this.#maximumAt = Number.NaN;
  }

  save(): DemandState {
    return { maximum: this.#maximum, at: this.#maximumAt };
  }

  #close(next: number): void {
    const followed = next === this.#period + 1;
    const whole = this.#measured >= this.#spec.subPeriod * WHOLE;
    this.#whole = whole ? this.#whole + 1 : 0;
    if (whole) this.#keep();
    if (!followed) this.#whole = 0;
    this.#period = next;
    this.#energy = 0;
    this.#measured = 0;
  }

  #keep(): void {
    const { subPeriod, subPeriods } = this.#spec;
    this.#energies.copyWithin(0, 1);
    this.#energies[subPeriods - 1] = this.#energy;
    if (this.#whole < subPeriods) return;
    let sum = 0;
    for (const energy of this.#energies) sum += energy;
    const demand = (sum * MS_PER_HOUR) / (subPeriod * subPeriods);
    if (demand <= this.#maximum) return;
    this.#maximum = demand;
    this.#maximumAt = this.#period * subPeriod;
  }
}
