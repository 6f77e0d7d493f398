/**
 * The meter's own clock: the host's, or the host's moved by what was set over Modbus. A host that is disciplined by the
 * network must not be set from a meter's bus, so setting is only taken where the configuration says that it is the way.
 */
import { Instant, type Millis } from "@csj/quantity";
import type { Clock } from "@csj/runtime";

export class MeterClock implements Clock {
  readonly #host: Clock;
  readonly #canBeSet: boolean;
  #shift = 0;
  #wasSet = false;

  constructor(host: Clock, canBeSet: boolean) {
    this.#host = host;
    this.#canBeSet = canBeSet;
  }

  now(): Instant {
    return Instant(this.#host.now() + this.#shift);
  }

  monotonic(): Millis {
    return this.#host.monotonic();
  }

  trusted(): boolean {
    return this.#wasSet || this.#host.trusted();
  }

  /** False where it cannot be set. */
  set(instant: number): boolean {
    if (!this.#canBeSet) return false;
    this.#shift = instant - this.#host.now();
    this.#wasSet = true;
    return true;
  }
}
