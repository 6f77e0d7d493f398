/**
 * What a person on site may switch: stop the inverters, put the site into maintenance for a while, take a lockout back.
 * None of them can raise a limit. A stop stands until it is taken back, over restarts too; maintenance ends by itself.
 */
import { Millis, Watts } from "@csj/quantity";
import { errors } from "../errors.ts";

export const orders = ["stop", "resume", "maintenance", "end-maintenance", "reset"] as const;
export type Order = (typeof orders)[number];

export interface Maintenance {
  /** W at the most for all inverters together while it lasts. */
  readonly limit: Watts;
  /** Monotonic. */
  readonly until: Millis;
}

export interface MaintenanceWish {
  readonly minutes?: number;
  readonly limit_w?: number;
}

const MAINTENANCE_DEFAULT_MIN = 30;

export class Switches {
  readonly #longestMin: number;
  #stopped: boolean;
  #maintenance: Maintenance | undefined;
  #reset = false;

  constructor(stopped: boolean, longestMin: number) {
    this.#stopped = stopped;
    this.#longestMin = longestMin;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  maintenance(now: Millis): Maintenance | undefined {
    if (this.#maintenance !== undefined && now >= this.#maintenance.until) this.#maintenance = undefined;
    return this.#maintenance;
  }

  /** True once after it was asked for. */
  takeReset(): boolean {
    const asked = this.#reset;
    this.#reset = false;
    return asked;
  }

  /** Throws GATEWAY_ORDER for a wish that cannot be had. */
  give(order: Order, wish: MaintenanceWish, now: Millis): void {
    if (order === "stop" || order === "resume") this.#stopped = order === "stop";
    else if (order === "reset") this.#reset = true;
    else this.#maintenance = order === "end-maintenance" ? undefined : this.#maintained(wish, now);
  }

  #maintained({ minutes = MAINTENANCE_DEFAULT_MIN, limit_w: limit = 0 }: MaintenanceWish, now: Millis): Maintenance {
    if (!(minutes > 0 && minutes <= this.#longestMin)) {
      throw errors.GATEWAY_ORDER(`Maintenance lasts for 1 to ${this.#longestMin} minutes, not for ${minutes}.`);
    }
    if (!(limit >= 0 && Number.isFinite(limit))) throw errors.GATEWAY_ORDER(`${limit} W is no limit.`);
    return { limit: Watts(limit), until: Millis(now + minutes * 60_000) };
  }
}
