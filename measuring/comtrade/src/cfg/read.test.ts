import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import { readDescription } from "../read.ts";
import { bytes, cfgText } from "../recording.fixture.ts";

const read = (text: string) => readDescription(bytes(text));

function refusal(text: string) {
  try {
    read(text);
  } catch (error) {
    if (isCoded(error)) return { code: error.code, where: error.where, what: error.message };
    throw error;
  }
  throw new Error("It was read.");
}

describe("the configuration", () => {
  it("of 1999 says its channels, rates and times", () => {
    expect(read(cfgText())).toEqual({
      station: "Plant",
      device: "Recorder 3",
      revision: 1999,
      revisionYear: 1999,
      analog: [
        {
          number: 1,
          name: "UA",
          phase: "A",
          component: "",
          unit: "V",
          multiplier: 0.5,
          offset: 0,
          skew: 0,
          min: -32767,
          max: 32767,
          primary: 400,
          secondary: 1,
          side: "primary",
        },
        {
          number: 2,
          name: "IA",
          phase: "A",
          component: "",
          unit: "A",
          multiplier: 0.25,
          offset: 1,
          skew: 3,
          min: -32767,
          max: 32767,
          primary: 100,
          secondary: 5,
          side: "secondary",
        },
      ],
      digital: [{ number: 1, name: "Trip", phase: "", component: "", normal: 0 }],
      lineHertz: 50,
      rates: [{ hertz: 1000, last: 3 }],
      sampleCount: 3,
      start: { year: 2021, month: 3, day: 2, hour: 4, minute: 5, second: 6, nanoseconds: 7000, digits: 6 },
      trigger: { year: 2021, month: 3, day: 2, hour: 4, minute: 5, second: 6, nanoseconds: 1_000_000, digits: 3 },
      dataType: "ASCII",
      timeMultiplier: 1,
    });
  });

  it("of 1991 has shorter channel lines, the month first and no multiplier", () => {
    const text = cfgText({
      station: "Plant,Recorder",
      first: "1,UA,A,,V,0.5,0,0,-2047,2048",
      second: "2,IA,A,,A,0.25,1,3,-2047,2048",
      state: "1,Trip,0",
      start: "02/03/91,04:05:06.000007",
      trigger: "02/03/91,04:05:06.001",
      multiplier: "",
    });
    const { revision, start, analog, digital } = read(text);
    expect(revision).toBe(1991);
    expect(start).toMatchObject({ year: 1991, month: 2, day: 3 });
    expect(analog[0]).not.toHaveProperty("primary");
    expect(digital[0]).toEqual({ number: 1, name: "Trip", phase: "", component: "", normal: 0 });
    expect(readDescription(bytes(text), { dateOrder: "dmy" }).start).toMatchObject({ month: 3, day: 2 });
  });

  it("of 2013 says the clock's zone and quality, and a recorder may leave them out", () => {
    const text = cfgText({ station: "Plant,Recorder,2013" });
    expect(read(text)).not.toHaveProperty("timeCode");
    const clock = { timeCode: "+1", localCode: "x", timeQuality: "B", leapSecond: "3" };
    expect(read(`${text}+1,x\r\nB,3\r\n`)).toMatchObject(clock);
    expect(read(`${text}+1,x\r\nB,3\u001a\u001a`)).toMatchObject(clock);
  });

  it("takes a year between the editions for the lines that such recorders write", () => {
    for (const [year, edition] of [
      [1997, 1999],
      [2000, 1999],
      [2001, 1999],
      [2017, 2013],
    ] as const) {
      expect(read(cfgText({ station: `Plant,Recorder,${year}` }))).toMatchObject({
        revision: edition,
        revisionYear: year,
      });
    }
  });

  it("with no rate says how many samples there are, and only their time stamps say when", () => {
    expect(read(cfgText({ rateCount: "0", rate: "0,3" }))).toMatchObject({ rates: [], sampleCount: 3 });
  });

  it("leaves absent what is empty, and puts no 0 in its place", () => {
    const description = read(cfgText({ frequency: " ", start: ",", first: "1,UA,,,V,1,0,,,,,," }));
    expect(description).not.toHaveProperty("lineHertz");
    expect(description).not.toHaveProperty("start");
    expect(description.analog[0]).toEqual({
      number: 1,
      name: "UA",
      phase: "",
      component: "",
      unit: "V",
      multiplier: 1,
      offset: 0,
      skew: 0,
    });
  });

  it("is refused by line, column and field", () => {
    expect(refusal(cfgText({ second: "2,IA,A,,A, 0x25,1,3,0,0,1,1,S" }))).toEqual({
      code: "COMTRADE_FIELD",
      where: { file: "cfg", line: 4, column: 12 },
      what: 'Multiplier of the analog 2 line is "0x25", not a number.',
    });
    expect(refusal(cfgText({ state: "1,Trip,,,2" })).where).toMatchObject({ line: 5, column: 10 });
    expect(refusal(cfgText({ state: "1,Trip,,0" }))).toMatchObject({ code: "COMTRADE_LINE", where: { line: 5 } });
    expect(refusal(cfgText({ start: "31/02/2021,00:00:00" })).where).toMatchObject({ line: 9, column: 1 });
  });

  const hostile: readonly [string, string, string, number][] = [
    ["a thousand million channels", cfgText({ counts: "1000000000,999999999A,1D" }), "COMTRADE_FIELD", 2],
    ["more channels than lines", cfgText({ counts: "16001,16000A,1D" }), "COMTRADE_COUNT", 2],
    ["a negative count", cfgText({ counts: "3,-2A,5D" }), "COMTRADE_FIELD", 2],
    ["counts that do not add up", cfgText({ counts: "4,2A,1D" }), "COMTRADE_COUNT", 2],
    ["no channel", cfgText({ counts: "0,0A,0D", first: "", second: "", state: "" }), "COMTRADE_COUNT", 2],
    ["the kinds exchanged", cfgText({ counts: "3,2D,1A" }), "COMTRADE_FIELD", 2],
    ["a comma in a name", cfgText({ second: "2,I,A,A,,A,0.25,1,3,0,0,100,5,S" }), "COMTRADE_LINE", 4],
    ["a number that no double holds", cfgText({ second: "2,IA,A,,A,1e999,1,3,0,0,100,5,S" }), "COMTRADE_FIELD", 4],
    ["a number of a hundred digits", cfgText({ frequency: "5".repeat(100) }), "COMTRADE_FIELD", 6],
    ["a NUL in a name", cfgText({ first: "1,U\0A,A,,V,1,0,0,0,0,1,1,P" }), "COMTRADE_TEXT", 3],
    ["a line of ten million characters", cfgText({ station: "x".repeat(10_000_000) }), "COMTRADE_TEXT", 1],
    ["more rates than lines", cfgText({ rateCount: "4000000000" }), "COMTRADE_COUNT", 7],
    ["a rate of 0", cfgText({ rate: "0,3" }), "COMTRADE_FIELD", 8],
    ["a rate below 0", cfgText({ rate: "-1000,3" }), "COMTRADE_FIELD", 8],
    ["rates that do not go on", cfgText({ rateCount: "2", rate: "1000,3\r\n500,3" }), "COMTRADE_FIELD", 9],
    ["a thousand million million samples", cfgText({ rate: "1000,1000000000000000" }), "COMTRADE_FIELD", 8],
    ["more samples than 32 bits count", cfgText({ rate: "1000,4294967296" }), "COMTRADE_FIELD", 8],
    ["an unknown encoding", cfgText({ dataType: "XML" }), "COMTRADE_FIELD", 11],
    ["a multiplier of 0", cfgText({ multiplier: "0" }), "COMTRADE_FIELD", 12],
    ["ten million lines", cfgText() + "\n".repeat(10_000_000), "COMTRADE_LIMIT", 100_000],
    ["a file that ends early", cfgText().slice(0, 60), "COMTRADE_COUNT", 2],
    ["an empty file", "", "COMTRADE_LINE", 1],
  ];

  it.each(hostile)("with %s is refused", (_, text, code, line) => {
    const { code: found, where } = refusal(text);
    expect([found, where?.line]).toEqual([code, line]);
  });
});
