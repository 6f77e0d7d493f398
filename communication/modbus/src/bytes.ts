/** Registers and bits as they lie on the wire: big-endian words, coils from the lowest bit up. */
export function get16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function put16(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 8;
  into[at + 1] = value;
}

export function getWords(bytes: Uint8Array, at: number, count: number, into = new Uint16Array(count)): Uint16Array {
  for (let index = 0, offset = at; index < count; index += 1, offset += 2) {
    into[index] = (bytes[offset]! << 8) | bytes[offset + 1]!;
  }
  return into;
}

export function putWords(words: ArrayLike<number>, into: Uint8Array, at: number): void {
  for (let index = 0, offset = at; index < words.length; index += 1, offset += 2) {
    const word = words[index]!;
    into[offset] = word >>> 8;
    into[offset + 1] = word;
  }
}

export function getBits(bytes: Uint8Array, at: number, count: number): boolean[] {
  const bits: boolean[] = [];
  for (let index = 0; index < count; index += 1) bits.push(((bytes[at + (index >> 3)]! >> (index & 7)) & 1) === 1);
  return bits;
}

export function putBits(bits: readonly boolean[], into: Uint8Array, at: number): void {
  into.fill(0, at, at + ((bits.length + 7) >> 3));
  for (let index = 0; index < bits.length; index += 1) {
    if (bits[index] === true) into[at + (index >> 3)] = into[at + (index >> 3)]! | (1 << (index & 7));
  }
}

/** A copy of [start, end). `slice` would not do: on the buffers of a Node socket it gives a view. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}
