/**
 * How devices put a number into 16-bit registers. Written from the manuals' words on type, order and scale, and apart
 * from the code that reads devices: a mistake made once would cancel itself.
 */
const bytes = new DataView(new ArrayBuffer(8));

/**
 * Puts `value` at `index`; a value that the type cannot hold is clamped to its ends, as a meter's display is. What is no
 * number is put as the type's "no value": a quiet NaN, the end that SunSpec names, or all ones.
 */
export type Put = (words: Uint16Array, index: number, value: number) => void;

/** IEEE 754 single, most significant word first. */
export const float32: Put = (words, index, value) => {
  bytes.setFloat32(0, value);
  words[index] = bytes.getUint16(0);
  words[index + 1] = bytes.getUint16(2);
};

export const u16: Put = (words, index, value) => {
  words[index] = Number.isNaN(value) ? 0xffff : clamp(value, 0, 0xffff);
};

export const i16: Put = (words, index, value) => {
  words[index] = Number.isNaN(value) ? 0x8000 : clamp(value, -0x8000, 0x7fff) & 0xffff;
};

/** Two's complement over 32 bits, most significant word first. */
export const i32: Put = (words, index, value) => {
  bytes.setInt32(0, Number.isNaN(value) ? 0x7fffffff : clamp(value, -0x80000000, 0x7fffffff));
  words[index] = bytes.getUint16(0);
  words[index + 1] = bytes.getUint16(2);
};

/** The same, least significant word first (Carlo Gavazzi). */
export const i32LowFirst: Put = (words, index, value) => {
  bytes.setInt32(0, Number.isNaN(value) ? 0x7fffffff : clamp(value, -0x80000000, 0x7fffffff));
  words[index] = bytes.getUint16(2);
  words[index + 1] = bytes.getUint16(0);
};

export const u32: Put = (words, index, value) => {
  bytes.setUint32(0, Number.isNaN(value) ? 0xffffffff : clamp(value, 0, 0xffffffff));
  words[index] = bytes.getUint16(0);
  words[index + 1] = bytes.getUint16(2);
};

/** Exact to 2^53, which no energy register reaches. */
export const u64: Put = (words, index, value) => {
  const whole = Math.max(0, Math.round(value));
  u32(words, index, Math.floor(whole / 0x1_0000_0000));
  u32(words, index + 2, whole % 0x1_0000_0000);
};

/** `put` of the value in steps: `scaled(i32, 0.1)` puts 2345.6 as 23456. */
export function scaled(put: Put, step: number): Put {
  const perUnit = Math.round(1 / step);
  return step >= 1
    ? (words, index, value) => put(words, index, value / step)
    : (words, index, value) => put(words, index, value * perUnit);
}

/** ASCII, two characters a word, padded with zeros. */
export function text(words: Uint16Array, index: number, length: number, value: string): void {
  for (let word = 0; word < length; word += 1) {
    const high = value.charCodeAt(word * 2) || 0;
    const low = value.charCodeAt(word * 2 + 1) || 0;
    words[index + word] = (high << 8) | low;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(value)));
}
