/**
 * RTU frames: unit, PDU, CRC (Modbus over Serial Line V1.02, clause 2.5.1). A frame is found by its length and its CRC,
 * never by the silence around it: USB adapters and serial servers merge and split what the line kept apart.
 */
import { answerLength } from "./answer-codec.ts";
import { crcHolds, putCrc } from "./crc.ts";
import type { Request } from "./pdu.ts";
import { putRequest, requestLength } from "./request-codec.ts";

/** Unit, 253 bytes of PDU and the CRC. */
export const RTU_FRAME_MAX = 256;

export function rtuRequest(unit: number, request: Request): Uint8Array {
  const length = requestLength(request);
  const frame = new Uint8Array(length + 3);
  frame[0] = unit;
  putRequest(request, frame, 1);
  putCrc(frame, 0, length + 1);
  return frame;
}

/** Puts a PDU that was written at 1 into its frame. */
export function sealRtu(frame: Uint8Array, unit: number): void {
  frame[0] = unit;
  putCrc(frame, 0, frame.length - 2);
}

/** Length of the request frame that begins at `at`: 0 while it cannot be told, -1 where none begins like this. */
export function rtuRequestLength(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return 0;
  const code = bytes[at + 1]!;
  if (code >= 1 && code <= 6) return 8;
  if (code === 15 || code === 16) return at + 7 <= end ? 9 + bytes[at + 6]! : 0;
  if (code === 20) return at + 3 <= end ? 5 + bytes[at + 2]! : 0;
  if (code === 22) return 10;
  if (code === 23) return at + 11 <= end ? 13 + bytes[at + 10]! : 0;
  return code === 43 ? 7 : -1;
}

/** Length of the answer frame that begins at `at`: 0 while it cannot be told, -1 where none begins like this. */
export function rtuAnswerLength(bytes: Uint8Array, at: number, end: number): number {
  const pdu = answerLength(bytes, at + 1, end);
  return pdu > 0 ? pdu + 3 : pdu;
}

export type LengthRule = (bytes: Uint8Array, at: number, end: number) => number;

/**
 * Collects what comes and looks for frames in it, at every offset, since noise may come before a frame. An offset is
 * judged when its frame's last byte arrives and never again, so noise costs time that grows with its length alone.
 */
export class FrameWindow {
  readonly bytes = new Uint8Array(4 * RTU_FRAME_MAX);
  length = 0;
  /** Up to here every frame's end has been judged. */
  judged = 0;

  clear(): void {
    this.length = 0;
    this.judged = 0;
  }

  /** Takes as much as fits; what is older than any frame can be long gives way. Gives how many bytes gave way. */
  push(chunk: Uint8Array): number {
    const fits = chunk.length <= this.bytes.length ? chunk : chunk.subarray(chunk.length - this.bytes.length);
    const over = this.length + fits.length - this.bytes.length;
    const gone = over > 0 ? Math.min(this.length, Math.max(over, this.length - RTU_FRAME_MAX)) : 0;
    if (gone > 0) this.drop(gone);
    this.bytes.set(fits, this.length);
    this.length += fits.length;
    return gone + chunk.length - fits.length;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    if (count >= this.length) {
      this.clear();
      return;
    }
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
    this.judged = Math.max(0, this.judged - count);
  }

  /** True if [at, end) carries its own check sum. */
  holds(at: number, end: number): boolean {
    return crcHolds(this.bytes, at, end);
  }

  /** The first frame that is whole, newly so, and good. */
  find(
    rules: readonly LengthRule[],
    onBad?: (at: number, end: number) => void,
  ): { at: number; end: number } | undefined {
    const { bytes, length, judged } = this;
    for (let at = 0; at < length; at += 1) {
      for (const rule of rules) {
        const size = rule(bytes, at, length);
        const end = at + size;
        if (size <= 0 || end > length || end <= judged || size > RTU_FRAME_MAX) continue;
        if (crcHolds(bytes, at, end)) return { at, end };
        onBad?.(at, end);
      }
    }
    this.judged = length;
    return undefined;
  }
}
