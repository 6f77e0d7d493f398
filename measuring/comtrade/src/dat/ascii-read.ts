/**
 * Reads ASCII data straight from the bytes: a recording of 20,000 samples of 167 channels is 10 MB of text, and cutting
 * it into strings takes most of a second. Integers are read digit by digit; what is not one goes through the text.
 */
import { numberOf } from "../cfg/lines.ts";
import { comtradeErrors } from "../errors.ts";
import { FIELD_CHARACTERS_MAX, SURPLUS_RECORDS_MAX } from "../limits.ts";
import { type Counts, type Description, MISSING, type Samples } from "../recording.ts";
import { latin1 } from "../text.ts";
import { ASCII_MISSING, checkSize, makeRoom, type Room, widerRoom } from "./samples.ts";

const LF = 10;
const CR = 13;
const COMMA = 44;
const SUB = 0x1a;
/** So many digits are exact in a double. */
const DIGITS_EXACT = 15;
const SHOWN_CHARACTERS = 40;

export interface AsciiData {
  readonly samples: Samples;
  /** Record s with the empty lines before it is bytes `bounds[s]` to `bounds[s + 1]`. */
  readonly bounds: Uint32Array;
}

export function readAscii(dat: Uint8Array, description: Description): AsciiData {
  checkSize(dat, description);
  return new AsciiReader(dat, description).read();
}

class AsciiReader {
  readonly #dat: Uint8Array;
  readonly #description: Description;
  readonly #fields: number;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(dat: Uint8Array, description: Description) {
    this.#dat = dat;
    this.#description = description;
    this.#fields = 2 + description.analog.length + description.digital.length;
  }

  read(): AsciiData {
    const { sampleCount } = this.#description;
    this.#checkLength(sampleCount);
    let room = makeRoom(this.#description, sampleCount);
    const bounds = new Uint32Array(sampleCount + SURPLUS_RECORDS_MAX + 1);
    let count = 0;
    for (; this.#hasMore(); count++) {
      if (count >= sampleCount + SURPLUS_RECORDS_MAX) throw this.#length(`There is more after ${count} records.`);
      if (count >= room.count) room = widerRoom(room, this.#description, count + 1);
      this.#record(room, count);
      bounds[count + 1] = this.#at;
    }
    if (count < sampleCount) throw this.#length(`The data ends after ${count} of ${sampleCount} records.`);
    return { samples: room, bounds };
  }

  /** The shortest record is a digit, its commas and a line feed. */
  #checkLength(count: number): void {
    if (count * (this.#fields + 1) > this.#dat.length + 1) {
      throw this.#length(`${count} records cannot be in ${this.#dat.length} bytes.`);
    }
  }

  #length(what: string) {
    return comtradeErrors.COMTRADE_DATA_LENGTH(what, { file: "dat", line: this.#line });
  }

  /** Some recorders put an empty line after each record; a 0x1A ends the file on some machines. */
  #hasMore(): boolean {
    for (; this.#at < this.#dat.length; this.#at++) {
      const byte = this.#dat[this.#at] ?? 0;
      if (byte === LF) this.#nextLine();
      else if (!isSpace(byte) && byte !== CR && byte !== SUB) return true;
    }
    return false;
  }

  #nextLine(): void {
    this.#line++;
    this.#lineStart = this.#at + 1;
  }

  #record(room: Room, record: number): void {
    room.numbers[record] = this.#sampleNumber();
    room.stamps[record] = this.#value(1);
    const analogs = room.analog.length;
    for (let channel = 0; channel < analogs; channel++) {
      const value = this.#value(2 + channel);
      if (!put(room.analog[channel], record, value)) room.analog[channel] = widened(room, channel, record, value);
    }
    for (const [channel, states] of room.digital.entries()) states[record] = this.#state(2 + analogs + channel);
    if (this.#dat[this.#at] === LF) {
      this.#nextLine();
      this.#at++;
    }
  }

  #sampleNumber(): number {
    const start = this.#at;
    const value = this.#value(0);
    if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value;
    throw this.#wrong(start, "a sample number");
  }

  #state(field: number): number {
    const start = this.#at;
    const value = this.#value(field);
    if (value === 0 || value === 1) return value;
    throw this.#wrong(start, "a state, 0 or 1");
  }

  /** The field that starts here, NaN where it is empty; ends behind its comma or on its line feed. */
  #value(field: number): number {
    const start = this.#at;
    const dat = this.#dat;
    let at = start;
    while (isSpace(dat[at] ?? 0)) at++;
    const negative = dat[at] === 45;
    if (negative) at++;
    const first = at;
    let value = 0;
    for (let digit = (dat[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (dat[++at] ?? 0) - 48) {
      value = value * 10 + digit;
    }
    const digits = at - first;
    while (isSpace(dat[at] ?? 0) || dat[at] === CR) at++;
    if (digits === 0 || digits > DIGITS_EXACT || !ends(dat, at)) return this.#slowValue(field, start);
    this.#end(field, at);
    return negative ? -value : value;
  }

  #slowValue(field: number, start: number): number {
    let at = start;
    while (!ends(this.#dat, at)) if (++at - start > FIELD_CHARACTERS_MAX) throw this.#wrong(start, "a number");
    const text = latin1(this.#dat.subarray(start, at)).trim();
    const value = text === "" ? Number.NaN : numberOf(text);
    if (value === undefined) throw this.#wrong(start, "a number");
    this.#end(field, at);
    return value;
  }

  /** A record has exactly its fields: a comma after each, and the line's end after the last. */
  #end(field: number, at: number): void {
    const last = field === this.#fields - 1;
    if ((this.#dat[at] === COMMA) === last) {
      const what = last
        ? `The record has more than ${this.#fields} fields.`
        : `The record ends after ${field + 1} fields.`;
      throw comtradeErrors.COMTRADE_RECORD(what, this.#place(at));
    }
    this.#at = last ? at : at + 1;
  }

  #wrong(start: number, wanted: string) {
    let stop = start;
    while (!ends(this.#dat, stop) && stop - start < SHOWN_CHARACTERS) stop++;
    const text = latin1(this.#dat.subarray(start, stop)).trim();
    return comtradeErrors.COMTRADE_RECORD(`"${text}" is not ${wanted}.`, this.#place(start));
  }

  #place(at: number) {
    return { file: "dat", line: this.#line, column: at - this.#lineStart + 1 };
  }
}

const isSpace = (byte: number) => byte === 32 || byte === 9;

function ends(dat: Uint8Array, at: number): boolean {
  const byte = dat[at];
  return byte === undefined || byte === COMMA || byte === LF || byte === SUB;
}

/** False where the channel's array cannot hold the value. */
function put(counts: Counts | undefined, at: number, value: number): boolean {
  if (counts === undefined) return true;
  if (Number.isNaN(value) || value === ASCII_MISSING) {
    counts[at] = counts instanceof Int32Array ? MISSING : Number.NaN;
    return true;
  }
  if (counts instanceof Int32Array && (value !== (value | 0) || value === MISSING)) return false;
  counts[at] = value;
  return true;
}

/** Some recorders write decimals. */
function widened(room: Room, channel: number, at: number, value: number): Float64Array {
  const wide = Float64Array.from(room.analog[channel] ?? [], (count) => (count === MISSING ? Number.NaN : count));
  wide[at] = value;
  return wide;
}
