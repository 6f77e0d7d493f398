/**
 * An energy register as a meter keeps it: whole counts, and the energy that has not yet made a count carried on as a
 * residual, so that rounding never loses or invents energy however small the pieces are that arrive. It never falls,
 * except that it returns to 0 after 10^digits - 1 counts as the dial of a meter does (IEC 62053-21 asks for a register
 * that holds 1,500 h at full power before it does).
 *
 * Import and export are two registers. Whoever integrates the power splits it at the instant of its zero crossing: a net
 * over an interval would hide energy that went both ways.
 */
import { metrologyErrors } from "../errors.ts";

export interface EnergyRegisterSpec {
  /** Wh (or varh) that make one count: 1, 10, 100. */
  readonly perCount: number;
  /** The register returns to 0 after 10^digits - 1 counts. */
  readonly digits: number;
}

export interface EnergyRegisterState {
  /** From 0 to 10^digits - 1. */
  readonly count: number;
  /** Energy that has not made a count yet, in Wh: 0 or more, below `perCount`. */
  readonly residual: number;
  readonly rollovers: number;
}

const DIGITS_MAX = 15;

export class EnergyRegister {
  readonly spec: EnergyRegisterSpec;
  readonly #turn: number;
  #count = 0;
  #residual = 0;
  #rollovers = 0;

  constructor(spec: EnergyRegisterSpec, state: Partial<EnergyRegisterState> = {}) {
    this.spec = spec;
    this.#turn = 10 ** spec.digits;
    this.restore(state);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds energy in Wh (or varh), 0 or more. */
  add(energy: number): void {
    if (!(energy >= 0 && energy < Number.POSITIVE_INFINITY)) {
      throw metrologyErrors.METROLOGY_ENERGY_REFUSED(`The energy ${energy} cannot be added to a register.`);
    }
    this.#residual += energy;
    if (this.#residual < this.spec.perCount) return;
    const counts = Math.floor(this.#residual / this.spec.perCount);
    // Rounding of the quotient may take one count too many: the residual is a carry, it is never in debt.
    const carried = this.#residual - counts * this.spec.perCount;
    this.#take(carried < 0 ? counts - 1 : counts);
    this.#residual = carried < 0 ? carried + this.spec.perCount : carried;
  }

  save(): EnergyRegisterState {
    return { count: this.#count, residual: this.#residual, rollovers: this.#rollovers };
  }

  /** Goes on from a saved state. */
  restore({ count = 0, residual = 0, rollovers = 0 }: Partial<EnergyRegisterState>): void {
    checkRegister(this.spec, count, residual);
    this.#count = count;
    this.#residual = residual;
    this.#rollovers = rollovers;
  }

  #take(counts: number): void {
    const reached = this.#count + counts;
    this.#count = reached % this.#turn;
    this.#rollovers += Math.floor(reached / this.#turn);
  }
}

function checkRegister(spec: EnergyRegisterSpec, count: number, residual: number): void {
  const digitsGood = Number.isInteger(spec.digits) && spec.digits >= 1 && spec.digits <= DIGITS_MAX;
  const countGood = Number.isInteger(count) && count >= 0 && count < 10 ** spec.digits;
  const residualGood = residual >= 0 && residual < spec.perCount;
  if (spec.perCount > 0 && digitsGood && countGood && residualGood) return;
  throw metrologyErrors.METROLOGY_REGISTER_REFUSED(
    `A register with ${spec.perCount} Wh per count and ${spec.digits} digits cannot hold ${count} counts and ${residual} Wh.`,
  );
}
