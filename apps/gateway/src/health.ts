/**
 * Whether a device is worth asking. One that is silent is asked less often, so that its timeouts do not hold up the
 * others on its bus; it is never given up.
 */
import { isCoded } from "@csj/fault";
import type { Millis } from "@csj/quantity";
import type { Log } from "@csj/runtime";
import { errors } from "./errors.ts";

/** Failures in a row that count as noise on the wire. */
const PATIENCE = 3;
/** A silent device is asked again after this at the latest. */
const PAUSE_MAX_MS = 5_000;
const PAUSE_FIRST_MS = 500;

export class Health {
  readonly #name: string;
  readonly #log: Log;
  #failures = 0;
  #error: string | undefined;
  #answeredAt: Millis | undefined;
  #askAgainAt = 0;

  constructor(name: string, log: Log) {
    this.#name = name;
    this.#log = log;
  }

  /** Code of the last failure; undefined while it answers. */
  get error(): string | undefined {
    return this.#error;
  }

  askable(now: Millis): boolean {
    return now >= this.#askAgainAt;
  }

  /** Since its last good answer; undefined where there was none. */
  age(now: Millis): number | undefined {
    return this.#answeredAt === undefined ? undefined : Math.max(0, now - this.#answeredAt);
  }

  answered(at: Millis): void {
    if (this.#failures >= PATIENCE) this.#log.info(`${this.#name} answers again`, { device: this.#name });
    this.#failures = 0;
    this.#error = undefined;
    this.#answeredAt = at;
    this.#askAgainAt = 0;
  }

  failed(now: Millis, error: unknown): void {
    this.#failures += 1;
    this.#error = isCoded(error) ? error.code : "GATEWAY_DEVICE_FAILED";
    const over = this.#failures - PATIENCE;
    if (over >= 0) this.#askAgainAt = now + Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.min(over, 10));
    if (over === 0) this.#log.warn(describe(this.#name, error), { device: this.#name, code: this.#error });
  }
}

function describe(name: string, error: unknown): string {
  if (isCoded(error)) return `${name}: ${error.describe()}`;
  return errors.GATEWAY_DEVICE_FAILED(`${name} failed: ${String(error)}.`).describe();
}
