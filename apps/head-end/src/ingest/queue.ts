/**
 * Collects messages into batches. A batch goes when it is full or when its first message has waited long enough. While
 * one is being stored the next is opened, and while two are under way the third collects: so the busier it is the larger
 * the batches and the less a message costs. Their order does not matter to the store.
 */
import { Millis } from "@csj/quantity";
import type { Cancel, Timers } from "@csj/runtime";
import type { Incoming } from "./outcome.ts";

export interface QueueOptions {
  readonly timers: Timers;
  readonly take: (batch: readonly Incoming[]) => Promise<void>;
  /** Called for each message that found the queue full. */
  readonly dropped: () => void;
}

export const BATCH_MAX = 2_048;
export const IN_FLIGHT_MAX = 2;
const WAIT_MAX_MS = Millis(25);
/** Some 60 MB of whole-day messages. What does not fit is sent again by its gateway, which was told nothing. */
const WAITING_MAX = 20_000;

export class IngestQueue {
  readonly #options: QueueOptions;
  #waiting: Incoming[] = [];
  #timer: Cancel | undefined;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(message: Incoming): void {
    if (this.#waiting.length >= WAITING_MAX) {
      this.#options.dropped();
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length >= BATCH_MAX) this.#flush();
    else this.#timer ??= this.#options.timers.after(WAIT_MAX_MS, () => this.#flush());
  }

  /** Resolves when what was added is stored or failed. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0 || this.#waiting.length > 0) {
      this.#flush();
      await Promise.race(this.#underWay);
    }
  }

  #flush(): void {
    this.#timer?.();
    this.#timer = undefined;
    if (this.#underWay.size >= IN_FLIGHT_MAX || this.#waiting.length === 0) return;
    const taken = this.#options.take(this.#waiting.splice(0, BATCH_MAX)).finally(() => {
      this.#underWay.delete(taken);
      if (this.#waiting.length > 0) this.#flush();
    });
    this.#underWay.add(taken);
  }
}
