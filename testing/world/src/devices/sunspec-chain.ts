/**
 * A SunSpec map: the marker at 40000, model 1, the device's models one after the other, and the end model. Each model is
 * written here as its offsets from the model's first register (0 is the id, 1 the length), as the specification's tables
 * count them.
 */
import { type Area, type Point, point } from "./image.ts";
import { type Put, text, u16 } from "./words.ts";

export const SUNSPEC_BASE = 40_000;

export interface Model<Picture> {
  readonly id: number;
  /** Registers after the length. */
  readonly length: number;
  readonly points: readonly Point<Picture>[];
}

export interface Placed<Picture> extends Model<Picture> {
  /** Address of the model's id. */
  readonly at: number;
}

/** The common model's length; 66 has a pad that makes it even. */
const COMMON_LENGTH = 66;
const END_MODEL = 0xffff;

const words = (value: string, length: number): Put => {
  return (into, index) => text(into, index, length, value);
};

export function commonModel<Picture>(model: string, serial: string, unit: number): Model<Picture> {
  return {
    id: 1,
    length: COMMON_LENGTH,
    points: [
      point(2, words("Simulated", 16), 0),
      point(18, words(model, 16), 0),
      point(42, words("1.0", 8), 0),
      point(50, words(serial, 16), 0),
      point(66, u16, unit),
      point(67, u16, 0x8000),
    ],
  };
}

export function place<Picture>(models: readonly Model<Picture>[]): readonly Placed<Picture>[] {
  let at = SUNSPEC_BASE + 2;
  return models.map((model) => {
    const placed = { ...model, at };
    at += model.length + 2;
    return placed;
  });
}

export function chainArea<Picture>(models: readonly Placed<Picture>[]): Area<Picture> {
  const last = models.at(-1);
  const end = last === undefined ? SUNSPEC_BASE + 2 : last.at + last.length + 2;
  return {
    space: "holding",
    from: SUNSPEC_BASE,
    length: end + 2 - SUNSPEC_BASE,
    points: [
      point(SUNSPEC_BASE, words("SunS", 2), 0),
      ...models.flatMap((model) => [
        point<Picture>(model.at, u16, model.id),
        point<Picture>(model.at + 1, u16, model.length),
        ...model.points.map((one) => ({ ...one, at: model.at + one.at })),
      ]),
      point(end, u16, END_MODEL),
      point(end + 1, u16, 0),
    ],
  };
}

/** What a point that the device does not have reads. */
export const absent = {
  u16: 0xffff,
  i16: -0x8000,
  u32: 0xffffffff,
  /** As a pattern of bits; written through a u32. */
  float32: 0x7fc00000,
} as const;
