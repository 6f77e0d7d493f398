/**
 * Time that stands still until it is moved. Timers fire in order of their instant and, within one, of their creation;
 * after each one the promises that it settled run before the next fires, so a test meets the order that a machine would
 * give it.
 */
import { Instant, Millis } from "@csj/quantity";
import type { Cancel, Clock, Timers } from "../ports.ts";

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** How many rounds of promises a timer's consequences may take to settle. */
const SETTLE_ROUNDS = 32;

export class FakeTime implements Clock, Timers {
  #monotonic = 0;
  #offset: number;
  #order = 0;
  #trusted = true;
  readonly #pending = new Map<number, Pending>();

  constructor(start: Instant) {
    this.#offset = start;
  }

  now(): Instant {
    return Instant(this.#offset + this.#monotonic);
  }

  monotonic(): Millis {
    return Millis(this.#monotonic);
  }

  trusted(): boolean {
    return this.#trusted;
  }

  setTrusted(trusted: boolean): void {
    this.#trusted = trusted;
  }

  /** The wall clock jumps; no timer notices. */
  jump(by: Millis): void {
    this.#offset += by;
  }

  after(delay: Millis, run: () => void): Cancel {
    const order = this.#order++;
    this.#pending.set(order, { at: this.#monotonic + Math.max(0, delay), order, run });
    return () => this.#pending.delete(order);
  }

  /** Moves time on without timers: for loops that have none. */
  skip(by: Millis): void {
    this.#monotonic += by;
  }

  async advance(by: Millis): Promise<void> {
    const end = this.#monotonic + by;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#pending.delete(next.order);
      this.#monotonic = Math.max(this.#monotonic, next.at);
      next.run();
      await settle();
    }
    this.#monotonic = end;
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending.values()) {
      if (pending.at <= end && (first === undefined || pending.at < first.at)) first = pending;
    }
    return first;
  }
}

async function settle(): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) await Promise.resolve();
}
