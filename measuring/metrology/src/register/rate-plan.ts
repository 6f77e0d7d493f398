/**
 * Which rate (1 to 8) is active at an instant. A meter's calendar has seasons, weekdays, special days and switching times
 * on the local clock; whoever has a zone's table turns it into instants (`@csj/calendar`) ahead of time, so that no zone
 * law is needed here and a summer-time night has the hours that it really has.
 */
import { metrologyErrors } from "../errors.ts";

export const RATES_MAX = 8;

export interface RateSwitch {
  /** UTC ms: from here on. */
  readonly at: number;
  /** From 1. */
  readonly rate: number;
}

export class RatePlan {
  readonly #switches: readonly RateSwitch[];
  #next = 0;

  /** @throws METROLOGY_RATES_REFUSED where the switches do not ascend or name a rate that is none */
  constructor(switches: readonly RateSwitch[]) {
    for (const [index, { at, rate }] of switches.entries()) {
      const ascends = index === 0 || at > (switches[index - 1]?.at ?? Number.NaN);
      if (ascends && Number.isInteger(rate) && rate >= 1 && rate <= RATES_MAX) continue;
      throw metrologyErrors.METROLOGY_RATES_REFUSED(
        `Switch ${index + 1} of the rate plan (rate ${rate} at ${at}) is not after the one before it, or names no rate of 1 to ${RATES_MAX}.`,
      );
    }
    this.#switches = switches;
  }

  /** The rate at a UTC instant in ms; undefined before the first switch. Cheap where time goes on from call to call. */
  rateAt(at: number): number | undefined {
    while (this.#next > 0 && (this.#switches[this.#next - 1]?.at ?? 0) > at) this.#next -= 1;
    while (this.#next < this.#switches.length && (this.#switches[this.#next]?.at ?? 0) <= at) this.#next += 1;
    return this.#switches[this.#next - 1]?.rate;
  }
}
