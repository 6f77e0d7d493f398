/**
 * A meter's energy registers: what went through since they last looked is added, each way in its own register. With
 * reversed current transformers each way counts in the other's, and no register falls.
 */
import { EnergyRegister, type EnergyRegisterSpec, type EnergyRegisterState } from "@csj/metrology";
import type { MeterSpec } from "../spec.ts";

/** Energies since the world's start, in Wh and varh. */
export interface Passed {
  readonly importWh: number;
  readonly exportWh: number;
  readonly varh: number;
}

export interface MeterRegistersState {
  readonly seen: Passed;
  readonly import: EnergyRegisterState;
  readonly export: EnergyRegisterState;
  readonly varh: EnergyRegisterState;
}

/** A home's reactive energy over its active energy, where the registers begin. */
const VARH_PER_WH = 1 / 8;

export class MeterRegisters {
  readonly #import: EnergyRegister;
  readonly #export: EnergyRegister;
  readonly #varh: EnergyRegister;
  #seen: Passed = { importWh: 0, exportWh: 0, varh: 0 };

  constructor(spec: EnergyRegisterSpec, { importWh, exportWh }: MeterSpec) {
    const started = (wh: number) => new EnergyRegister(spec, { count: Math.floor(wh / spec.perCount) });
    this.#import = started(importWh);
    this.#export = started(exportWh);
    this.#varh = started(importWh * VARH_PER_WH);
  }

  get importWh(): number {
    return this.#import.count * this.#import.spec.perCount;
  }

  get exportWh(): number {
    return this.#export.count * this.#export.spec.perCount;
  }

  get varh(): number {
    return this.#varh.count * this.#varh.spec.perCount;
  }

  /** @param gain of the current transformers: 1, negative where they are turned round, 0 where they fell off */
  count(passed: Passed, gain: number): void {
    const [forward, backward] = gain < 0 ? [this.#export, this.#import] : [this.#import, this.#export];
    const scale = Math.abs(gain);
    forward.add(scale * (passed.importWh - this.#seen.importWh));
    backward.add(scale * (passed.exportWh - this.#seen.exportWh));
    this.#varh.add(scale * (passed.varh - this.#seen.varh));
    this.#seen = passed;
  }

  save(): MeterRegistersState {
    return {
      seen: this.#seen,
      import: this.#import.save(),
      export: this.#export.save(),
      varh: this.#varh.save(),
    };
  }

  restore(state: MeterRegistersState): void {
    this.#seen = state.seen;
    this.#import.restore(state.import);
    this.#export.restore(state.export);
    this.#varh.restore(state.varh);
  }
}
