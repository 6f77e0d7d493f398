/**
 * The registers at the end of a day or month, with the rates and the maximum demand, as they lie on disk and are read over
 * Modbus: 216 bytes, big-endian. End (s since 1970, uint32), kind (1 day, 2 month; uint16), status (uint16), six total
 * counts (uint64, as in the load profile), import of rates 0 to 8 and export of rates 0 to 8 (uint64), maximum demand
 * (W, float32) and the end of its period (s, uint32; 0 where there is none), sequence (uint32), CRC-32 (uint32).
 */
import { RATE_KINDS, RATE_PLACES } from "../register/rate-registers.ts";
import { crc32 } from "./crc32.ts";
import { profiledKinds } from "./interval-record.ts";

export const snapshotKinds = { day: 1, month: 2 } as const;
export type SnapshotKind = keyof typeof snapshotKinds;

export interface SnapshotRecord {
  readonly end: number;
  readonly kind: SnapshotKind;
  readonly status: number;
  /** By `profiledKinds`. */
  readonly counts: readonly number[];
  /** By `RateRegisters.registers`. */
  readonly rates: readonly number[];
  /** W since the last reset. */
  readonly demand: number;
  /** UTC s; 0 where nothing was measured. */
  readonly demandAt: number;
  readonly sequence: number;
}

const COUNTS_AT = 8;
const RATES = RATE_KINDS.length * RATE_PLACES;
const RATES_AT = COUNTS_AT + 8 * profiledKinds.length;
const DEMAND_AT = RATES_AT + 8 * RATES;
const CRC_AT = DEMAND_AT + 12;

export const SNAPSHOT_BYTES = CRC_AT + 4;

export function encodeSnapshot(record: SnapshotRecord): Uint8Array {
  const bytes = new Uint8Array(SNAPSHOT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, record.end);
  view.setUint16(4, snapshotKinds[record.kind]);
  view.setUint16(6, record.status);
  for (let index = 0; index < profiledKinds.length; index += 1) {
    view.setBigUint64(COUNTS_AT + 8 * index, BigInt(record.counts[index] ?? 0));
  }
  for (let index = 0; index < RATES; index += 1) {
    view.setBigUint64(RATES_AT + 8 * index, BigInt(record.rates[index] ?? 0));
  }
  view.setFloat32(DEMAND_AT, record.demand);
  view.setUint32(DEMAND_AT + 4, record.demandAt);
  view.setUint32(DEMAND_AT + 8, record.sequence);
  view.setUint32(CRC_AT, crc32(bytes.subarray(0, CRC_AT)));
  return bytes;
}

/** Undefined where the bytes hold no record. */
export function decodeSnapshot(bytes: Uint8Array): SnapshotRecord | undefined {
  if (bytes.length < SNAPSHOT_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SNAPSHOT_BYTES);
  const kind = kindOf(view.getUint16(4));
  if (kind === undefined || view.getUint32(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT))) return undefined;
  return {
    end: view.getUint32(0),
    kind,
    status: view.getUint16(6),
    counts: profiledKinds.map((_, index) => Number(view.getBigUint64(COUNTS_AT + 8 * index))),
    rates: Array.from({ length: RATES }, (_, index) => Number(view.getBigUint64(RATES_AT + 8 * index))),
    demand: view.getFloat32(DEMAND_AT),
    demandAt: view.getUint32(DEMAND_AT + 4),
    sequence: view.getUint32(DEMAND_AT + 8),
  };
}

function kindOf(code: number): SnapshotKind | undefined {
  return (Object.keys(snapshotKinds) as SnapshotKind[]).find((kind) => snapshotKinds[kind] === code);
}
