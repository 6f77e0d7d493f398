/**
 * Numbers out of 16-bit registers, most significant word first, without allocation. A 64-bit integer that a double
 * cannot hold exactly is NaN: a rounded energy register would be a wrong bill.
 */
const scratch = new DataView(new ArrayBuffer(8));

export function u16(words: Uint16Array, at: number): number {
  return words[at] as number;
}

export function i16(words: Uint16Array, at: number): number {
  return ((words[at] as number) << 16) >> 16;
}

export function u32(words: Uint16Array, at: number): number {
  return (words[at] as number) * 0x1_0000 + (words[at + 1] as number);
}

export function i32(words: Uint16Array, at: number): number {
  return ((words[at] as number) << 16) | (words[at + 1] as number);
}

export function u64(words: Uint16Array, at: number): number {
  const value = u32(words, at) * 0x1_0000_0000 + u32(words, at + 2);
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

export function i64(words: Uint16Array, at: number): number {
  const value = i32(words, at) * 0x1_0000_0000 + u32(words, at + 2);
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

export function f32(words: Uint16Array, at: number): number {
  scratch.setUint16(0, words[at] as number);
  scratch.setUint16(2, words[at + 1] as number);
  return scratch.getFloat32(0);
}

export function f64(words: Uint16Array, at: number): number {
  for (let word = 0; word < 4; word += 1) scratch.setUint16(word * 2, words[at + word] as number);
  return scratch.getFloat64(0);
}

/** Characters up to the first NUL, two in a register, high byte first; what is not printable ASCII is left out. */
export function text(words: Uint16Array, at: number, size: number): string {
  let made = "";
  for (let byte = 0; byte < size * 2; byte += 1) {
    const word = words[at + (byte >> 1)] as number;
    const code = byte % 2 === 0 ? word >> 8 : word & 0xff;
    if (code === 0) break;
    if (code >= 32 && code < 127) made += String.fromCharCode(code);
  }
  return made.trim();
}
