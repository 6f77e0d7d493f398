/**
 * The highest output that an inverter's control allows at an instant: what it was told, a dead time ago, approached by a
 * first-order lag or a linear ramp. The output itself is the lower of the ceiling and what the sun gives, so it never
 * exceeds the sun and a limit above the sun changes nothing. A limit that bites starts from the present output, as real
 * controls do, and not from a ceiling far above it.
 */
import type { InverterSpec } from "../spec.ts";
import { approach, type Curve, constant, straight, valueAt } from "./curve.ts";

/** Closer than this to its goal (W) a first-order lag has arrived: below a register's resolution by far. */
const SETTLED_W = 1e-3;
/** A ramp that would arrive within this time (ms) has arrived: an instant since 1970 resolves 0.00024 ms. */
const ARRIVED_MS = 1e-3;
/** Orders that are on their way; more than this within one dead time replace the last. */
const ORDERS_MAX = 64;

interface Order {
  readonly at: number;
  readonly goal: number;
  readonly standby: boolean;
}

export interface CeilingState {
  readonly level: number;
  readonly goal: number;
  readonly standby: boolean;
  readonly orders: readonly Order[];
}

export class Ceiling {
  readonly #spec: InverterSpec;
  #level: number;
  #goal: number;
  #standby = false;
  #orders: Order[] = [];

  constructor(spec: InverterSpec, level: number) {
    this.#spec = spec;
    this.#level = level;
    this.#goal = level;
  }

  get level(): number {
    return this.#level;
  }

  get standby(): boolean {
    return this.#standby;
  }

  /** From now on, until the next event. */
  curve(): Curve {
    const { response } = this.#spec;
    if (this.#level === this.#goal) return constant(this.#goal);
    if (response.kind === "first-order") return approach(this.#level, this.#goal, response.tau);
    return straight(this.#level, this.#goal > this.#level ? this.#slope() : -this.#slope());
  }

  /** The next instant at which the curve changes its shape. */
  nextEvent(now: number): number {
    return Math.min(this.#orders[0]?.at ?? Number.POSITIVE_INFINITY, this.#arrival(now));
  }

  /** Orders a limit as a share of the rating; it begins to act after the dead time. */
  order(now: number, share: number): void {
    const standby = share < this.#spec.floor;
    const goal = standby ? 0 : Math.min(1, Math.max(0, share)) * this.#spec.rated;
    const last = this.#orders.at(-1);
    if ((last?.goal ?? this.#goal) === goal && (last?.standby ?? this.#standby) === standby) return;
    const at = this.#actsAt(now, standby);
    this.#orders = this.#orders.filter((order) => order.at < at).slice(0, ORDERS_MAX - 1);
    this.#orders.push({ at, goal, standby });
  }

  /** Moves along the curve for `dt` ms. */
  move(dt: number): void {
    const level = valueAt(this.curve(), dt);
    const passed = (this.#goal - this.#level) * (this.#goal - level) <= 0;
    const near = this.#spec.response.kind === "ramp" ? this.#slope() * ARRIVED_MS : SETTLED_W;
    this.#level = passed || Math.abs(level - this.#goal) < near ? this.#goal : level;
  }

  /** Takes the orders that are due; `output` is what the inverter gives at this instant. */
  take(now: number, output: number): void {
    for (let due = this.#orders[0]; due !== undefined && due.at <= now; due = this.#orders[0]) {
      this.#orders.shift();
      this.#goal = due.goal;
      this.#standby = due.standby;
      if (due.goal < this.#level) this.#level = Math.max(due.goal, Math.min(this.#level, output));
    }
  }

  /** Off at once, as when it restarts; what was on its way is forgotten. */
  cut(): void {
    this.#level = 0;
    this.#goal = 0;
    this.#standby = false;
    this.#orders = [];
  }

  /** Stays where it is, whatever was ordered. */
  hold(level: number): void {
    this.#level = level;
    this.#goal = level;
    this.#orders = [];
  }

  save(): CeilingState {
    return { level: this.#level, goal: this.#goal, standby: this.#standby, orders: [...this.#orders] };
  }

  restore(state: CeilingState): void {
    this.#level = state.level;
    this.#goal = state.goal;
    this.#standby = state.standby;
    this.#orders = [...state.orders];
  }

  #actsAt(now: number, standby: boolean): number {
    const soonest = now + this.#spec.deadTime;
    if (standby) return soonest;
    const last = this.#orders.at(-1);
    if (last?.standby ?? this.#standby) return soonest + this.#spec.wake;
    // An order that follows a waking one does not wake it sooner.
    return this.#standby && last !== undefined ? Math.max(soonest, last.at) : soonest;
  }

  #arrival(now: number): number {
    if (this.#level === this.#goal || this.#spec.response.kind === "first-order") return Number.POSITIVE_INFINITY;
    return now + Math.abs(this.#goal - this.#level) / this.#slope();
  }

  /** W per ms of a ramp. */
  #slope(): number {
    const { response, rated } = this.#spec;
    return response.kind === "ramp" ? (rated * response.percentPerSecond) / 100_000 : 0;
  }
}
