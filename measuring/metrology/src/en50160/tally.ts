/**
 * How many intervals of a week lay within a criterion, and what follows. Nothing is taken for granted: an interval that
 * was not measured counts as outside when "pass" is asked for, and as within when "fail" is, so either verdict stands
 * whatever the missing intervals held. In between it is "incomplete".
 *
 * Flagged intervals (a dip, a swell or an interruption within) are counted apart and judge nothing, as IEC 61000-4-30
 * (4.7) leaves it to the user: the event is told already.
 */
export type QualityVerdict = "pass" | "fail" | "incomplete";

/** What stays of 1 - 0.95 and its like, so that exactly 5 % of 1,008 pass. */
const ROUNDING = 1e-9;

export class Tally {
  within = 0;
  outside = 0;
  flagged = 0;
  /** The value that lies furthest from the middle of what is allowed; NaN before the first. */
  worst = Number.NaN;
  readonly #low: number;
  readonly #high: number;

  constructor(low: number, high: number) {
    this.#low = low;
    this.#high = high;
  }

  /** NaN is an interval that was not measured, and is not counted. */
  take(value: number, flagged: boolean): void {
    if (Number.isNaN(value)) return;
    if (flagged) {
      this.flagged++;
      return;
    }
    if (value >= this.#low && value <= this.#high) this.within++;
    else this.outside++;
    const middle = (this.#low + this.#high) / 2;
    if (!(Math.abs(value - middle) <= Math.abs(this.worst - middle))) this.worst = value;
  }

  missing(expected: number): number {
    return expected - this.within - this.outside - this.flagged;
  }

  /** @param expected intervals in the week @param share part of them that must lie within */
  verdict(expected: number, share: number): QualityVerdict {
    const judged = expected - this.flagged;
    const allowed = (1 - share) * judged + ROUNDING;
    if (this.outside > allowed) return "fail";
    if (judged > 0 && this.outside + this.missing(expected) <= allowed) return "pass";
    return "incomplete";
  }
}
