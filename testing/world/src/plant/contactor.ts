/**
 * The contactor between the inverters and the home: held in by its coil, it drops out a moment after the coil falls, and
 * by itself where its relay has a timer that nobody winds up any more. A welded one stays in.
 */
import type { RelaySpec } from "../spec.ts";

export interface ContactorState {
  readonly coil: boolean;
  readonly closed: boolean;
  readonly stuck: boolean;
  /** When the contacts follow the coil; null where they have. */
  readonly follows: number | null;
  /** When the relay's own timer ends; null where none runs. */
  readonly deadline: number | null;
}

export class Contactor {
  readonly #spec: RelaySpec;
  #state: ContactorState = { coil: true, closed: true, stuck: false, follows: null, deadline: null };

  constructor(spec: RelaySpec) {
    this.#spec = spec;
  }

  get state(): ContactorState {
    return this.#state;
  }

  nextEvent(): number {
    const { follows, deadline } = this.#state;
    return Math.min(follows ?? Number.POSITIVE_INFINITY, deadline ?? Number.POSITIVE_INFINITY);
  }

  /** Each write winds the timer up. */
  write(now: number, coil: boolean): void {
    const deadline = coil && this.#spec.watchdog > 0 ? now + this.#spec.watchdog : null;
    this.#state = { ...this.#state, deadline };
    this.#move(now, coil);
  }

  stick(now: number, stuck: boolean): void {
    this.#state = { ...this.#state, stuck };
    this.#move(now, this.#state.coil);
  }

  /** What is due at this instant happens. */
  settle(now: number): void {
    if (this.#state.deadline !== null && this.#state.deadline <= now) {
      this.#state = { ...this.#state, deadline: null };
      this.#move(now, false);
    }
    const { follows, stuck, coil, closed } = this.#state;
    if (follows === null || follows > now) return;
    this.#state = { ...this.#state, follows: null, closed: stuck ? closed : coil };
  }

  restore(state: ContactorState): void {
    this.#state = state;
  }

  #move(now: number, coil: boolean): void {
    const { closed, follows } = this.#state;
    const moving = coil === closed ? null : (follows ?? now + this.#spec.opensIn);
    this.#state = { ...this.#state, coil, follows: moving };
  }
}
