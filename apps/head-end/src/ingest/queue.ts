/**
 * Collects messages into batches. A batch goes when it is full or when its first message has waited long enough; while
 * one is being stored the next collects, so the busier it is the larger the batches and the less a message costs.
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
const WAIT_MAX_MS = Millis(25);
/** Some 60 MB of whole-day messages. What does not fit is sent again by its gateway, which was told nothing. */
const WAITING_MAX = 20_000;

export class IngestQueue {
  readonly #options: QueueOptions;
  #waiting: Incoming[] = [];
  #timer: Cancel | undefined;
  #busy: Promise<void> | undefined;

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
    while (this.#busy !== undefined || this.#waiting.length > 0) {
      this.#flush();
      await this.#busy;
    }
  }

  #flush(): void {
    this.#timer?.();
    this.#timer = undefined;
    if (this.#busy !== undefined || this.#waiting.length === 0) return;
    const batch = this.#waiting.splice(0, BATCH_MAX);
    this.#busy = this.#options.take(batch).finally(() => {
      this.#busy = undefined;
      if (this.#waiting.length > 0) this.#flush();
    });
  }
}
