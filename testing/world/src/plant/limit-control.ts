/**
 * The limit as its registers hold it, and the timer that acts when nobody writes. A SunSpec 123 timer only releases the
 * limit, which is why it is no watchdog; 704 falls to its reversion value. Whether the state outlives a restart is the
 * memory's matter, and each write of a lasting register is counted, since such memory bears about 100,000 of them.
 */
import type { InverterSpec } from "../spec.ts";

export interface LimitState {
  readonly enabled: boolean;
  /** Share of the rating. */
  readonly share: number;
  /** 704 only: what the limit becomes when the timer ends. */
  readonly revertEnabled: boolean;
  readonly revertShare: number;
  /** Seconds; 0 is no timer. */
  readonly revertSeconds: number;
  /** When the timer ends; null where none runs. */
  readonly deadline: number | null;
  readonly writes: number;
}

const released: LimitState = {
  enabled: false,
  share: 1,
  revertEnabled: false,
  revertShare: 1,
  revertSeconds: 0,
  deadline: null,
  writes: 0,
};

export class LimitControl {
  readonly #spec: InverterSpec;
  #state: LimitState = released;

  constructor(spec: InverterSpec) {
    this.#spec = spec;
  }

  get state(): LimitState {
    return this.#state;
  }

  /** What the inverter is told to stay below, as a share of its rating. */
  get effective(): number {
    const { enabled, share } = this.#state;
    return enabled ? Math.min(share, this.#spec.staticLimit) : this.#spec.staticLimit;
  }

  get deadline(): number {
    return this.#state.deadline ?? Number.POSITIVE_INFINITY;
  }

  /** What one write changed. `rearm` is true where the write touched the register that starts the timer. */
  write(now: number, change: Partial<LimitState>, rearm: boolean): void {
    const next = { ...this.#state, ...change, writes: this.#state.writes + 1 };
    const runs = next.enabled && next.revertSeconds > 0;
    const started = rearm ? now + next.revertSeconds * 1000 : next.deadline;
    this.#state = { ...next, deadline: runs ? started : null };
  }

  /** The timer's end, where it has come. */
  expire(now: number): boolean {
    if (this.deadline > now) return false;
    const { revertEnabled, revertShare } = this.#state;
    const falls = this.#spec.control === "704";
    this.#state = falls
      ? { ...this.#state, enabled: revertEnabled, share: revertShare, deadline: null }
      : { ...this.#state, enabled: false, deadline: null };
    return true;
  }

  /** After a restart a volatile limit is gone with its timer; a lasting one stands, and its timer starts again. */
  restart(now: number): void {
    const { writes, revertSeconds, enabled } = this.#state;
    if (this.#spec.memory === "volatile") this.#state = { ...released, writes };
    else this.#state = { ...this.#state, deadline: enabled && revertSeconds > 0 ? now + revertSeconds * 1000 : null };
  }

  /** The limit is gone, and nothing says so. */
  forget(): void {
    this.#state = { ...released, writes: this.#state.writes };
  }

  restore(state: LimitState): void {
    this.#state = state;
  }
}
