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

/** A contact that has not opened so much later than it should is welded. */
const WELDED_AFTER_MS = 2_000;
const OPENS_WITHIN_MS = 1_000;

/** An unchanged state is written again after this, which also arms a relay's own timer. */
const REASSERT_MS = 2_000;

export class Relay {
  readonly #access: Pick<BusAccess, "writeBits" | "readBits">;
  readonly #config: RelayConfig;
  readonly #health: Health;
  #openSince: Millis | undefined;
  #welded = false;
  #last: { readonly feeds: boolean; readonly at: Millis } | undefined;

  constructor(access: Pick<BusAccess, "writeBits" | "readBits">, config: RelayConfig, health: Health) {
    this.#access = access;
    this.#config = config;
    this.#health = health;
  }

  /** For the picture. */
  get shown(): { readonly config: RelayConfig; readonly health: Health } {
    return { config: this.#config, health: this.#health };
  }

  /** Code of what is wrong with it; undefined while it answers and follows. */
  get error(): string | undefined {
    return this.#welded ? "GATEWAY_RELAY_WELDED" : this.#health.error;
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
      await this.#look(feeds, now);
    } catch (error) {
      if (!isCoded(error)) throw error;
      this.#last = undefined;
      this.#health.failed(now, error);
    }
  }

  /** Told to be open, it must be seen open, where it has a contact for that. */
  async #look(feeds: boolean, now: Millis): Promise<void> {
    const { unit, contact_input: address, opens_within_ms: within = OPENS_WITHIN_MS } = this.#config;
    this.#openSince = feeds ? undefined : (this.#openSince ?? now);
    if (address === undefined) return;
    const { bits } = await this.#access.readBits({ unit, function: 2, address, count: 1 });
    const isClosed = bits[0] === true;
    if (this.#openSince === undefined || !isClosed) this.#welded = false;
    else if (now - this.#openSince > within + WELDED_AFTER_MS) this.#welded = true;
  }

  #reassert(): number {
    const watchdog = (this.#config.watchdog_s ?? 0) * 1000;
    return Millis(watchdog > 0 ? Math.min(REASSERT_MS, watchdog / 3) : REASSERT_MS);
  }
}
