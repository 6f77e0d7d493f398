/**
 * The demo's time. It stands still within a step and moves only when every gateway has finished its cycle, so that a
 * simulated hour at high speed is the same hour as at speed 1, only sooner. Durations on the wire (a bus timeout) are real
 * and do not use it.
 */
import { Instant, Millis } from "@csj/quantity";
import type { Clock } from "@csj/runtime";

export class DemoClock implements Clock {
  #elapsed = 0;
  readonly #start: Instant;

  constructor(start: Instant) {
    this.#start = start;
  }

  now(): Instant {
    return Instant(this.#start + this.#elapsed);
  }

  monotonic(): Millis {
    return Millis(this.#elapsed);
  }

  trusted(): boolean {
    return true;
  }

  step(by: Millis): void {
    this.#elapsed += by;
  }
}
