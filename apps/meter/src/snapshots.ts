/**
 * The registers at the end of each day and month, latched by the cycle that is the first to end behind it. A day that ended
 * while the meter was without power is latched when it is back, marked so, with the registers as they stood: nothing was
 * measured in between.
 */
import type { ZoneTable } from "@csj/calendar";
import {
  type CycleRecord,
  type EnergyBank,
  type MaximumDemand,
  profiledCounts,
  profileStatus,
  type RateRegisters,
  type SnapshotRecord,
} from "@csj/metrology";
import { dayEndAfter } from "./days.ts";

export interface SnapshotParts {
  readonly zone: ZoneTable;
  readonly bank: EnergyBank;
  readonly rates: RateRegisters;
  readonly demand: MaximumDemand;
  readonly onRecord: (record: SnapshotRecord) => void;
}

export class Snapshots {
  readonly #parts: SnapshotParts;
  #sequence: number;
  #end = Number.NaN;
  #isMonth = false;
  #status = 0;

  /** @param sequence of the last record made @param at UTC ms of the last cycle before the start, NaN where none was */
  constructor(parts: SnapshotParts, sequence: number, at: number) {
    this.#parts = parts;
    this.#sequence = sequence;
    if (Number.isNaN(at)) return;
    this.#turn(at);
    this.#status = profileStatus["power-fail"];
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Before the registers took this cycle. */
  cycle({ at }: CycleRecord): void {
    if (Number.isNaN(at)) return;
    if (at > this.#end) this.#close();
    if (Number.isNaN(this.#end)) this.#turn(at);
  }

  clockSet(): void {
    this.#status |= profileStatus["clock-set"];
    this.#end = Number.NaN;
  }

  #turn(at: number): void {
    const { end, isMonth } = dayEndAfter(this.#parts.zone, at);
    this.#end = end;
    this.#isMonth = isMonth;
  }

  #close(): void {
    this.#record("day");
    if (this.#isMonth) this.#record("month");
    this.#end = Number.NaN;
    this.#status = 0;
  }

  #record(kind: SnapshotRecord["kind"]): void {
    const { bank, rates, demand, onRecord } = this.#parts;
    const { maximum, at } = demand.save();
    this.#sequence += 1;
    onRecord({
      end: this.#end / 1000,
      kind,
      status: this.#status,
      counts: profiledCounts(bank.registers),
      rates: rates.registers.map(({ count }) => count),
      demand: maximum,
      demandAt: Number.isNaN(at) ? 0 : at / 1000,
      sequence: this.#sequence,
    });
  }
}
