import { describe, expect, it } from "vitest";
import type { PointType } from "./model.ts";
import { accumulatorReader, numberReader, scaled } from "./point.ts";
import { text } from "./words.ts";

const read = (type: PointType, words: number[]) => numberReader(type)?.(Uint16Array.from(words), 0);

describe("a SunSpec point", () => {
  it.each<[PointType, number[], number]>([
    ["int16", [0xfff6], -10],
    ["uint16", [0xfff6], 65_526],
    ["int32", [0xffff, 0xfff6], -10],
    ["uint32", [0x0001, 0x0000], 65_536],
    ["acc32", [0x00bc, 0x614e], 12_345_678],
    ["uint64", [0, 0, 0x0001, 0x0000], 65_536],
    ["int64", [0xffff, 0xffff, 0xffff, 0xfff6], -10],
    ["float32", [0x449a, 0x5000], 1234.5],
    ["float64", [0x4093, 0x4a00, 0, 0], 1234.5],
    ["sunssf", [0xfffe], -2],
  ])("of type %s is read from its registers", (type, words, value) => {
    expect(read(type, words)).toBe(value);
  });

  it.each<[PointType, number[]]>([
    ["int16", [0x8000]],
    ["uint16", [0xffff]],
    ["enum16", [0xffff]],
    ["bitfield32", [0xffff, 0xffff]],
    ["int32", [0x8000, 0]],
    ["uint32", [0xffff, 0xffff]],
    ["acc32", [0, 0]],
    ["acc64", [0, 0, 0, 0]],
    ["uint64", [0xffff, 0xffff, 0xffff, 0xffff]],
    ["int64", [0x8000, 0, 0, 0]],
    ["float32", [0x7fc0, 0]],
    ["sunssf", [0x8000]],
  ])("of type %s that is absent is no number", (type, words) => {
    expect(read(type, words)).toBeNaN();
  });

  it("that a double cannot hold exactly is no number", () => {
    expect(read("uint64", [0x0020, 0, 0, 1])).toBeNaN();
  });

  it("that is an accumulator at 0 is 0 where a profile says that the device has it", () => {
    expect(accumulatorReader("acc32")?.(Uint16Array.from([0, 0]), 0)).toBe(0);
  });

  it("is scaled as written, and not at all by a scale factor that is absent", () => {
    expect(scaled(2302, -1)).toBe(230.2);
    expect(scaled(368, 1)).toBe(3680);
    expect(scaled(1, -0x8000)).toBeNaN();
    expect(scaled(1, 11)).toBeNaN();
  });

  it("of text ends at its first NUL", () => {
    expect(text(Uint16Array.from([0x534d, 0x4100, 0x4242]), 0, 3)).toBe("SMA");
  });
});
