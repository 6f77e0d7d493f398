/**
 * Registers per rate: total active import and export of each of up to eight rates. What a cycle adds goes to the rate
 * that is active at its end; while no rate is known (the clock was never set, or the plan has run out) it goes to the
 * register of rate 0, so that the rates' sum is always the total and nothing is billed at a rate that was guessed.
 */
import { registerIndex, TOTAL_PLACE } from "./energy-kind.ts";
import { EnergyRegister, type EnergyRegisterSpec, type EnergyRegisterState } from "./energy-register.ts";
import { RATES_MAX, type RatePlan } from "./rate-plan.ts";

export const RATE_KINDS = ["active-import", "active-export"] as const;

/** Rate 0 for energy of no known rate, then 1 to 8. */
export const RATE_PLACES = RATES_MAX + 1;

export class RateRegisters {
  /** `registers[kind * RATE_PLACES + rate]`. */
  readonly registers: readonly EnergyRegister[];

  constructor(spec: EnergyRegisterSpec, states: readonly EnergyRegisterState[] = []) {
    this.registers = Array.from(
      { length: RATE_KINDS.length * RATE_PLACES },
      (_, index) => new EnergyRegister(spec, states[index]),
    );
  }

  /** @param added what the cycle added, from `EnergyBank.added`; @param at UTC ms of its end, NaN where unknown */
  cycle(added: Float64Array, at: number, plan: RatePlan): void {
    const rate = plan.rateAt(at) ?? 0;
    for (let kind = 0; kind < RATE_KINDS.length; kind += 1) {
      const energy = added[registerIndex(kind, TOTAL_PLACE)] ?? 0;
      if (energy > 0) this.registers[kind * RATE_PLACES + rate]?.add(energy);
    }
  }

  save(): EnergyRegisterState[] {
    return this.registers.map((register) => register.save());
  }
}
