/**
 * What function 20 reads (read file record). A file has up to 10,000 registers (clause 6.14), so a ring is cut into as many
 * files as it needs; the record number of a request is the register within the file.
 *
 * - 100 to 113: the load profile, 312 intervals of 32 registers a file;
 * - 200 to 204: days and months, 92 of 108 registers a file;
 * - 300 to 302: events, 416 of 24 registers a file;
 * - 400 to 479: the event log, 125 entries of 80 registers a file;
 * - 500: the directory of captures, 20 of 4 registers; 1000 + 100 k on: the COMTRADE file of its entry k.
 *
 * The place of a record is its number modulo the ring's length, as on the disk; its own number and its CRC tell whether it
 * is the one that was looked for.
 */
import {
  channelIndex,
  crc32,
  ENTRY_BYTES,
  encodeInterval,
  encodeSnapshot,
  type IntervalRecord,
  LOG_CAPACITY,
  RECORD_BYTES,
  SNAPSHOT_BYTES,
  type SnapshotRecord,
} from "@csj/metrology";
import { EVENTS_MAX, eventKinds, type WindowEvent } from "../event-window.ts";
import { CAPTURES_MAX, type KeptCapture } from "../events/capture-files.ts";

export const FILE_WORDS = 10_000;
const ILLEGAL_ADDRESS = 2;
const EVENT_BYTES = 48;

export interface Filed {
  readonly first: number;
  /** Records that the ring holds. */
  readonly capacity: number;
  readonly words: number;
  /** The bytes of the record at a place of the ring; undefined for none, which reads as zeros. */
  readonly at: (place: number) => Uint8Array | undefined;
}

export const perFile = (words: number): number => Math.floor(FILE_WORDS / words);

export interface Rings {
  interval(place: number): IntervalRecord | undefined;
  snapshot(place: number): SnapshotRecord | undefined;
  event(place: number): WindowEvent | undefined;
  /** Bytes of an entry of the event log. */
  entry(place: number): Uint8Array | undefined;
  captures(): readonly KeptCapture[];
  readonly intervals: number;
  readonly snapshots: number;
}

export function filesOf(rings: Rings): readonly Filed[] {
  const encoded =
    <Record>(encode: (record: Record) => Uint8Array, at: (place: number) => Record | undefined) =>
    (place: number) => {
      const record = at(place);
      return record === undefined ? undefined : encode(record);
    };
  return [
    {
      first: 100,
      capacity: rings.intervals,
      words: RECORD_BYTES / 2,
      at: encoded(encodeInterval, (place) => rings.interval(place)),
    },
    {
      first: 200,
      capacity: rings.snapshots,
      words: SNAPSHOT_BYTES / 2,
      at: encoded(encodeSnapshot, (place) => rings.snapshot(place)),
    },
    {
      first: 300,
      capacity: EVENTS_MAX,
      words: EVENT_BYTES / 2,
      at: encoded(encodeEvent, (place) => rings.event(place)),
    },
    { first: 400, capacity: LOG_CAPACITY, words: ENTRY_BYTES / 2, at: (place) => rings.entry(place) },
    {
      first: 500,
      capacity: CAPTURES_MAX,
      words: DIRECTORY_BYTES / 2,
      at: (place) => directoryOf(rings.captures()[place]),
    },
    ...Array.from({ length: CAPTURES_MAX }, (_, place) => captureFile(place, rings)),
  ];
}

/** `count` registers of a file from `from` on, or a Modbus exception. */
export function readFile(files: readonly Filed[], file: number, from: number, count: number): Uint16Array | number {
  for (const filed of files) {
    const each = perFile(filed.words);
    const number = file - filed.first;
    const records = Math.min(each, filed.capacity - number * each);
    if (number < 0 || records <= 0) continue;
    if (from + count > records * filed.words) return ILLEGAL_ADDRESS;
    return wordsFrom(filed, number * each, from, count);
  }
  return ILLEGAL_ADDRESS;
}

function wordsFrom({ words, at }: Filed, firstPlace: number, from: number, count: number): Uint16Array {
  const made = new Uint16Array(count);
  let place = -1;
  let bytes: Uint8Array | undefined;
  for (let index = 0; index < count; index += 1) {
    const wanted = firstPlace + Math.floor((from + index) / words);
    if (wanted !== place) bytes = at(wanted);
    place = wanted;
    const byte = 2 * ((from + index) % words);
    if (bytes !== undefined) made[index] = ((bytes[byte] ?? 0) << 8) | (bytes[byte + 1] ?? 0);
  }
  return made;
}

const DIRECTORY_BYTES = 8;
const CAPTURES_FIRST = 1000;
const FILES_PER_CAPTURE = 100;

/** Number and length in bytes (uint32 each); zeros where there is none. */
function directoryOf(capture: KeptCapture | undefined): Uint8Array | undefined {
  if (capture === undefined) return undefined;
  const bytes = new Uint8Array(DIRECTORY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, capture.sequence);
  view.setUint32(4, capture.bytes.length);
  return bytes;
}

/** The bytes of the capture at a place of the directory, two in a register, over as many files as they take. */
function captureFile(place: number, rings: Rings): Filed {
  return {
    first: CAPTURES_FIRST + FILES_PER_CAPTURE * place,
    capacity: FILES_PER_CAPTURE * FILE_WORDS,
    words: 1,
    at: (word) => rings.captures()[place]?.bytes.subarray(2 * word, 2 * word + 2),
  };
}

/**
 * 48 bytes: number (uint32), kind and channels (uint16 each), start (ms since 1970, uint64; all ones where the clock was
 * not known), duration (s, float64), voltage (V, float64), 12 bytes of 0, CRC-32.
 */
export function encodeEvent(event: WindowEvent): Uint8Array {
  const bytes = new Uint8Array(EVENT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, event.sequence);
  view.setUint16(4, eventKinds[event.kind]);
  view.setUint16(
    6,
    event.channels.reduce((bits, id) => bits | (1 << channelIndex(id)), 0),
  );
  view.setBigUint64(8, Number.isNaN(event.start) ? 0xffff_ffff_ffff_ffffn : BigInt(Math.round(event.start)));
  view.setFloat64(16, event.seconds);
  view.setFloat64(24, event.extreme);
  view.setUint32(EVENT_BYTES - 4, crc32(bytes.subarray(0, EVENT_BYTES - 4)));
  return bytes;
}
