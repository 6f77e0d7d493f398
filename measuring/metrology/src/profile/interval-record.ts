/**
 * One interval of the load profile as it lies on disk and as it is read over Modbus: the registers as they stood at its
 * end. Registers and not differences, so that a reader can difference any two records, a lost record loses no energy, and
 * a bill's boundary is a value that the meter itself latched.
 *
 * 64 bytes, big-endian as Modbus has it: end (s since 1970, uint32), interval length (s, uint16), status (uint16), six
 * counts (uint64), sequence (uint32), CRC-32 (uint32) over what is before it. A slot of zeros or with a wrong CRC is no
 * record.
 */
import { crc32 } from "./crc32.ts";

/** The totals that are profiled, in the order of the record. */
export const profiledKinds = [
  "active-import",
  "active-export",
  "reactive-import",
  "reactive-export",
  "apparent-import",
  "apparent-export",
] as const;
export type ProfiledKind = (typeof profiledKinds)[number];

export interface IntervalRecord {
  /** UTC seconds since 1970 of the interval's end. */
  readonly end: number;
  /** Seconds. */
  readonly length: number;
  /** Bits of `profileStatus`. */
  readonly status: number;
  /** Register counts at `end`, by `profiledKinds`. */
  readonly counts: readonly number[];
  /** Grows by one with each record that the meter ever made. */
  readonly sequence: number;
}

export const RECORD_BYTES = 64;

const COUNTS_AT = 8;
const SEQUENCE_AT = 56;
const CRC_AT = 60;

export function encodeInterval(record: IntervalRecord): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, record.end);
  view.setUint16(4, record.length);
  view.setUint16(6, record.status);
  for (let index = 0; index < profiledKinds.length; index += 1) {
    view.setBigUint64(COUNTS_AT + 8 * index, BigInt(record.counts[index] ?? 0));
  }
  view.setUint32(SEQUENCE_AT, record.sequence);
  view.setUint32(CRC_AT, crc32(bytes.subarray(0, CRC_AT)));
  return bytes;
}

/** Undefined where the bytes hold no record: never written, or torn. */
export function decodeInterval(bytes: Uint8Array): IntervalRecord | undefined {
  if (bytes.length < RECORD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, RECORD_BYTES);
  const end = view.getUint32(0);
  if (end === 0 || view.getUint32(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT))) return undefined;
  return {
    end,
    length: view.getUint16(4),
    status: view.getUint16(6),
    counts: profiledKinds.map((_, index) => Number(view.getBigUint64(COUNTS_AT + 8 * index))),
    sequence: view.getUint32(SEQUENCE_AT),
  };
}
