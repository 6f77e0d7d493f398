/**
 * A relay that takes the inverters off the grid, behind one Modbus coil. It is the second way out: where an inverter does
 * not obey, or its own answer is too slow for the rule, and, with a relay that opens by itself when nobody writes, also
 * where the gateway is dead. It is written every cycle, since a relay that lost its supply must not come back closed.
 */
import { isCoded } from "@csj/fault";
import type { BusAccess } from "@csj/modbus";
import { Millis } from "@csj/quantity";
import type { RelayConfig } from "../config/schema.ts";
import type { Health } from "../health.ts";

/** An unchanged state is written again after this, which also arms a relay's own timer. */
const REASSERT_MS = 2_000;

export class Relay {
  readonly #access: Pick<BusAccess, "writeBits">;
  readonly #config: RelayConfig;
  readonly #health: Health;
  #last: { readonly feeds: boolean; readonly at: Millis } | undefined;

  constructor(access: Pick<BusAccess, "writeBits">, config: RelayConfig, health: Health) {
    this.#access = access;
    this.#config = config;
    this.#health = health;
  }

  /** Code of the last failure; undefined while it answers. */
  get error(): string | undefined {
    return this.#health.error;
  }

  /** Opening is tried in every cycle until it is confirmed. A failure is the relay's state and no error of the cycle. */
  async set(feeds: boolean, now: Millis): Promise<void> {
    const fresh = this.#last !== undefined && this.#last.feeds === feeds && now - this.#last.at < this.#reassert();
    if (fresh || (feeds && !this.#health.askable(now))) return;
    const bits = [(this.#config.feeds_when === "on") === feeds];
    const { unit, coil: address } = this.#config;
    try {
      await this.#access.writeBits({ unit, function: 5, address, bits, lane: "control" });
      this.#last = { feeds, at: now };
      this.#health.answered(now);
    } catch (error) {
      if (!isCoded(error)) throw error;
      this.#last = undefined;
      this.#health.failed(now, error);
    }
  }

  #reassert(): number {
    const watchdog = (this.#config.watchdog_s ?? 0) * 1000;
    return Millis(watchdog > 0 ? Math.min(REASSERT_MS, watchdog / 3) : REASSERT_MS);
  }
}
