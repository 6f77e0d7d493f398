/** MBAP frames: transaction, protocol 0, length, unit, PDU (Modbus Messaging on TCP/IP V1.0b, clause 3.1.3). */
import { copyOf, get16, put16 } from "./bytes.ts";
import { PDU_MAX, type Request } from "./pdu.ts";
import { putRequest, requestLength } from "./request-codec.ts";

export const MBAP_HEADER = 7;
const LENGTH_MIN = 2;
const LENGTH_MAX = PDU_MAX + 1;

export function tcpRequest(transaction: number, unit: number, request: Request): Uint8Array {
  const length = requestLength(request);
  const frame = new Uint8Array(MBAP_HEADER + length);
  sealTcp(frame, transaction, unit);
  putRequest(request, frame, MBAP_HEADER);
  return frame;
}

/** Writes the header before a PDU that begins at 7 and fills the frame. */
export function sealTcp(frame: Uint8Array, transaction: number, unit: number): void {
  put16(frame, 0, transaction);
  frame[2] = 0;
  frame[3] = 0;
  put16(frame, 4, frame.length - 6);
  frame[6] = unit;
}

export type FrameListener = (transaction: number, unit: number, bytes: Uint8Array, start: number, end: number) => void;

/** Cuts a TCP stream into frames. A stream that is not Modbus has no place at which to begin again, so it stays broken. */
export class MbapStream {
  #rest = new Uint8Array(0);
  #broken = false;

  get broken(): boolean {
    return this.#broken;
  }

  reset(): void {
    this.#rest = new Uint8Array(0);
    this.#broken = false;
  }

  receive(chunk: Uint8Array, listener: FrameListener): void {
    if (this.#broken) return;
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    let at = 0;
    while (at + 6 <= bytes.length) {
      const length = get16(bytes, at + 4);
      if (get16(bytes, at + 2) !== 0 || length < LENGTH_MIN || length > LENGTH_MAX) {
        this.#broken = true;
        return;
      }
      const end = at + 6 + length;
      if (end > bytes.length) break;
      listener(get16(bytes, at), bytes[at + 6]!, bytes, at + MBAP_HEADER, end);
      at = end;
    }
    this.#rest = at === bytes.length ? this.#rest.subarray(0, 0) : copyOf(bytes, at, bytes.length);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first, 0);
  both.set(second, first.length);
  return both;
}
