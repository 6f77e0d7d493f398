/** An inverter as a plant: its ceiling, the control that orders it, and its restart. Registers are the device's matter. */
import type { InverterSpec } from "../spec.ts";
import { Ceiling, type CeilingState } from "./ceiling.ts";
import type { Curve } from "./curve.ts";
import { LimitControl, type LimitState } from "./limit-control.ts";

export interface InverterState {
  readonly ceiling: CeilingState;
  readonly limit: LimitState;
  readonly bootsUntil: number | null;
}

export class Inverter {
  readonly spec: InverterSpec;
  readonly #ceiling: Ceiling;
  readonly #control: LimitControl;
  #bootsUntil: number | null = null;

  constructor(spec: InverterSpec) {
    this.spec = spec;
    this.#ceiling = new Ceiling(spec, spec.staticLimit * spec.rated);
    this.#control = new LimitControl(spec);
  }

  get limit(): LimitState {
    return this.#control.state;
  }

  /** W that the control allows now. */
  get ceiling(): number {
    return this.#ceiling.level;
  }

  get standby(): boolean {
    return this.#ceiling.standby;
  }

  get booting(): boolean {
    return this.#bootsUntil !== null;
  }

  curve(): Curve {
    return this.#ceiling.curve();
  }

  nextEvent(now: number): number {
    return Math.min(this.#ceiling.nextEvent(now), this.#control.deadline, this.#bootsUntil ?? Number.POSITIVE_INFINITY);
  }

  move(dt: number): void {
    this.#ceiling.move(dt);
  }

  /** What is due at this instant happens. */
  settle(now: number, output: number): void {
    if (this.#bootsUntil !== null && this.#bootsUntil <= now) {
      this.#bootsUntil = null;
      this.#control.restart(now);
      this.#ceiling.order(now, this.#control.effective);
    }
    if (this.#control.expire(now) && !this.booting) this.#ceiling.order(now, this.#control.effective);
    this.#ceiling.take(now, output);
  }

  /** A write to the limit's registers; while it restarts nothing is listening. */
  write(now: number, change: Partial<LimitState>, rearm: boolean): void {
    if (this.booting) return;
    this.#control.write(now, change, rearm);
    this.#ceiling.order(now, this.#control.effective);
  }

  restart(now: number): void {
    this.#bootsUntil = now + this.spec.boot;
    this.#ceiling.cut();
  }

  save(): InverterState {
    return { ceiling: this.#ceiling.save(), limit: this.#control.state, bootsUntil: this.#bootsUntil };
  }

  restore(state: InverterState): void {
    this.#ceiling.restore(state.ceiling);
    this.#control.restore(state.limit);
    this.#bootsUntil = state.bootsUntil;
  }
}
