/**
 * An entry as 160 bytes, little-endian, for a ring of fixed places: on disk and over the wire.
 *
 * | at | what |
 * | --- | --- |
 * | 0 | 1: the form of what follows |
 * | 1 | kind, place in `entryKinds` |
 * | 2 | phase in bits 0-1, edge in 2-3, whether there are bounds (4) and a shift (5) |
 * | 3 | confidence, percent |
 * | 4 | sequence, uint32 |
 * | 8, 16, 24 | at, from, to: float64, UTC ms, NaN for null |
 * | 32 | shift, float64, ms |
 * | 40 | number of counts, then three bytes of 0 |
 * | 48 | 8 counts, float64 |
 * | 112 | hash of the entry before, 32 bytes |
 * | 156 | CRC-32 of what is before |
 */
import { fromHex, toHex } from "@csj/evidence";
import { crc32 } from "../profile/crc32.ts";
import type { TamperPhase } from "../tamper/kind.ts";
import { COUNTS_MAX, type Entry, edges, entryKinds } from "./entry.ts";

export const ENTRY_BYTES = 160;
const FORM = 1;
const COUNTS_AT = 48;
const HASH_AT = 112;
const HASH_BYTES = 32;
const CRC_AT = ENTRY_BYTES - 4;
const HAS_BOUNDS = 16;
const HAS_SHIFT = 32;

export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  const { between, shift, counts } = entry;
  bytes[0] = FORM;
  bytes[1] = entryKinds.indexOf(entry.kind);
  bytes[2] =
    entry.phase |
    (edges.indexOf(entry.edge) << 2) |
    (between === undefined ? 0 : HAS_BOUNDS) |
    (shift === undefined ? 0 : HAS_SHIFT);
  bytes[3] = entry.confidence;
  view.setUint32(4, entry.sequence, true);
  view.setFloat64(8, entry.at ?? Number.NaN, true);
  view.setFloat64(16, between?.[0] ?? Number.NaN, true);
  view.setFloat64(24, between?.[1] ?? Number.NaN, true);
  view.setFloat64(32, shift ?? Number.NaN, true);
  bytes[40] = counts.length;
  for (const [at, count] of counts.entries()) view.setFloat64(COUNTS_AT + 8 * at, count, true);
  bytes.set(fromHex(entry.previous) ?? [], HASH_AT);
  view.setUint32(CRC_AT, crc32(bytes.subarray(0, CRC_AT)), true);
  return bytes;
}

/** Undefined where the bytes hold no whole entry. */
export function decodeEntry(bytes: Uint8Array): Entry | undefined {
  if (bytes.length !== ENTRY_BYTES || bytes[0] !== FORM) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, ENTRY_BYTES);
  if (view.getUint32(CRC_AT, true) !== crc32(bytes.subarray(0, CRC_AT))) return undefined;
  const flags = bytes[2]!;
  const kind = entryKinds[bytes[1]!];
  const edge = edges[(flags >> 2) & 3];
  const length = bytes[40]!;
  if (kind === undefined || edge === undefined || length > COUNTS_MAX) return undefined;
  return {
    kind,
    phase: (flags & 3) as TamperPhase,
    edge,
    at: instant(view, 8),
    ...((flags & HAS_BOUNDS) === 0 ? {} : { between: [instant(view, 16), instant(view, 24)] as const }),
    confidence: bytes[3]!,
    ...((flags & HAS_SHIFT) === 0 ? {} : { shift: view.getFloat64(32, true) }),
    counts: Array.from({ length }, (_, at) => view.getFloat64(COUNTS_AT + 8 * at, true)),
    sequence: view.getUint32(4, true),
    previous: toHex(bytes.subarray(HASH_AT, HASH_AT + HASH_BYTES)),
  };
}

function instant(view: DataView, at: number): number | null {
  const value = view.getFloat64(at, true);
  return Number.isNaN(value) ? null : value;
}
