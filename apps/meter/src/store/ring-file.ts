/**
 * Records of fixed length in a ring on disk, the place of each given by its sequence number: the load profile (90 days),
 * the registers of days and of months. Writing the same record again changes nothing, so whoever is not sure whether a
 * record was written writes it again.
 */
import { closeSync, fdatasyncSync, ftruncateSync, openSync, readSync, statSync, writeSync } from "node:fs";

export interface RingRecord {
  readonly sequence: number;
}

export interface RingCodec<Record extends RingRecord> {
  readonly bytes: number;
  encode(record: Record): Uint8Array;
  /** Undefined where the bytes hold no record. */
  decode(bytes: Uint8Array): Record | undefined;
}

export class RingFile<Record extends RingRecord> {
  readonly capacity: number;
  readonly #file: number;
  readonly #codec: RingCodec<Record>;

  constructor(path: string, capacity: number, codec: RingCodec<Record>) {
    this.capacity = capacity;
    this.#codec = codec;
    const isNew = statSync(path, { throwIfNoEntry: false }) === undefined;
    this.#file = openSync(path, isNew ? "w+" : "r+");
    if (isNew) ftruncateSync(this.#file, capacity * codec.bytes);
  }

  /** On the medium when it returns. */
  write(record: Record): void {
    const bytes = this.#codec.encode(record);
    writeSync(this.#file, bytes, 0, bytes.length, this.#place(record.sequence));
    fdatasyncSync(this.#file);
  }

  /** The record with this number; undefined where it was never made, was overwritten, or is damaged. */
  read(sequence: number): Record | undefined {
    const bytes = new Uint8Array(this.#codec.bytes);
    readSync(this.#file, bytes, 0, bytes.length, this.#place(sequence));
    const record = this.#codec.decode(bytes);
    return record?.sequence === sequence ? record : undefined;
  }

  /** All whole records, oldest first. */
  all(): Record[] {
    const records: Record[] = [];
    const bytes = new Uint8Array(this.capacity * this.#codec.bytes);
    readSync(this.#file, bytes, 0, bytes.length, 0);
    for (let at = 0; at < bytes.length; at += this.#codec.bytes) {
      const record = this.#codec.decode(bytes.subarray(at, at + this.#codec.bytes));
      if (record !== undefined) records.push(record);
    }
    return records.sort((one, other) => one.sequence - other.sequence);
  }

  close(): void {
    closeSync(this.#file);
  }

  #place(sequence: number): number {
    return (sequence % this.capacity) * this.#codec.bytes;
  }
}
