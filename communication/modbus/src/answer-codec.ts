/** Answer PDUs, both ways: Modbus Application Protocol V1.1b3, clauses 6.1 to 6.21 and 7. */

import { copyOf, getBits, getWords, put16, putBits, putWords } from "./bytes.ts";
import { type AnswerBody, type FileRecord, type Identification, PDU_MAX, type Request } from "./pdu.ts";
import { putRequest, requestLength } from "./request-codec.ts";
import type { Slab } from "./slab.ts";

const EXCEPTION_BIT = 0x80;
const MEI_IDENTIFICATION = 14;
const FILE_REFERENCE = 6;
const MORE_FOLLOWS = 0xff;

/**
 * How long the answer PDU is that begins at `at`, from its own bytes: 0 while too few of them are there, -1 where no
 * answer begins like this.
 */
export function answerLength(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0;
  const code = bytes[at]!;
  if (code > EXCEPTION_BIT) return 2;
  if (code === 5 || code === 6 || code === 15 || code === 16) return 5;
  if (code === 22) return 7;
  if (code === 43) return identificationLength(bytes, at, end);
  if ((code >= 1 && code <= 4) || code === 20 || code === 23) return at + 1 < end ? 2 + bytes[at + 1]! : 0;
  return -1;
}

function identificationLength(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 < end && bytes[at + 1] !== MEI_IDENTIFICATION) return -1;
  if (at + 7 > end) return 0;
  let length = 7;
  for (let left = bytes[at + 6]!; left > 0; left -= 1) {
    if (at + length + 2 > end) return 0;
    length += 2 + bytes[at + length + 1]!;
    if (length > PDU_MAX) return -1;
  }
  return length;
}

/** The length of the good answer to this request; 0 where only the answer itself tells. */
export function expectedLength(request: Request): number {
  switch (request.function) {
    case 1:
    case 2:
      return 2 + ((request.count + 7) >> 3);
    case 3:
    case 4:
    case 23:
      return 2 + 2 * request.count;
    case 20:
      return request.records.reduce((sum, { count }) => sum + 2 + 2 * count, 2);
    case 22:
      return 7;
    case 43:
      return 0;
    default:
      return 5;
  }
}

/** The body in [start, end), whose function is the request's; or, as a string, what is wrong with it. */
export function readAnswer(
  request: Request,
  bytes: Uint8Array,
  start: number,
  end: number,
  slab: Slab,
): AnswerBody | string {
  const length = end - start;
  const expected = expectedLength(request);
  if (expected !== 0 && length !== expected) return `it has ${length} bytes instead of ${expected}`;
  switch (request.function) {
    case 1:
    case 2:
      return bytes[start + 1] === length - 2 ? getBits(bytes, start + 2, request.count) : byteCountIsOff(bytes, start);
    case 3:
    case 4:
    case 23:
      if (bytes[start + 1] !== length - 2) return byteCountIsOff(bytes, start);
      return getWords(bytes, start + 2, request.count, slab.words(request.count));
    case 20:
      return readFileAnswer(request.records, bytes, start);
    case 43:
      return readIdentificationAnswer(bytes, start, end);
    default:
      return readEcho(request, bytes, start, length);
  }
}

function byteCountIsOff(bytes: Uint8Array, start: number): string {
  return `its byte count of ${bytes[start + 1]} does not fit the request`;
}

function readEcho(request: Request, bytes: Uint8Array, start: number, length: number): undefined | string {
  const sent = new Uint8Array(requestLength(request));
  putRequest(request, sent, 0);
  for (let index = 1; index < length; index += 1) {
    if (bytes[start + index] !== sent[index]) return "it does not repeat what was written";
  }
  return undefined;
}

function readFileAnswer(records: readonly FileRecord[], bytes: Uint8Array, start: number): Uint16Array[] | string {
  const found: Uint16Array[] = [];
  let at = start + 2;
  for (const { count } of records) {
    if (bytes[at] !== 1 + 2 * count || bytes[at + 1] !== FILE_REFERENCE)
      return "its file records do not fit the request";
    found.push(getWords(bytes, at + 2, count));
    at += 2 + 2 * count;
  }
  return found;
}

function readIdentificationAnswer(bytes: Uint8Array, start: number, end: number): Identification | string {
  if (answerLength(bytes, start, end) !== end - start) return "its objects do not fill it";
  const objects: { id: number; value: Uint8Array }[] = [];
  for (let at = start + 7; at < end; at += 2 + bytes[at + 1]!) {
    objects.push({ id: bytes[at]!, value: copyOf(bytes, at + 2, at + 2 + bytes[at + 1]!) });
  }
  const more = bytes[start + 4] === MORE_FOLLOWS;
  return { conformity: bytes[start + 3]!, next: more ? bytes[start + 5]! : undefined, objects };
}

/** The length of the answer PDU that a server gives to this request with this body. */
export function answerRoom(request: Request, body: AnswerBody): number {
  if (request.function !== 43) return expectedLength(request);
  return (body as Identification).objects.reduce((sum, { value }) => sum + 2 + value.length, 7);
}

/** Writes the server's answer at `at`; the caller made room for `answerRoom`. */
export function putAnswer(request: Request, body: AnswerBody, into: Uint8Array, at: number): void {
  into[at] = request.function;
  switch (request.function) {
    case 1:
    case 2:
      into[at + 1] = (request.count + 7) >> 3;
      putBits(body as readonly boolean[], into, at + 2);
      return;
    case 3:
    case 4:
    case 23:
      into[at + 1] = 2 * request.count;
      putWords(body as Uint16Array, into, at + 2);
      return;
    case 20:
      putFileAnswer(body as readonly Uint16Array[], into, at);
      return;
    case 43:
      putIdentification(request.level, body as Identification, into, at);
      return;
    case 15:
    case 16:
      put16(into, at + 1, request.address);
      put16(into, at + 3, "bits" in request ? request.bits.length : request.words.length);
      return;
    default:
      putRequest(request, into, at);
      return;
  }
}

function putFileAnswer(records: readonly Uint16Array[], into: Uint8Array, at: number): void {
  let offset = at + 2;
  for (const words of records) {
    into[offset] = 1 + 2 * words.length;
    into[offset + 1] = FILE_REFERENCE;
    putWords(words, into, offset + 2);
    offset += 2 + 2 * words.length;
  }
  into[at + 1] = offset - at - 2;
}

function putIdentification(level: number, body: Identification, into: Uint8Array, at: number): void {
  into[at + 1] = MEI_IDENTIFICATION;
  into[at + 2] = level;
  into[at + 3] = body.conformity;
  into[at + 4] = body.next === undefined ? 0 : MORE_FOLLOWS;
  into[at + 5] = body.next ?? 0;
  into[at + 6] = body.objects.length;
  let offset = at + 7;
  for (const { id, value } of body.objects) {
    into[offset] = id;
    into[offset + 1] = value.length;
    into.set(value, offset + 2);
    offset += 2 + value.length;
  }
}
