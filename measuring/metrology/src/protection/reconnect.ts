/** Whether the mains may be returned to: voltage and frequency within limits for a time without a break. */
import type { ProtectionProfile } from "./profile.ts";

export class Reconnect {
  readonly #limits: ProtectionProfile["reconnect"];
  #since = Number.NaN;

  constructor(limits: ProtectionProfile["reconnect"]) {
    this.#limits = limits;
  }

  get isWaiting(): boolean {
    return !Number.isNaN(this.#since);
  }

  /**
   * @param lowest, highest of the voltages, parts of the declared one; @param hertz NaN where it is not known
   * @returns true where the wait is over
   */
  update(lowest: number, highest: number, hertz: number, at: number): boolean {
    const { volts, hertz: range, wait_s } = this.#limits;
    const isWithin =
      lowest >= volts.from.value && highest <= volts.to.value && hertz >= range.from.value && hertz <= range.to.value;
    if (!isWithin) this.reset();
    else if (!this.isWaiting) this.#since = at;
    return isWithin && at - this.#since >= wait_s.value;
  }

  reset(): void {
    this.#since = Number.NaN;
  }
}
