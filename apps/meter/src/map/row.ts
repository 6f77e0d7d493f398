/**
 * One register of the map as data: the documentation, the server and the tests read the same rows. Numbers are big-endian,
 * most significant word first. What is unavailable is NaN in a float and all ones in an integer, never 0.
 */
import type { Shown } from "./shown.ts";

export type RowType = "u16" | "u32" | "u64" | "f32";

export interface Row {
  readonly at: number;
  readonly type: RowType;
  readonly name: string;
  /** `1` for a number without one. */
  readonly unit: string;
  /** What a positive value means, where it has a sign. */
  readonly sign?: "import" | "lagging";
  /** Where it comes from: `window` (200 ms), `cycle`, `kept` (as on the medium), `meter`. */
  readonly source: "window" | "half-cycle" | "kept" | "meter" | "selected";
  readonly of: (shown: Shown) => number;
}

export const sizes: Readonly<Record<RowType, number>> = { u16: 1, u32: 2, u64: 4, f32: 2 };

const scratch = new DataView(new ArrayBuffer(8));

const putters: Readonly<Record<RowType, (value: number) => void>> = {
  u16: (value) => scratch.setUint16(0, whole(value, 0xffff)),
  u32: (value) => scratch.setUint32(0, whole(value, 0xffff_ffff)),
  u64: (value) => scratch.setBigUint64(0, isWhole(value) ? BigInt(value) : 0xffff_ffff_ffff_ffffn),
  f32: (value) => scratch.setFloat32(0, value),
};

/** The words of a value; they are overwritten by the next call. */
export function wordsOf(type: RowType, value: number): DataView {
  putters[type](value);
  return scratch;
}

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const whole = (value: number, ones: number): number => (isWhole(value) && value < ones ? value : ones);
