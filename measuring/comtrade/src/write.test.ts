import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import { writeSingleFile } from "./cff/write.ts";
import { fit } from "./fit.ts";
import { readComtrade } from "./read.ts";
import { bytes, cfgText, datText, smallRecording } from "./recording.fixture.ts";
import { encodings, MISSING, type Recording } from "./recording.ts";
import { latin1 } from "./text.ts";
import { channelValues } from "./values.ts";
import { writeComtrade } from "./write.ts";

const typed = () => readComtrade({ cfg: bytes(cfgText()), dat: bytes(datText) });

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isCoded(error)) return error.code;
    throw error;
  }
  return "none";
}

function withCount(recording: Recording, at: number, count: number): Recording {
  const [first = new Int32Array(), ...more] = recording.samples.analog;
  const changed = Float64Array.from(first);
  changed[at] = count;
  return { ...recording, samples: { ...recording.samples, analog: [changed, ...more] } };
}

const cfg1991 = cfgText({
  station: "Plant,Recorder",
  first: "1,UA,A,,V,0.50,0,0,-2047,2048",
  second: "2,IA,A,,A,0.25,1,3,-2047,2048",
  state: "1,Trip,0",
  start: "02/03/91,04:05:06.000007",
  trigger: "02/03/91,04:05:06.001",
  multiplier: "",
});

describe("an unedited recording", () => {
  const odd = "1, 0,+10,-020,0\n\n 2,1000,1.10e1,-21,1\n3,2000,,99999,1\n\u001a";
  const cfgs = {
    "as it was typed": cfgText(),
    "with line feeds alone": cfgText().replaceAll("\r\n", "\n"),
    "with a last line that does not end": cfgText().slice(0, -2),
    "with lines that mean nothing behind it": `${cfgText()}\r\nremark, by hand\r\n`,
    "with a 0x1A behind it": `${cfgText()}\u001a`,
    "without its multiplier": cfgText({ multiplier: "" }),
    "of 1991": cfg1991,
    "of 2013 without its clock's lines": cfgText({ station: "Plant,Recorder,2013" }),
    "with names in another code page": cfgText({ station: "\u00cf\u00f0\u00e8,Recorder,1999" }),
    "with a byte order mark": `\u00ef\u00bb\u00bf${cfgText()}`,
  };

  it.each(Object.entries(cfgs))("%s gives its bytes again", (_, cfg) => {
    const files = { cfg: bytes(cfg), dat: bytes(odd), hdr: bytes("anything\0"), inf: bytes("[Public]\r\n") };
    expect(writeComtrade(readComtrade(files))).toEqual(files);
  });

  it("in each binary encoding gives its bytes again, with what stands in the unused bits", () => {
    for (const encoding of ["BINARY", "BINARY32", "FLOAT32"] as const) {
      const { cfg, dat } = writeComtrade(fit(smallRecording(), { encoding }));
      const marked = dat.slice();
      marked[marked.length - 1] = 0xa0;
      if (encoding === "FLOAT32") marked.set([1, 0, 0xc0, 0x7f], 8);
      expect(writeComtrade(readComtrade({ cfg, dat: marked }))).toEqual({ cfg, dat: marked });
    }
  });
});

describe("an edited recording", () => {
  it("changes in the lines that were edited and in no other", () => {
    const before = typed();
    const analog = before.analog.map((channel, at) => (at === 0 ? { ...channel, name: "U1" } : channel));
    const after = latin1(writeComtrade({ ...before, analog }).cfg).split("\r\n");
    const lines = cfgText().split("\r\n");
    expect(after[2]).toBe("1,U1,A,,V,0.5,0,0,-32767,32767,400,1,P");
    expect(after.filter((line, at) => line !== lines[at])).toHaveLength(1);
  });

  it("changes in the records that were edited and in no other", () => {
    const { dat } = writeComtrade(withCount(typed(), 1, 77));
    expect(latin1(dat)).toBe(datText.replace("2,1000,11,", "2,1000,77,"));
    const { samples } = typed();
    const edits = [
      [{ numbers: Uint32Array.of(1, 2, 9) }, "9,2000,12,-22,1"],
      [{ stamps: Float64Array.of(0, 1000, 2001) }, "3,2001,12,-22,1"],
      [{ digital: [Uint8Array.of(0, 1, 0)] }, "3,2000,12,-22,0"],
    ] as const;
    for (const [change, record] of edits) {
      const written = latin1(writeComtrade({ ...typed(), samples: { ...samples, ...change } }).dat);
      expect(written).toBe(datText.replace("3,2000,12,-22,1", record));
    }
  });

  it("of 1991 gets the missing values of the later edition with its lines", () => {
    const files = { cfg: bytes(cfg1991), dat: bytes(datText.replace("12", "")) };
    const { cfg, dat } = writeComtrade(readComtrade(files), { revision: 1999 });
    expect(latin1(dat)).toContain("3,2000,99999,-22,1");
    expect(latin1(cfg).split("\r\n")[8]).toBe("03/02/1991,04:05:06.000007");
    expect(readComtrade({ cfg, dat }).samples).toEqual(readComtrade(files).samples);
  });

  it("may lose a channel, gain one, and have more samples", () => {
    const small = smallRecording(8);
    const before = readComtrade(writeComtrade(small));
    const shorter = { ...before, digital: [], samples: { ...before.samples, digital: [] } };
    expect(readComtrade(writeComtrade(shorter)).digital).toEqual([]);
    const { samples, rates, sampleCount } = smallRecording(12);
    const longer = readComtrade(writeComtrade({ ...before, samples, rates, sampleCount }));
    expect(longer.samples).toEqual(samples);
  });
});

describe("a recording that was made", () => {
  it.each(encodings)("is read back from %s as it was", (encoding) => {
    const made = fit(smallRecording(), { encoding });
    const { source, ...back } = readComtrade(writeComtrade(made));
    expect(back).toEqual(made);
    expect(source).toBeDefined();
  });

  it.each(encodings)("is read back from a single file in %s as it was", (encoding) => {
    const made = { ...fit(smallRecording(), { encoding }), header: bytes("Line 1\r\n"), information: bytes("[x]\r\n") };
    const { source, ...back } = readComtrade({ cff: writeSingleFile(made) });
    expect(back).toEqual(made);
    expect(source?.sections?.map(({ kind }) => kind)).toEqual(["cfg", "inf", "hdr", "dat"]);
  });

  it("in 1999 says the same, but for what only 2013 can say", () => {
    const { timeCode, localCode, timeQuality, leapSecond, ...made } = smallRecording();
    const { source, ...back } = readComtrade(writeComtrade(made, { revision: 1999 }));
    expect(back).toEqual({ ...made, revision: 1999, revisionYear: 1999 });
    expect([timeCode, localCode, timeQuality, leapSecond]).not.toContain(undefined);
    expect(source).toBeDefined();
  });
});

describe("what cannot be written", () => {
  const made = smallRecording(4);

  it("is refused, never cut or rounded", () => {
    const refused: readonly [Recording, Parameters<typeof writeComtrade>[1]][] = [
      [withCount(made, 2, 32_768), { encoding: "BINARY" }],
      [withCount(made, 2, 0.5), { encoding: "BINARY" }],
      [withCount(made, 2, 2_147_483_648), { encoding: "BINARY32" }],
      [withCount(made, 2, 16_777_217), { encoding: "FLOAT32" }],
      [withCount(made, 2, 99_999), { encoding: "ASCII" }],
      [withCount(made, 2, 0.5), { encoding: "ASCII", revision: 1999 }],
      [made, { encoding: "BINARY32", revision: 1999 }],
      [{ ...made, start: { ...made.start!, digits: 9 } }, { revision: 1999 }],
      [{ ...made, station: "A, B" }, {}],
      [{ ...made, samples: { ...made.samples, stamps: Float64Array.of(0, 1, 2, 4294967295) } }, {}],
    ];
    for (const [recording, options] of refused) {
      expect(code(() => writeComtrade(recording, options))).toBe("COMTRADE_NOT_WRITABLE");
    }
    expect(code(() => writeSingleFile(made, { revision: 1999 }))).toBe("COMTRADE_NOT_WRITABLE");
  });

  it("is refused where the recording does not agree with itself", () => {
    const { samples } = made;
    const refused: readonly Recording[] = [
      { ...made, sampleCount: 5 },
      { ...made, rates: [{ hertz: 1600, last: 3 }] },
      { ...made, analog: made.analog.slice(1) },
      { ...made, digital: made.digital.slice(1) },
      { ...made, samples: { ...samples, numbers: new Uint32Array(3) } },
      { ...made, analog: [], digital: [], samples: { ...samples, analog: [], digital: [] } },
    ];
    for (const recording of refused) expect(code(() => writeComtrade(recording))).toBe("COMTRADE_INCONSISTENT");
  });
});

describe("fit", () => {
  it("leaves a channel that fits as it is", () => {
    const made = smallRecording();
    expect(fit(made, { encoding: "BINARY", revision: 1999 }).samples.analog).toEqual(made.samples.analog);
  });

  it.each(["BINARY", "ASCII"] as const)(
    "rounds 24-bit counts into %s by at most half a step, and 0 stays 0",
    (encoding) => {
      const made = smallRecording();
      const wide = made.samples.analog.map((counts) => counts.map((count) => count * 311));
      const before = { ...made, samples: { ...made.samples, analog: wide } };
      const after = fit(before, { encoding, revision: 1999 });
      const back = readComtrade(writeComtrade(after, { revision: 1999, encoding }));
      for (const [at, { multiplier }] of back.analog.entries()) {
        const [was, is] = [channelValues(before, at), channelValues(back, at)];
        for (let sample = 0; sample < is.length; sample++) {
          expect(Math.abs(is[sample]! - was[sample]!)).toBeLessThanOrEqual(multiplier * 0.5000001);
        }
      }
      expect(channelValues(back, 0)[0]).toBe(0);
      expect(Math.max(...back.samples.analog[0]!)).toBe(encoding === "ASCII" ? 99_998 : 32_767);
    },
  );

  it("keeps a missing value missing", () => {
    const made = withCount(smallRecording(), 3, Number.NaN);
    for (const encoding of encodings) {
      const count = fit(made, { encoding }).samples.analog[0]?.[3];
      expect(encoding === "FLOAT32" ? Number.isNaN(count) : count === MISSING).toBe(true);
    }
  });

  it("turns nanoseconds into the microseconds of 1999 and keeps when each sample was", () => {
    const made = smallRecording();
    const nano = { ...made, rates: [], start: { ...made.start!, nanoseconds: 123_456_789, digits: 9 } };
    const { start, timeMultiplier } = fit(nano, { revision: 1999 });
    expect([start?.nanoseconds, start?.digits, timeMultiplier]).toEqual([123_456_000, 6, 0.001]);
  });
});
