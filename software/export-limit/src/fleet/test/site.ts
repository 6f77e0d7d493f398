/** Inverters that hold a limit as real ones do: late, in steps, and only what reached them. Time is in ms, steps of 100. */
import { Millis, Watts } from "@csj/quantity";
import type { Phase, UnitImage } from "../../site.ts";
import type { FleetUnit } from "../types.ts";

export const STEP_MS = 100;

export function spec(id: string, more: Partial<FleetUnit> = {}): FleetUnit {
  return {
    id,
    rated: Watts(5000),
    phase: "all" as Phase | "all",
    floor: 0,
    quantum: 0.01,
    deadTime: Millis(500),
    response: { kind: "first-order", time: Millis(1000) },
    ...more,
  };
}

export class Inverter {
  readonly spec: FleetUnit;
  available: number;
  output = 0;
  /** What its register holds; its rating when it was switched on. */
  limit: number;
  #inForce: number;
  #queue: { at: number; limit: number }[] = [];
  #held: UnitImage["held"];
  #lastConfirmed = 0;

  constructor(of: FleetUnit, available: number) {
    this.spec = of;
    this.available = available;
    this.limit = of.rated;
    this.#inForce = of.rated;
    this.output = Math.min(available, of.rated);
  }

  step(now: number): void {
    while (this.#queue.length > 0 && (this.#queue[0]?.at ?? 0) <= now) this.limit = this.#queue.shift()?.limit ?? 0;
    const { kind, time } = this.spec.response;
    const gap = this.limit - this.#inForce;
    const ramp = (this.spec.rated * STEP_MS) / Math.max(1, time);
    this.#inForce +=
      kind === "ramp" ? Math.max(-ramp, Math.min(ramp, gap)) : gap * (1 - Math.exp(-STEP_MS / Math.max(1, time)));
    this.output = Math.min(this.available, this.#inForce);
  }

  /** `reaches`: it took the command; `confirms`: its answer came back as well. */
  take(limit: number, now: number, reaches = true, confirms = true): void {
    if (!reaches) return;
    this.#queue.push({ at: now + this.spec.deadTime, limit });
    if (!confirms) return;
    this.#held = { limit: Watts(limit), at: Millis(now) };
    this.#lastConfirmed = now;
  }

  image(now: number, answers = true, allowed = 5_000): UnitImage {
    return {
      id: this.spec.id,
      output: answers ? { watts: Watts(this.output), at: Millis(now) } : undefined,
      reachable: now - this.#lastConfirmed <= allowed,
      held: this.#held,
      restarted: false,
      foreign: false,
    };
  }
}
