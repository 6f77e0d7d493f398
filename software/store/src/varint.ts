/**
 * Whole numbers from 0 to 2^53 - 1 in one to eight bytes, seven bits each, the lowest first (LEB128). A day's delays and
 * an interval's registers are small numbers, and there are very many of them.
 */
const STEP = 128;

export class Packer {
  readonly #bytes: number[] = [];

  put(value: number): this {
    let rest = value;
    while (rest >= STEP) {
      this.#bytes.push((rest % STEP) + STEP);
      rest = Math.floor(rest / STEP);
    }
    this.#bytes.push(rest);
    return this;
  }

  /** Null as 0, everything else one higher. */
  putOptional(value: number | null): this {
    return this.put(value === null ? 0 : value + 1);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
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
