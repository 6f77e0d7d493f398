/** Which messages are on their way and since when, so that no more than a window of them is, and a lost one goes again. */
import type { Millis } from "@csj/quantity";
import type { StoredMessage } from "../outbox/messages.ts";

/** Messages on their way at once: a month of days of two meters, and little memory on either side. */
export const WINDOW = 64;
/** Without an acknowledgement for this long a message is sent again. */
export const RESEND_AFTER_MS = 15_000;

export class InFlight {
  readonly #sentAt = new Map<number, Millis>();
  /** Everything up to here was looked at. */
  #cursor = 0;

  get size(): number {
    return this.#sentAt.size;
  }

  /** Takes what may be sent now. */
  take(fetch: (afterSeq: number, limit: number) => readonly StoredMessage[], now: Millis): StoredMessage[] {
    const taken: StoredMessage[] = [];
    while (this.#sentAt.size < WINDOW) {
      const batch = fetch(this.#cursor, WINDOW);
      if (batch.length === 0) break;
      for (const message of batch) {
        if (this.#sentAt.size >= WINDOW) return taken;
        this.#cursor = message.seq;
        if (this.#sentAt.has(message.seq)) continue;
        this.#sentAt.set(message.seq, now);
        taken.push(message);
      }
    }
    return taken;
  }

  done(seqs: readonly number[]): void {
    for (const seq of seqs) this.#sentAt.delete(seq);
  }

  /** Lets go of those that were not acknowledged in time; says how many they were. */
  expire(now: Millis): number {
    const before = this.#sentAt.size;
    for (const [seq, sentAt] of this.#sentAt) {
      if (now - sentAt < RESEND_AFTER_MS) continue;
      this.#sentAt.delete(seq);
      this.#cursor = Math.min(this.#cursor, seq - 1);
    }
    return before - this.#sentAt.size;
  }

  /** Looks at all that waits once more, for a new connection or for messages that wait again. */
  rewind(): void {
    this.#cursor = 0;
  }

  clear(): void {
    this.#sentAt.clear();
    this.#cursor = 0;
  }
}
