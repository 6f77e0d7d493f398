/**
 * One function of a profile: it picks up while its quantity is beyond the level and trips when that has lasted for its
 * delay. The document states the time until the separation; detecting (up to a cycle and a half) and switching need their
 * share of it, so the delay is shorter.
 */
import type { ProtectionFunction } from "./profile.ts";

/** Seconds left for detecting and for the output, or this part of a short clearing time. */
const SHARE_S = 0.09;
const SHARE_PART = 0.7;
/** Of a frequency: the mean of three cycles and the engine take 80 ms, and the mean is a delay of its own. */
const SHARE_PART_HERTZ = 1;

export class FunctionTimer {
  readonly spec: ProtectionFunction;
  /** Seconds beyond the level after which it trips. */
  readonly delay: number;
  #since = Number.NaN;
  #isTripped = false;

  constructor(spec: ProtectionFunction) {
    this.spec = spec;
    const clearing = spec.clearing_s.value;
    const part = spec.quantity === "hertz" ? SHARE_PART_HERTZ : SHARE_PART;
    this.delay = clearing - Math.min(SHARE_S, part * clearing);
  }

  get isPickedUp(): boolean {
    return !Number.isNaN(this.#since);
  }

  get isTripped(): boolean {
    return this.#isTripped;
  }

  /** @param value NaN where it cannot be judged, which lets go; @param at seconds of the stream */
  update(value: number, at: number): void {
    const { side, level } = this.spec;
    const isBeyond = side === "over" ? value > level.value : value < level.value;
    if (!isBeyond) this.reset();
    else if (Number.isNaN(this.#since)) this.#since = at;
    this.#isTripped = isBeyond && at - this.#since >= this.delay;
  }

  reset(): void {
    this.#since = Number.NaN;
    this.#isTripped = false;
  }
}
