/**
 * The meter's own pulses: one for each fixed amount of energy, for a reference meter that counts them, or for another
 * meter's S0 input. Within a cycle energy is taken as even, so a pulse is placed by what was still missing; it is off by
 * less than a cycle, which is what a test of an hour does not see (20 ms of 3,600 s: 0.0006 %).
 */
export class PulseOutput {
  readonly #wattHours: number;
  readonly #onPulse: (at: number) => void;
  #carried = 0;

  /** @param perKilowattHour pulses for 1 kWh; @param onPulse is given the UTC instant in ms */
  constructor(perKilowattHour: number, onPulse: (at: number) => void) {
    this.#wattHours = 1000 / perKilowattHour;
    this.#onPulse = onPulse;
  }

  /** @param energy Wh of a cycle, 0 or more; @param at UTC ms of its end; @param seconds its length */
  cycle(energy: number, at: number, seconds: number): void {
    if (!(energy > 0)) return;
    let missing = this.#wattHours - this.#carried;
    this.#carried += energy;
    while (this.#carried >= this.#wattHours) {
      this.#onPulse(at - seconds * 1000 * (1 - missing / energy));
      this.#carried -= this.#wattHours;
      missing += this.#wattHours;
    }
  }
}
