/**
 * A meter with a pulse output (S0, IEC 62053-31) as a source of energy: each pulse is a fixed amount. A pulse counts when
 * its line was closed for at least the shortest width; what is shorter is a bounce or a disturbance, and is counted as
 * such. A line that stays closed is no energy, and is said.
 */
export interface PulseInputSpec {
  /** Pulses for 1 kWh. */
  readonly perKilowattHour: number;
  /** ms that a pulse lasts at the least; S0 asks for 30. */
  readonly shortest: number;
  /** ms after which a closed line is stuck and no pulse. */
  readonly longest: number;
}

const WATT_HOURS = 1000;

export class PulseInput {
  /** Edges of less than the shortest width. */
  bounces = 0;
  /** Closures longer than the longest width. */
  stuck = 0;
  readonly #spec: PulseInputSpec;
  readonly #onEnergy: (wattHours: number, at: number) => void;
  #closedAt = Number.NaN;

  constructor(spec: PulseInputSpec, onEnergy: (wattHours: number, at: number) => void) {
    this.#spec = spec;
    this.#onEnergy = onEnergy;
  }

  /** The line closed (true) or opened at this time, in ms of a clock that never falls. */
  edge(closed: boolean, at: number): void {
    if (closed) {
      if (Number.isNaN(this.#closedAt)) this.#closedAt = at;
      return;
    }
    const width = at - this.#closedAt;
    this.#closedAt = Number.NaN;
    if (Number.isNaN(width)) return;
    if (width < this.#spec.shortest) this.bounces += 1;
    else if (width > this.#spec.longest) this.stuck += 1;
    else this.#onEnergy(WATT_HOURS / this.#spec.perKilowattHour, at);
  }
}
