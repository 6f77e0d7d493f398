/**
 * What a point's registers say. SunSpec gives each type a pattern that means "this device has no such point"; it decodes
 * to NaN and never to a number, so that nobody can add it up.
 */
import type { PointType } from "./model.ts";
import { f32, f64, i16, i32, i64, u16, u32, u64 } from "./words.ts";

/** NaN where the device has no such point, or where a double cannot hold it. */
export type ReadNumber = (words: Uint16Array, at: number) => number;

function except(read: ReadNumber, missing: number): ReadNumber {
  return (words, at) => {
    const value = read(words, at);
    return value === missing ? Number.NaN : value;
  };
}

const unsigned16 = except(u16, 0xffff);
const unsigned32 = except(u32, 0xffff_ffff);
const signed16 = except(i16, -0x8000);

/** The 64-bit patterns have no exact double, and are NaN already because of it. */
const readers: Partial<Record<PointType, ReadNumber>> = {
  int16: signed16,
  uint16: unsigned16,
  count: unsigned16,
  enum16: unsigned16,
  bitfield16: unsigned16,
  sunssf: signed16,
  acc16: except(u16, 0),
  int32: except(i32, -0x8000_0000),
  uint32: unsigned32,
  enum32: unsigned32,
  bitfield32: unsigned32,
  ipaddr: except(u32, 0),
  acc32: except(u32, 0),
  int64: i64,
  uint64: u64,
  acc64: except(u64, 0),
  float32: f32,
  float64: f64,
};

/** `undefined` for types that hold no number. */
export function numberReader(type: PointType): ReadNumber | undefined {
  return readers[type];
}

/**
 * The same, but an accumulator at 0 is 0. By the specification an accumulator's 0 means that there is none, which a
 * register that has not counted yet cannot be told from; where a profile says that the device has the register, a home
 * that never exports would otherwise be without a value for ever.
 */
export function accumulatorReader(type: PointType): ReadNumber | undefined {
  if (type === "acc16") return u16;
  if (type === "acc32") return u32;
  if (type === "acc64") return u64;
  return readers[type];
}

/** The specification's range of a scale factor. */
const SCALE_MAX = 10;
const powers = Array.from({ length: SCALE_MAX + 1 }, (_, exponent) => 10 ** exponent);

/** Raw times ten to the scale factor; a negative power divides, so that 0.1 steps come out as written. */
export function scaled(raw: number, exponent: number): number {
  if (!(Math.abs(exponent) <= SCALE_MAX)) return Number.NaN;
  return exponent >= 0 ? raw * (powers[exponent] as number) : raw / (powers[-exponent] as number);
}
