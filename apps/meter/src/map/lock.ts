/**
 * Nothing is written to a meter that was not unlocked by its PIN within the last minute. After three wrong ones no PIN is
 * taken for an hour, and each try is told, so that guessing takes longer than somebody needs to see it.
 */
export const UNLOCKED_MS = 60_000;
export const TRIES_MAX = 3;
export const BARRED_MS = 3_600_000;

export interface LockListener {
  failed(tries: number): void;
  /** A PIN came while none is taken; it was not looked at. */
  barred(): void;
}

export class WriteLock {
  readonly #pin: number | undefined;
  readonly #listener: LockListener;
  #until = Number.NEGATIVE_INFINITY;
  #barredUntil = Number.NEGATIVE_INFINITY;
  #tries = 0;

  constructor(pin: number | undefined, listener: LockListener) {
    this.#pin = pin;
    this.#listener = listener;
  }

  /** ms for which writes are taken still; 0 for locked. Times are monotonic. */
  left(now: number): number {
    return Math.max(0, this.#until - now);
  }

  /** False where it was not the PIN, where there is none, or while none is taken. 0 locks. */
  unlock(pin: number, now: number): boolean {
    if (pin === 0) {
      this.#until = Number.NEGATIVE_INFINITY;
      return true;
    }
    if (this.#pin === undefined) return false;
    if (now < this.#barredUntil) {
      this.#listener.barred();
      return false;
    }
    if (pin === this.#pin) {
      this.#tries = 0;
      this.#until = now + UNLOCKED_MS;
      return true;
    }
    this.#tries += 1;
    this.#listener.failed(this.#tries);
    if (this.#tries >= TRIES_MAX) {
      this.#tries = 0;
      this.#barredUntil = now + BARRED_MS;
    }
    return false;
  }
}
