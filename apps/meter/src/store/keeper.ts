/**
 * Writes what has to be kept, and goes on where the medium does not take it: the registers go on counting, readers see
 * what was written last, and the next second tries again. It is said once when it begins and once when it is over.
 */
import type { Log } from "@csj/runtime";
import { meterErrors } from "../errors.ts";

export class Keeper {
  readonly #log: Log;
  readonly #what: string;
  #failing = false;

  /** @param what for people: `registers`, `captures` */
  constructor(what: string, log: Log) {
    this.#what = what;
    this.#log = log;
  }

  /** True where it is on the medium. */
  try(write: () => void): boolean {
    try {
      write();
    } catch (cause) {
      if (!this.#failing) this.#say(cause);
      this.#failing = true;
      return false;
    }
    if (this.#failing) this.#log.info(`the ${this.#what} are written again`);
    this.#failing = false;
    return true;
  }

  #say(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = meterErrors.METER_NOT_WRITTEN(`The ${this.#what} cannot be written: ${reason}.`, undefined, cause);
    this.#log.error(error.describe(), { code: error.code });
  }
}
