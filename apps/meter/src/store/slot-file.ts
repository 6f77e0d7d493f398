/**
 * A small state that is written every second and must be whole after power was lost at any instant: a file of a few slots
 * of fixed length, made in full length once and written in turn. A write touches one slot only, so the one before it
 * stays whole whatever happens; a slot counts when its CRC agrees, and the one with the highest sequence number is the
 * state. The file never grows and is never renamed, so a write costs one slot and no change of the folder.
 *
 * A slot: sequence (uint32), length (uint32), payload, and CRC-32 (uint32) over all three, behind the payload.
 */
import { closeSync, fdatasyncSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "@csj/metrology";
import { meterErrors } from "../errors.ts";

/** Four: two would do; more spread the wear of media that do not do it themselves. */
const SLOTS = 4;
/** Whole pages of a flash card. */
export const SLOT_BYTES = 16_384;
const HEAD = 8;
const TAIL = 4;

export class SlotFile {
  readonly path: string;
  readonly #file: number;
  #sequence: number;

  private constructor(path: string, file: number, sequence: number) {
    this.path = path;
    this.#file = file;
    this.#sequence = sequence;
  }

  /**
   * @returns the file, and the newest whole payload; undefined where the file is new
   * @throws METER_REGISTERS_DAMAGED where the file was written before and no slot of it is whole
   */
  static open(path: string): { file: SlotFile; payload: Uint8Array | undefined } {
    const isNew = !exists(path);
    if (isNew) makeEmpty(path);
    const newest = newestSlot(readFileSync(path));
    if (newest === undefined && !isNew && !isBlank(path)) {
      throw meterErrors.METER_REGISTERS_DAMAGED(`None of the ${SLOTS} slots is whole.`, { file: path });
    }
    const opened = new SlotFile(path, openSync(path, "r+"), newest?.sequence ?? 0);
    return { file: opened, payload: newest?.payload };
  }

  /** On the medium when it returns. */
  write(payload: Uint8Array): void {
    const sequence = this.#sequence + 1;
    const bytes = encodeSlot(sequence, payload);
    writeSync(this.#file, bytes, 0, bytes.length, (sequence % SLOTS) * SLOT_BYTES);
    fdatasyncSync(this.#file);
    this.#sequence = sequence;
  }

  close(): void {
    closeSync(this.#file);
  }
}

function encodeSlot(sequence: number, payload: Uint8Array): Uint8Array {
  if (payload.length > SLOT_BYTES - HEAD - TAIL) {
    throw meterErrors.METER_STATE_TOO_LARGE(`${payload.length} bytes do not fit in a slot of ${SLOT_BYTES}.`);
  }
  const bytes = new Uint8Array(HEAD + payload.length + TAIL);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, sequence);
  view.setUint32(4, payload.length);
  bytes.set(payload, HEAD);
  view.setUint32(HEAD + payload.length, crc32(bytes.subarray(0, HEAD + payload.length)));
  return bytes;
}

interface Slot {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

function newestSlot(bytes: Uint8Array): Slot | undefined {
  let newest: Slot | undefined;
  for (let at = 0; at + HEAD + TAIL <= bytes.length; at += SLOT_BYTES) {
    const slot = decodeSlot(bytes.subarray(at, at + SLOT_BYTES));
    if (slot !== undefined && (newest === undefined || slot.sequence > newest.sequence)) newest = slot;
  }
  return newest;
}

function decodeSlot(bytes: Uint8Array): Slot | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sequence = view.getUint32(0);
  const length = view.getUint32(4);
  if (sequence === 0 || HEAD + length + TAIL > bytes.length) return undefined;
  if (view.getUint32(HEAD + length) !== crc32(bytes.subarray(0, HEAD + length))) return undefined;
  return { sequence, payload: bytes.slice(HEAD, HEAD + length) };
}

/** All zeros: power was lost after the file was made and before anything was written; nothing was promised yet. */
function isBlank(path: string): boolean {
  return readFileSync(path).every((byte) => byte === 0);
}

function makeEmpty(path: string): void {
  const file = openSync(path, "wx");
  writeSync(file, new Uint8Array(SLOTS * SLOT_BYTES));
  fsyncSync(file);
  closeSync(file);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
