/**
 * Rows in PostgreSQL's binary COPY form ("COPY", section Binary Format, of its manual). It is the fastest way in: 8.8 M
 * readings/s into PGlite against 3.5 M/s by an INSERT from arrays of text.
 */

const SIGNATURE = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00];
/** Signature, flags (none), length of the header's extension (none). */
const HEADER_BYTES = SIGNATURE.length + 8;
const TRAILER_BYTES = 2;
const FIRST_BYTES = 1 << 16;
/** PostgreSQL counts days and microseconds from 2000-01-01. */
const EPOCH_DAYS = 10_957;
const EPOCH_MS = EPOCH_DAYS * 86_400_000;
const INT2 = { oid: 21, bytes: 2 };
const INT4 = { oid: 23, bytes: 4 };
/** Dimensions, null flag, element oid, length, lower bound: what stands before the elements of a list. */
const LIST_BYTES = 20;

export class CopyRows {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #buffer = Buffer.from(this.#bytes.buffer);
  #at = HEADER_BYTES;

  constructor() {
    this.#bytes.set(SIGNATURE);
  }

  /** Begins a row; each of its fields must follow, in the order of the columns. */
  row(fields: number): void {
    this.#room(2);
    this.#put2(fields);
  }

  null(): void {
    this.#room(4);
    this.#put4(-1);
  }

  int2(value: number): void {
    this.#field(2);
    this.#put2(value);
  }

  int4(value: number): void {
    this.#field(4);
    this.#put4(value);
  }

  int8(value: number): void {
    this.#field(8);
    this.#put8(value);
  }

  /** @param day whole days since 1970 */
  date(day: number): void {
    this.int4(day - EPOCH_DAYS);
  }

  instant(ms: number): void {
    this.int8((ms - EPOCH_MS) * 1000);
  }

  bytes(value: Uint8Array): void {
    this.#field(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** Pairs of hex digits as bytes. */
  hex(text: string): void {
    const length = text.length / 2;
    this.#field(length);
    this.#buffer.write(text, this.#at, length, "hex");
    this.#at += length;
  }

  int4List(values: ArrayLike<number>): void {
    this.#list(values.length, INT4);
    for (let index = 0; index < values.length; index += 1) {
      this.#put4(4);
      this.#put4(values[index] as number);
    }
  }

  int2List(values: ArrayLike<number>): void {
    this.#list(values.length, INT2);
    for (let index = 0; index < values.length; index += 1) {
      this.#put4(2);
      this.#put2(values[index] as number);
    }
  }

  /** Ends the rows and gives their bytes; nothing may follow. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#room(TRAILER_BYTES);
    this.#put2(-1);
    return this.#bytes.subarray(0, this.#at);
  }

  #list(length: number, element: { readonly oid: number; readonly bytes: number }): void {
    // An empty list has no dimensions, and then neither a length nor a lower bound.
    this.#field(length === 0 ? 12 : LIST_BYTES + length * (4 + element.bytes));
    this.#put4(length === 0 ? 0 : 1);
    this.#put4(0);
    this.#put4(element.oid);
    if (length === 0) return;
    this.#put4(length);
    this.#put4(1);
  }

  #field(length: number): void {
    this.#room(4 + length);
    this.#put4(length);
  }

  #put2(value: number): void {
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  #put4(value: number): void {
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  #put8(value: number): void {
    this.#view.setInt32(this.#at, Math.floor(value / 4_294_967_296));
    this.#view.setUint32(this.#at + 4, value >>> 0);
    this.#at += 8;
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
    this.#buffer = Buffer.from(grown.buffer);
  }
}
