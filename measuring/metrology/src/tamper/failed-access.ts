/** Wrong PINs and refused keys: some within a quarter of an hour are an attempt, one is a typing error. */
import type { OccurrenceListener } from "./occurrence.ts";

export const FAILURES = 5;
export const WITHIN_MS = 15 * 60_000;

export class FailedAccess {
  readonly #say: OccurrenceListener;
  readonly #times = new Float64Array(FAILURES).fill(Number.NEGATIVE_INFINITY);
  #place = 0;
  #isOn = false;

  constructor(say: OccurrenceListener) {
    this.#say = say;
  }

  /** @param at UTC ms */
  failed(at: number): void {
    const first = this.#times[(this.#place + 1) % FAILURES]!;
    this.#times[this.#place] = at;
    this.#place = (this.#place + 1) % FAILURES;
    if (this.#isOn || at - first > WITHIN_MS) return;
    this.#isOn = true;
    this.#say({ kind: "failed-access", phase: 0, edge: "start", at: first, confidence: 100 });
  }

  /** Ends it after a quarter of an hour in which none failed. */
  tick(at: number): void {
    const last = this.#times[(this.#place + FAILURES - 1) % FAILURES]!;
    if (!this.#isOn || at - last <= WITHIN_MS) return;
    this.#isOn = false;
    this.#say({ kind: "failed-access", phase: 0, edge: "end", at: last, confidence: 100 });
  }
}
