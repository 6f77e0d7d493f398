import type { Instant, Millis } from "@csj/quantity";
import type { Clock } from "@csj/runtime";

/** One look at the clock: a cycle does not ask twice, so that all of it lies at one time. */
export interface Moment {
  readonly wall: Instant;
  readonly monotonic: Millis;
  readonly trusted: boolean;
}

export function momentOf(clock: Clock): Moment {
  return { wall: clock.now(), monotonic: clock.monotonic(), trusted: clock.trusted() };
}
