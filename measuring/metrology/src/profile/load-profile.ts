/**
 * Cuts time into intervals (half-hours as a rule) and latches the registers at each end.
 *
 * A cycle belongs to the interval in which it ends, so an interval's edge is off by one cycle's energy at the most (10 kW
 * over 20 ms is 0.06 Wh) and sums are exact. When the clock is set, the interval under way ends with what was measured
 * so far and is marked, as is the one that begins: energy is neither lost nor doubled, and whoever needs whole intervals
 * sees which ones are not. Small corrections (IEC 62053-54's 2 s) shift an edge and mark nothing.
 */
import type { CycleRecord } from "../cycle/record.ts";
import type { EnergyRegister } from "../register/energy-register.ts";
import type { IntervalRecord } from "./interval-record.ts";
import { profiledCounts } from "./profiled.ts";
import { type ProfileStatus, profileStatus } from "./status.ts";

/** What is under way; kept with the registers, so that an interval in which power was lost is closed when it returns. */
export interface LoadProfileState {
  /** Number of the interval under way since 1970; undefined where none was begun. */
  readonly slot?: number;
  /** ms measured of it. */
  readonly measured: number;
  readonly status: number;
  /** Of the last record made. */
  readonly sequence: number;
}

export interface LoadProfileSpec {
  /** Seconds: 300, 600, 900, 1800 or 3600. */
  readonly interval: number;
}

/** A correction of the clock up to this, in ms, marks nothing. */
export const CLOCK_TOLERANCE = 2000;

/** An interval is whole when this part of it was measured. */
const WHOLE = 0.999;

export class LoadProfile {
  readonly #interval: number;
  readonly #registers: readonly EnergyRegister[];
  readonly #onRecord: (record: IntervalRecord) => void;
  #sequence: number;
  #slot = Number.NaN;
  #measured = 0;
  #status = 0;
  #interrupted = false;

  /**
   * @param registers those of an `EnergyBank`
   * @param state as saved before the meter stopped; whatever was under way is marked as interrupted
   */
  constructor(
    spec: LoadProfileSpec,
    registers: readonly EnergyRegister[],
    onRecord: (record: IntervalRecord) => void,
    state: LoadProfileState = { measured: 0, status: 0, sequence: 0 },
  ) {
    this.#interval = spec.interval * 1000;
    this.#registers = registers;
    this.#onRecord = onRecord;
    this.#sequence = state.sequence;
    if (state.slot === undefined) return;
    this.#slot = state.slot;
    this.#measured = state.measured;
    this.#status = state.status | profileStatus["power-fail"];
    this.#interrupted = true;
  }

  /** Before the registers took this cycle: its end may lie in a new interval, whose predecessor is latched now. */
  cycle(record: CycleRecord): void {
    const slot = Math.ceil(record.at / this.#interval);
    if (Number.isNaN(slot)) return;
    if (slot !== this.#slot) this.#turn(slot);
    this.#measured += record.seconds * 1000;
    if (!record.locked) this.mark("unlocked");
  }

  save(): LoadProfileState {
    const state = { measured: this.#measured, status: this.#status, sequence: this.#sequence };
    return Number.isNaN(this.#slot) ? state : { slot: this.#slot, ...state };
  }

  mark(status: ProfileStatus): void {
    this.#status |= profileStatus[status];
  }

  /** @param shift ms by which the clock was set forward (or back, negative) */
  clockSet(shift: number): void {
    if (Number.isNaN(this.#slot)) return;
    if (Math.abs(shift) <= CLOCK_TOLERANCE) {
      this.#measured += shift;
      return;
    }
    this.mark("clock-set");
    this.#close(this.#slot * this.#interval);
    this.#slot = Number.NaN;
    this.mark("clock-set");
  }

  #turn(slot: number): void {
    if (!Number.isNaN(this.#slot)) this.#close(this.#slot * this.#interval);
    // Power came back within another interval than the one in which it went: both were cut short by it.
    if (this.#interrupted) this.mark("power-fail");
    this.#interrupted = false;
    this.#slot = slot;
  }

  #close(end: number): void {
    if (this.#measured < this.#interval * WHOLE) this.mark("partial");
    this.#sequence += 1;
    this.#onRecord({
      end: end / 1000,
      length: this.#interval / 1000,
      status: this.#status,
      counts: profiledCounts(this.#registers),
      sequence: this.#sequence,
    });
    this.#measured = 0;
    this.#status = 0;
  }
}
