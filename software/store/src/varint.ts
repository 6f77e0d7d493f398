/**
 * Whole numbers from 0 to 2^53 - 1 in one to eight bytes, seven bits each, the lowest first (LEB128). A day's delays and
 * an interval's registers are small numbers, and there are very many of them, so a packer is used again for each row.
 */
const STEP = 128;
const NUMBER_BYTES_MAX = 8;
const FIRST_BYTES = 1024;

export class Packer {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Forgets what was put. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  put(value: number): this {
    if (this.#length + NUMBER_BYTES_MAX > this.#bytes.length) this.#grow();
    let rest = value;
    while (rest >= STEP) {
      this.#bytes[this.#length++] = (rest % STEP) + STEP;
      rest = Math.floor(rest / STEP);
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** Null as 0, everything else one higher. */
  putOptional(value: number | null): this {
    return this.put(value === null ? 0 : value + 1);
  }

  /** What was put, until the next `put` or `clear`. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(): void {
    const grown = new Uint8Array(this.#bytes.length * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

export class Unpacker {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  take(): number {
    let value = 0;
    for (let scale = 1; ; scale *= STEP) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError("A packed number is cut off.");
      if (byte < STEP) return value + byte * scale;
      value += (byte - STEP) * scale;
    }
  }

  takeOptional(): number | null {
    const value = this.take();
    return value === 0 ? null : value - 1;
  }
}
