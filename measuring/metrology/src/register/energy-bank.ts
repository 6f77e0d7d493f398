/**
 * All energy registers of a meter, fed once a cycle.
 *
 * The direction is decided per phase and cycle by the sign of its active power, and for the total by the sign of the
 * phases' sum: a three-phase meter nets its phases at each instant (vectorial metering, as Germany's and most of Europe's
 * rules have it), so the total's import may be less than the sum of the phases' imports, and both can be billed. A cycle
 * is short enough that what flows both ways within one is what every meter calls reactive.
 *
 * Total apparent power is the vectorial sqrt(P^2 + Q^2) of the sums. A cycle in which a phase's current is below the
 * no-load current adds nothing for that phase, to the total neither.
 */

import type { CycleRecord } from "../cycle/record.ts";
import { CURRENT_OFFSET, PHASES } from "../frame/channel.ts";
import { ENERGY_KINDS, REGISTERS, TOTAL_PLACE } from "./energy-kind.ts";
import { EnergyRegister, type EnergyRegisterSpec, type EnergyRegisterState } from "./energy-register.ts";

export interface EnergyBankSpec {
  /** Of each register: Wh (varh, VAh) per count, and digits. */
  readonly register: EnergyRegisterSpec;
  /** Current in A below which a phase adds nothing; see `noLoadAmps`. */
  readonly noLoadAmps: number;
}

const ACTIVE_IMPORT = 0;
const ACTIVE_EXPORT = 1;
const Q1 = 2;
const Q2 = 3;
const Q3 = 4;
const Q4 = 5;
const APPARENT_IMPORT = 6;
const APPARENT_EXPORT = 7;
const SECONDS_PER_HOUR = 3600;

export class EnergyBank {
  readonly registers: readonly EnergyRegister[];
  /** What the last cycle added, in Wh, varh and VAh, by `registerIndex`; for tariffs, demand and the load profile. */
  readonly added = new Float64Array(REGISTERS);
  readonly #noLoadAmps: number;

  constructor(spec: EnergyBankSpec, states: readonly EnergyRegisterState[] = []) {
    this.registers = Array.from({ length: REGISTERS }, (_, index) => new EnergyRegister(spec.register, states[index]));
    this.#noLoadAmps = spec.noLoadAmps;
  }

  cycle(record: CycleRecord): void {
    const hours = record.seconds / SECONDS_PER_HOUR;
    this.added.fill(0);
    let active = 0;
    let reactive = 0;
    for (let phase = 0; phase < PHASES; phase += 1) {
      // NaN, a phase that is not there, compares as not loaded.
      if (!((record.rms[phase + CURRENT_OFFSET] ?? 0) >= this.#noLoadAmps)) continue;
      const p = record.active[phase] ?? 0;
      const q = record.reactive[phase] ?? 0;
      const apparent = (record.rms[phase] ?? 0) * (record.rms[phase + CURRENT_OFFSET] ?? 0);
      this.#split(phase, p, q, apparent, hours);
      active += p;
      reactive += q;
    }
    this.#split(TOTAL_PLACE, active, reactive, Math.sqrt(active * active + reactive * reactive), hours);
    for (let index = 0; index < REGISTERS; index += 1) {
      const energy = this.added[index] ?? 0;
      if (energy > 0) this.registers[index]?.add(energy);
    }
  }

  save(): EnergyRegisterState[] {
    return this.registers.map((register) => register.save());
  }

  /** Puts the energy of one place into its registers; NaN power (a lost reading) adds nothing. */
  #split(place: number, active: number, reactive: number, apparent: number, hours: number): void {
    const at = place * ENERGY_KINDS;
    const added = this.added;
    if (active > 0) {
      added[at + ACTIVE_IMPORT] = active * hours;
      added[at + APPARENT_IMPORT] = apparent * hours;
    } else if (active < 0) {
      added[at + ACTIVE_EXPORT] = -active * hours;
      added[at + APPARENT_EXPORT] = apparent * hours;
    }
    if (reactive > 0) added[at + (active < 0 ? Q2 : Q1)] = reactive * hours;
    else if (reactive < 0) added[at + (active < 0 ? Q3 : Q4)] = -reactive * hours;
  }
}
