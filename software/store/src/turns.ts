/** One at a time, in order of asking: a PGlite has one session, and a transaction must have it to itself. */
import { errors } from "./errors.ts";

/** Waiting for their turn; more than this means that the caller does not wait for answers. */
const WAITING_MAX = 10_000;

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  take<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#waiting >= WAITING_MAX) {
      return Promise.reject(errors.STORE_BUSY(`${WAITING_MAX} statements wait for the database.`));
    }
    this.#waiting += 1;
    const done = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = done.catch(() => undefined);
    return done;
  }
}
