/** The number types that meters use, in both word orders. NaN stands for "no value": it is never passed on as a number. */
import { words } from "@csj/sunspec";
import type { RegisterType, WordOrder } from "./profile.ts";

export type ReadNumber = (registers: Uint16Array, at: number) => number;

export const sizes: Readonly<Record<RegisterType, number>> = {
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  float32: 2,
  float64: 4,
  u64: 4,
  i64: 4,
};

const straight: Readonly<Record<RegisterType, ReadNumber>> = {
  u16: words.u16,
  i16: words.i16,
  u32: words.u32,
  i32: words.i32,
  u64: words.u64,
  i64: words.i64,
  float32: words.f32,
  float64: words.f64,
};

const turned = new Uint16Array(4);

function leastFirst(read: ReadNumber, size: number): ReadNumber {
  return (registers, at) => {
    for (let word = 0; word < size; word += 1) turned[size - 1 - word] = registers[at + word] as number;
    return read(turned, 0);
  };
}

const largest: Readonly<Record<RegisterType, number>> = {
  u16: 0xffff,
  i16: 0x7fff,
  u32: 0xffff_ffff,
  i32: 0x7fff_ffff,
  // The 64-bit ones have no exact double and are NaN already; a float says NaN itself.
  u64: Number.NaN,
  i64: Number.NaN,
  float32: Number.NaN,
  float64: Number.NaN,
};

/** @param invalid whether the type's largest value means that there is none */
export function registerReader(type: RegisterType, order: WordOrder, invalid: "none" | "largest"): ReadNumber {
  const size = sizes[type];
  const read = order === "msw-first" || size === 1 ? straight[type] : leastFirst(straight[type], size);
  if (invalid === "none" || Number.isNaN(largest[type])) return read;
  const none = largest[type];
  return (registers, at) => {
    const value = read(registers, at);
    return value === none ? Number.NaN : value;
  };
}

/** Distance to the next float64 of the same exponent. */
export function float64Step(value: number): number {
  const size = Math.abs(value);
  return size >= 2 ** -1022 ? 2 ** (Math.floor(Math.log2(size)) - 52) : Number.MIN_VALUE;
}

/** Distance to the next float32 of the same exponent: a register cannot show a smaller change. */
export function float32Step(value: number): number {
  const size = Math.abs(value);
  if (!(size >= 2 ** -126)) return 2 ** -149;
  return 2 ** (Math.floor(Math.log2(size)) - 23);
}
