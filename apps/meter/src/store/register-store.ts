/**
 * Keeps everything that a meter must not forget: registers, rates, demand, the interval under way, and the records that
 * were made and may not lie in their rings yet.
 *
 * One write is one slot: registers and new records become durable together, then the records are copied to their rings.
 * Whatever instant the power goes, a start finds either both or neither, so no record ever shows a register that the
 * meter then does not have. For the same reason only `durable()` values are shown to a reader: what has not been written
 * could fall when power is lost.
 */

import { join } from "node:path";
import {
  type DemandState,
  decodeInterval,
  decodeSnapshot,
  type EnergyRegisterState,
  encodeInterval,
  encodeSnapshot,
  type IntervalRecord,
  type LoadProfileState,
  RECORD_BYTES,
  SNAPSHOT_BYTES,
  type SnapshotRecord,
} from "@csj/metrology";
import { RingFile } from "./ring-file.ts";
import { SlotFile } from "./slot-file.ts";

export interface MeterState {
  readonly energies: readonly EnergyRegisterState[];
  readonly rates: readonly EnergyRegisterState[];
  readonly demand: DemandState;
  readonly profile: LoadProfileState;
  /** Of the last snapshot made. */
  readonly snapshots: number;
  /** UTC ms of the last cycle; what was after it is lost where power was. */
  readonly at: number;
}

/** A state, and the records that were made since the state before it. */
export interface MeterWrite {
  readonly state: MeterState;
  readonly intervals: readonly IntervalRecord[];
  readonly snapshots: readonly SnapshotRecord[];
}

/** 90 days of half-hours, 90 days, 36 months with room for the days among them. */
export const PROFILE_CAPACITY = 90 * 48;
export const SNAPSHOT_CAPACITY = 400;

const intervalCodec = { bytes: RECORD_BYTES, encode: encodeInterval, decode: decodeInterval };
const snapshotCodec = { bytes: SNAPSHOT_BYTES, encode: encodeSnapshot, decode: decodeSnapshot };

export class RegisterStore {
  readonly intervals: RingFile<IntervalRecord>;
  readonly snapshots: RingFile<SnapshotRecord>;
  readonly #slots: SlotFile;
  #durable: MeterState | undefined;

  /** @throws METER_REGISTERS_DAMAGED where there were registers and none are whole */
  constructor(folder: string) {
    const { file, payload } = SlotFile.open(join(folder, "registers.dat"));
    this.#slots = file;
    this.intervals = new RingFile(join(folder, "profile.dat"), PROFILE_CAPACITY, intervalCodec);
    this.snapshots = new RingFile(join(folder, "snapshots.dat"), SNAPSHOT_CAPACITY, snapshotCodec);
    if (payload !== undefined) this.#take(JSON.parse(new TextDecoder().decode(payload), revive));
  }

  /** As last written; undefined for a meter that has never written. */
  durable(): MeterState | undefined {
    return this.#durable;
  }

  write(made: MeterWrite): void {
    this.#slots.write(new TextEncoder().encode(JSON.stringify(made)));
    this.#take(made);
  }

  close(): void {
    this.#slots.close();
    this.intervals.close();
    this.snapshots.close();
  }

  #take({ state, intervals, snapshots }: MeterWrite): void {
    for (const record of intervals) this.intervals.write(record);
    for (const record of snapshots) this.snapshots.write(record);
    this.#durable = state;
  }
}

/** JSON has no NaN and writes null for it: the instants that are not known. */
function revive(_key: string, value: unknown): unknown {
  return value === null ? Number.NaN : value;
}
