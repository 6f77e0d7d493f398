import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import { readComtrade } from "../read.ts";
import { bytes, cfgText, datText, smallRecording } from "../recording.fixture.ts";
import { MISSING } from "../recording.ts";
import { writeComtrade } from "../write.ts";

const ascii = (dat: string, change: Parameters<typeof cfgText>[0] = {}) =>
  readComtrade({ cfg: bytes(cfgText(change)), dat: bytes(dat) }).samples;

function refusal(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (isCoded(error)) return [error.code, error.where];
    throw error;
  }
  throw new Error("It was read.");
}

describe("ASCII data", () => {
  it("are numbers, stamps, counts and states", () => {
    const { numbers, stamps, analog, digital } = ascii(datText);
    expect([...numbers]).toEqual([1, 2, 3]);
    expect([...stamps]).toEqual([0, 1000, 2000]);
    expect(analog).toEqual([Int32Array.of(10, 11, 12), Int32Array.of(-20, -21, -22)]);
    expect([...(digital[0] ?? [])]).toEqual([0, 1, 1]);
  });

  it("may have spaces, leading zeros, a plus, empty lines between and a 0x1A at the end", () => {
    const spaced = " 1 ,  0, +10,-020, 0\n\n0002,1000,\t11,-21,1 \r\n \n3,2000,12.0,-2.2e1,1\u001a";
    expect(ascii(spaced)).toEqual(ascii(datText));
  });

  it("have no value where a field is empty or says 99999", () => {
    const { stamps, analog } = ascii("1,,,-20,0\n2,1000,99999,-21,1\n3,2000,12,99998,1\n");
    expect(stamps[0]).toBeNaN();
    expect(analog[0]).toEqual(Int32Array.of(MISSING, MISSING, 12));
    expect(analog[1]?.[2]).toBe(99_998);
  });

  it("may be decimals, or larger than 32 bits: the channel then holds doubles, and a missing value is NaN", () => {
    const { analog } = ascii("1,0,99999,-20,0\n2,1000,1.25,-21,1\n3,2000,4294967296,-22,1\n");
    expect(analog[0]).toEqual(Float64Array.of(Number.NaN, 1.25, 4_294_967_296));
    expect(analog[1]).toBeInstanceOf(Int32Array);
    const least = ascii("1,0,-2147483648,-20,0\n2,1000,11,-21,1\n3,2000,12,-22,1\n").analog[0];
    expect(least).toEqual(Float64Array.of(-2_147_483_648, 11, 12));
  });

  it("may hold one record more than is said, and no more", () => {
    const four = `${datText}4,3000,1.5,-23,0\n`;
    expect(ascii(four).count).toBe(4);
    expect(ascii(four).analog[0]).toEqual(Float64Array.of(10, 11, 12, 1.5));
    expect(refusal(() => ascii(`${four}5,4000,1,1,0\n`))).toEqual(["COMTRADE_DATA_LENGTH", { file: "dat", line: 5 }]);
  });

  const wrong: readonly [string, string, string, object][] = [
    ["a field too few", "1,0,10,-20\n2,1000,11,-21,1\n3,2000,12,-22,1\n", "COMTRADE_RECORD", { line: 1, column: 11 }],
    [
      "a field too many",
      "1,0,10,-20,0,0\n2,1000,11,-21,1\n3,2000,12,-22,1\n",
      "COMTRADE_RECORD",
      { line: 1, column: 13 },
    ],
    ["a word", "1,0,10,-20,0\n2,1000,ten,-21,1\n3,2000,12,-22,1\n", "COMTRADE_RECORD", { line: 2, column: 8 }],
    ["a state of 2", "1,0,10,-20,0\n2,1000,11,-21,2\n3,2000,12,-22,1\n", "COMTRADE_RECORD", { line: 2, column: 15 }],
    ["no sample number", ",0,10,-20,0\n2,1000,11,-21,1\n3,2000,12,-22,1\n", "COMTRADE_RECORD", { line: 1, column: 1 }],
    ["a NUL", "1,0,10,-20,0\n2,1000,1\u00001,-21,1\n3,2000,12,-22,1\n", "COMTRADE_RECORD", { line: 2, column: 8 }],
    ["a record too few", datText.slice(0, 31), "COMTRADE_DATA_LENGTH", { line: 3 }],
  ];

  it.each(wrong)("with %s are refused", (_, dat, code, place) => {
    const [found, where] = refusal(() => ascii(dat));
    expect(found).toBe(code);
    expect(where).toMatchObject({ file: "dat", ...place });
  });

  it("of a thousand million samples are refused before memory is asked for them", () => {
    const huge = { cfg: bytes(cfgText({ rate: "1000,4000000000" })), dat: bytes(datText) };
    expect(refusal(() => readComtrade(huge))[0]).toMatch(/COMTRADE_(LIMIT|DATA_LENGTH)/);
    const large = { cfg: bytes(cfgText({ rate: "1000,40000000" })), dat: bytes(datText) };
    expect(refusal(() => readComtrade(large))).toEqual(["COMTRADE_DATA_LENGTH", { file: "dat", line: 1 }]);
  });
});

describe("binary data", () => {
  it("have records of 8 bytes, the counts and a word for 16 states", () => {
    const recording = smallRecording(10);
    for (const [encoding, width] of [
      ["BINARY", 2],
      ["BINARY32", 4],
      ["FLOAT32", 4],
    ] as const) {
      expect(writeComtrade(recording, { encoding }).dat.length).toBe(10 * (8 + width * 3 + 2 * 2));
    }
  });

  it("are low byte first, with the first state in the lowest bit", () => {
    const recording = smallRecording(3);
    const { dat } = writeComtrade({
      ...recording,
      samples: {
        ...recording.samples,
        stamps: Float64Array.of(0x01020304, Number.NaN, 7),
        analog: [Int32Array.of(-2, MISSING, 258), Int32Array.of(0, 0, 0), Int32Array.of(0, 0, 0)],
        digital: recording.samples.digital.map((_, at) => Uint8Array.of(at === 0 || at === 16 ? 1 : 0, 0, 0)),
      },
    });
    expect([...dat.subarray(0, 18)]).toEqual([1, 0, 0, 0, 4, 3, 2, 1, 0xfe, 0xff, 0, 0, 0, 0, 1, 0, 1, 0]);
    expect([...dat.subarray(18, 28)]).toEqual([2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0x80]);
  });

  it("have no value where all bits of a stamp or the mark of the encoding stand", () => {
    const recording = smallRecording(3);
    const samples = {
      ...recording.samples,
      stamps: Float64Array.of(0, Number.NaN, 4294967294),
      analog: [Int32Array.of(1, MISSING, 3), Int32Array.of(MISSING, 2, 3), Int32Array.of(1, 2, MISSING)],
    };
    for (const encoding of ["BINARY", "BINARY32", "FLOAT32", "ASCII"] as const) {
      const back = readComtrade(writeComtrade({ ...recording, samples }, { encoding })).samples;
      expect(back.stamps).toEqual(samples.stamps);
      expect(
        [...back.analog].map((counts) => [...counts].map((count) => count === MISSING || Number.isNaN(count))),
      ).toEqual([
        [false, true, false],
        [true, false, false],
        [false, false, true],
      ]);
    }
  });

  it("of 1991 have all ones for a missing value only where the range has no -1", () => {
    const channel = (range: string) => `1,UA,A,,V,0.5,0,0,${range}`;
    const cfg = (range: string) =>
      bytes(
        cfgText({
          station: "Plant,Recorder",
          counts: "1,1A,0D",
          first: channel(range),
          second: "",
          state: "",
          rate: "1000,2",
          start: "02/03/91,04:05:06.0",
          trigger: "02/03/91,04:05:06.0",
          dataType: "BINARY",
          multiplier: "",
        }),
      );
    const dat = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 2, 0, 0, 0, 1, 0, 0, 0, 5, 0);
    expect(readComtrade({ cfg: cfg("0,4095"), dat }).samples.analog[0]).toEqual(Int32Array.of(MISSING, 5));
    expect(readComtrade({ cfg: cfg("-2047,2048"), dat }).samples.analog[0]).toEqual(Int32Array.of(-1, 5));
  });

  it("of another length than the configuration says are refused", () => {
    const { cfg, dat } = writeComtrade(smallRecording(5));
    for (const length of [0, 17, 18, dat.length - 18, dat.length - 1, dat.length + 1, dat.length + 36]) {
      const changed = new Uint8Array(length);
      changed.set(dat.subarray(0, length));
      expect(refusal(() => readComtrade({ cfg, dat: changed }))[0]).toBe("COMTRADE_DATA_LENGTH");
    }
    const surplus = new Uint8Array(dat.length + 18);
    surplus.set(dat);
    expect(readComtrade({ cfg, dat: surplus }).samples.count).toBe(6);
  });
});
