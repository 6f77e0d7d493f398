/** Request PDUs, both ways: Modbus Application Protocol V1.1b3, clauses 6.1 to 6.21. */
import { get16, getBits, getWords, put16, putBits, putWords } from "./bytes.ts";
import { errors } from "./errors.ts";
import {
  type FileRecord,
  PDU_MAX,
  READ_BITS_MAX,
  READ_WORDS_MAX,
  READ_WRITE_WORDS_MAX,
  type Request,
  WRITE_BITS_MAX,
  WRITE_WORDS_MAX,
} from "./pdu.ts";

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_VALUE = 3;
const MEI_IDENTIFICATION = 14;
const FILE_REFERENCE = 6;
const COIL_ON = 0xff00;

export function requestLength(request: Request): number {
  switch (request.function) {
    case 15:
      return 6 + ((request.bits.length + 7) >> 3);
    case 16:
      return 6 + 2 * request.words.length;
    case 20:
      return 2 + 7 * request.records.length;
    case 22:
      return 7;
    case 23:
      return 10 + 2 * request.words.length;
    case 43:
      return 4;
    default:
      return 5;
  }
}

/** Writes the PDU at `at`; the caller made room for `requestLength`. */
export function putRequest(request: Request, into: Uint8Array, at: number): void {
  into[at] = request.function;
  if (request.function === 43) {
    into[at + 1] = MEI_IDENTIFICATION;
    into[at + 2] = request.level;
    into[at + 3] = request.object;
    return;
  }
  if (request.function === 20) {
    putFileRecords(request.records, into, at);
    return;
  }
  put16(into, at + 1, request.address);
  switch (request.function) {
    case 5:
      put16(into, at + 3, request.bits[0] === true ? COIL_ON : 0);
      return;
    case 6:
      put16(into, at + 3, request.words[0] ?? 0);
      return;
    case 15:
      put16(into, at + 3, request.bits.length);
      into[at + 5] = (request.bits.length + 7) >> 3;
      putBits(request.bits, into, at + 6);
      return;
    case 16:
      put16(into, at + 3, request.words.length);
      into[at + 5] = 2 * request.words.length;
      putWords(request.words, into, at + 6);
      return;
    case 22:
      put16(into, at + 3, request.and);
      put16(into, at + 5, request.or);
      return;
    case 23:
      put16(into, at + 3, request.count);
      put16(into, at + 5, request.writeAddress);
      put16(into, at + 7, request.words.length);
      into[at + 9] = 2 * request.words.length;
      putWords(request.words, into, at + 10);
      return;
    default:
      put16(into, at + 3, request.count);
      return;
  }
}

function putFileRecords(records: readonly FileRecord[], into: Uint8Array, at: number): void {
  into[at + 1] = 7 * records.length;
  let offset = at + 2;
  for (const { file, record, count } of records) {
    into[offset] = FILE_REFERENCE;
    put16(into, offset + 1, file);
    put16(into, offset + 3, record);
    put16(into, offset + 5, count);
    offset += 7;
  }
}

/** Throws MODBUS_REQUEST for what no device could answer; `place` says which request. */
export function checkRequest(request: Request, place: string): void {
  const wrong = problemOf(request);
  if (wrong !== undefined) throw errors.MODBUS_REQUEST(`The request cannot be sent: ${wrong}.`, { path: place });
}

function problemOf(request: Request): string | undefined {
  switch (request.function) {
    case 1:
    case 2:
      return span(request.address, request.count, READ_BITS_MAX);
    case 3:
    case 4:
      return span(request.address, request.count, READ_WORDS_MAX);
    case 5:
      return span(request.address, request.bits.length, 1);
    case 6:
      return span(request.address, request.words.length, 1) ?? wordsProblem(request.words);
    case 15:
      return span(request.address, request.bits.length, WRITE_BITS_MAX);
    case 16:
      return span(request.address, request.words.length, WRITE_WORDS_MAX) ?? wordsProblem(request.words);
    case 20:
      return recordsProblem(request.records);
    case 22:
      return span(request.address, 1, 1) ?? wordsProblem([request.and, request.or]);
    case 23:
      return (
        span(request.address, request.count, READ_WORDS_MAX) ??
        span(request.writeAddress, request.words.length, READ_WRITE_WORDS_MAX) ??
        wordsProblem(request.words)
      );
    case 43:
      return request.object >= 0 && request.object <= 255 ? undefined : `object ${request.object} is not 0 to 255`;
    default:
      return `function ${(request as { function: number }).function} is not one that this driver speaks`;
  }
}

function span(address: number, count: number, max: number): string | undefined {
  if (!Number.isInteger(address) || address < 0 || address > 65_535) return `address ${address} is not 0 to 65535`;
  if (!Number.isInteger(count) || count < 1 || count > max) return `count ${count} is not 1 to ${max}`;
  return address + count > 65_536 ? `address ${address} and count ${count} pass the end at 65535` : undefined;
}

function wordsProblem(words: readonly number[]): string | undefined {
  const wrong = words.find((word) => !Number.isInteger(word) || word < 0 || word > 65_535);
  return wrong === undefined ? undefined : `word ${wrong} is not 0 to 65535`;
}

function recordsProblem(records: readonly FileRecord[]): string | undefined {
  if (records.length < 1 || records.length > 35) return `${records.length} file records are not 1 to 35`;
  let answer = 2;
  for (const { file, record, count } of records) {
    if (file < 1 || file > 65_535) return `file ${file} is not 1 to 65535`;
    if (record < 0 || record > 9_999) return `record ${record} is not 0 to 9999`;
    if (!Number.isInteger(count) || count < 1) return `count ${count} is not 1 or more`;
    answer += 2 + 2 * count;
  }
  return answer > PDU_MAX ? `the answer would take ${answer} of ${PDU_MAX} bytes` : undefined;
}

/** The request in [start, end), or the exception code that a server owes for it. */
export function readRequest(bytes: Uint8Array, start: number, end: number): Request | 1 | 3 {
  const code = bytes[start];
  const length = end - start;
  if (code === 20) return readFileRequest(bytes, start, length);
  if (code === 43) return readIdentificationRequest(bytes, start, length);
  if (length < 5) return isSpoken(code) ? ILLEGAL_VALUE : ILLEGAL_FUNCTION;
  const address = get16(bytes, start + 1);
  const second = get16(bytes, start + 3);
  switch (code) {
    case 1:
    case 2:
      return length === 5 && fits(second, READ_BITS_MAX) ? { function: code, address, count: second } : ILLEGAL_VALUE;
    case 3:
    case 4:
      return length === 5 && fits(second, READ_WORDS_MAX) ? { function: code, address, count: second } : ILLEGAL_VALUE;
    case 5:
      if (length !== 5 || (second !== COIL_ON && second !== 0)) return ILLEGAL_VALUE;
      return { function: 5, address, bits: [second === COIL_ON] };
    case 6:
      return length === 5 ? { function: 6, address, words: [second] } : ILLEGAL_VALUE;
    case 15:
    case 16:
      return readMultiple(bytes, start, length, code, address, second);
    case 22:
      return length === 7 ? { function: 22, address, and: second, or: get16(bytes, start + 5) } : ILLEGAL_VALUE;
    case 23:
      return readReadWrite(bytes, start, length, address, second);
    default:
      return ILLEGAL_FUNCTION;
  }
}

function isSpoken(code: number | undefined): boolean {
  return code !== undefined && ((code >= 1 && code <= 6) || code === 15 || code === 16 || code === 22 || code === 23);
}

function readMultiple(
  bytes: Uint8Array,
  start: number,
  length: number,
  code: 15 | 16,
  address: number,
  count: number,
): Request | 3 {
  const byteCount = code === 15 ? (count + 7) >> 3 : 2 * count;
  if (!fits(count, code === 15 ? WRITE_BITS_MAX : WRITE_WORDS_MAX)) return ILLEGAL_VALUE;
  if (length !== 6 + byteCount || bytes[start + 5] !== byteCount) return ILLEGAL_VALUE;
  return code === 15
    ? { function: 15, address, bits: getBits(bytes, start + 6, count) }
    : { function: 16, address, words: [...getWords(bytes, start + 6, count)] };
}

function readReadWrite(bytes: Uint8Array, start: number, length: number, address: number, count: number): Request | 3 {
  if (length < 10 || !fits(count, READ_WORDS_MAX)) return ILLEGAL_VALUE;
  const writeAddress = get16(bytes, start + 5);
  const writeCount = get16(bytes, start + 7);
  if (!fits(writeCount, READ_WRITE_WORDS_MAX)) return ILLEGAL_VALUE;
  if (length !== 10 + 2 * writeCount || bytes[start + 9] !== 2 * writeCount) return ILLEGAL_VALUE;
  return { function: 23, address, count, writeAddress, words: [...getWords(bytes, start + 10, writeCount)] };
}

function readFileRequest(bytes: Uint8Array, start: number, length: number): Request | 3 {
  const byteCount = bytes[start + 1] ?? 0;
  if (length !== 2 + byteCount || byteCount === 0 || byteCount % 7 !== 0) return ILLEGAL_VALUE;
  const records: FileRecord[] = [];
  for (let at = start + 2; at < start + length; at += 7) {
    if (bytes[at] !== FILE_REFERENCE) return ILLEGAL_VALUE;
    records.push({ file: get16(bytes, at + 1), record: get16(bytes, at + 3), count: get16(bytes, at + 5) });
  }
  return recordsProblem(records) === undefined ? { function: 20, records } : ILLEGAL_VALUE;
}

function readIdentificationRequest(bytes: Uint8Array, start: number, length: number): Request | 1 | 3 {
  if (bytes[start + 1] !== MEI_IDENTIFICATION) return ILLEGAL_FUNCTION;
  const level = bytes[start + 2] ?? 0;
  if (length !== 4 || level < 1 || level > 4) return ILLEGAL_VALUE;
  return { function: 43, level: level as 1 | 2 | 3 | 4, object: bytes[start + 3] ?? 0 };
}

function fits(count: number, max: number): boolean {
  return count >= 1 && count <= max;
}
