/** An inverter as a plant: its ceiling, the control that orders it, and its restart. Registers are the device's matter. */
import type { InverterSpec } from "../spec.ts";
import { Ceiling, type CeilingState } from "./ceiling.ts";
import type { Curve } from "./curve.ts";
import { LimitControl, type LimitState } from "./limit-control.ts";

/** `free` takes each limit into its registers and runs without any; `stuck` stays at the output that it had. */
export type Manner = "obeys" | "free" | "stuck";

export interface InverterState {
  readonly ceiling: CeilingState;
  readonly limit: LimitState;
  readonly bootsUntil: number | null;
  readonly manner?: Manner;
  readonly foreignAt?: number | null;
  /** When it feeds again after the contactor has closed. */
  readonly returnsAt?: number | null;
  readonly cutOff?: boolean;
}

/** How often another master writes the limit away. */
const FOREIGN_EVERY_MS = 5_000;
const NEVER = Number.POSITIVE_INFINITY;

export class Inverter {
  readonly spec: InverterSpec;
  readonly #ceiling: Ceiling;
  readonly #control: LimitControl;
  #bootsUntil: number | null = null;
  #manner: Manner = "obeys";
  #foreignAt: number | null = null;
  #cutOff = false;
  #returnsAt: number | null = null;

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
    return Math.min(
      this.#ceiling.nextEvent(now),
      this.#control.deadline,
      this.#bootsUntil ?? NEVER,
      this.#foreignAt ?? NEVER,
      this.#returnsAt ?? NEVER,
    );
  }

  move(dt: number): void {
    this.#ceiling.move(dt);
  }

  /** What is due at this instant happens. */
  settle(now: number, output: number): void {
    if (this.#bootsUntil !== null && this.#bootsUntil <= now) {
      this.#bootsUntil = null;
      this.#control.restart(now);
      this.#order(now);
    }
    if (this.#foreignAt !== null && this.#foreignAt <= now) {
      this.#foreignAt = now + FOREIGN_EVERY_MS;
      this.write(now, { enabled: true, share: 1 }, true);
    }
    if (this.#returnsAt !== null && this.#returnsAt <= now) {
      this.#returnsAt = null;
      this.#order(now);
    }
    if (this.#control.expire(now)) this.#order(now);
    this.#ceiling.take(now, output);
  }

  /** A write to the limit's registers; while it restarts nothing is listening. */
  write(now: number, change: Partial<LimitState>, rearm: boolean): void {
    if (this.booting) return;
    this.#control.write(now, change, rearm);
    this.#order(now);
  }

  restart(now: number): void {
    this.#bootsUntil = now + this.spec.boot;
    this.#ceiling.cut();
  }

  /** The limit is gone without a restart that anybody could see. */
  forget(now: number): void {
    this.#control.forget();
    this.#order(now);
  }

  /** @param output what it gives now, where it may get stuck */
  behave(now: number, manner: Manner, output: number): void {
    if (manner === this.#manner) return;
    this.#manner = manner;
    if (manner === "stuck" && !this.booting) this.#ceiling.hold(output);
    else this.#order(now);
  }

  /** Another master begins to write, or ends. */
  contend(now: number, foreign: boolean): void {
    this.#foreignAt = foreign ? (this.#foreignAt ?? now) : null;
  }

  /** The contactor lets it feed or does not. Its electronics stay on: panels feed them. */
  connect(now: number, connected: boolean): void {
    if (this.#cutOff !== connected) return;
    this.#cutOff = !connected;
    this.#returnsAt = connected ? now + this.spec.boot : null;
    if (!connected) this.#ceiling.cut();
  }

  save(): InverterState {
    return {
      ceiling: this.#ceiling.save(),
      limit: this.#control.state,
      bootsUntil: this.#bootsUntil,
      manner: this.#manner,
      foreignAt: this.#foreignAt,
      returnsAt: this.#returnsAt,
      cutOff: this.#cutOff,
    };
  }

  restore(state: InverterState): void {
    this.#ceiling.restore(state.ceiling);
    this.#control.restore(state.limit);
    this.#bootsUntil = state.bootsUntil;
    this.#manner = state.manner ?? "obeys";
    this.#foreignAt = state.foreignAt ?? null;
    this.#returnsAt = state.returnsAt ?? null;
    this.#cutOff = state.cutOff ?? false;
  }

  #order(now: number): void {
    if (this.booting || this.#cutOff || this.#returnsAt !== null || this.#manner === "stuck") return;
    this.#ceiling.order(now, this.#manner === "free" ? this.spec.staticLimit : this.#control.effective);
  }
}
