/** Recordings for tests: made here, from formulas, so that no test needs somebody's file. */
import type { Recording, Stamp } from "./recording.ts";
import { encodeText } from "./text.ts";

export const bytes = (text: string): Uint8Array => encodeText(text, "latin1");

export const stamp: Stamp = {
  year: 2026,
  month: 11,
  day: 24,
  hour: 7,
  minute: 8,
  second: 9,
  nanoseconds: 123_456_000,
  digits: 6,
};

/** Two voltages, one current and 17 states (so that a second word is used), 1,600 samples a second, 50 Hz. */
export function smallRecording(count = 64): Recording {
  const wave = (peak: number, shift: number) =>
    Int32Array.from({ length: count }, (_, at) => Math.round(peak * Math.sin((2 * Math.PI * 50 * at) / 1600 + shift)));
  const ratio = { component: "", offset: 0, skew: 0, min: -32767, max: 32767 };
  const factors = { primary: 400, secondary: 1, side: "primary" as const };
  return {
    station: "Station",
    device: "Device 7",
    revision: 2013,
    revisionYear: 2013,
    analog: [
      { number: 1, name: "UA", phase: "A", unit: "V", multiplier: 0.0125, ...ratio, ...factors },
      { number: 2, name: "UB", phase: "B", unit: "V", multiplier: 0.0125, ...ratio, ...factors },
      { number: 3, name: "IA", phase: "A", unit: "A", multiplier: 0.002, ...ratio, offset: 0.5, skew: 5, ...factors },
    ],
    digital: Array.from({ length: 17 }, (_, at) => ({
      number: at + 1,
      name: `S${at + 1}`,
      phase: "",
      component: "",
      normal: 0 as const,
    })),
    lineHertz: 50,
    rates: [{ hertz: 1600, last: count }],
    sampleCount: count,
    start: stamp,
    trigger: stamp,
    dataType: "BINARY",
    timeMultiplier: 1,
    timeCode: "-5h30",
    localCode: "-5h30",
    timeQuality: "4",
    leapSecond: "0",
    samples: {
      count,
      numbers: Uint32Array.from({ length: count }, (_, at) => at + 1),
      stamps: Float64Array.from({ length: count }, (_, at) => at * 625),
      analog: [wave(26_000, 0), wave(26_000, -2), wave(9_000, 0.4)],
      digital: Array.from({ length: 17 }, (_, state) =>
        Uint8Array.from({ length: count }, (_, at) => (at >> (state % 5)) & 1),
      ),
    },
  };
}

/** A configuration of 1999 with the lines as they are typed by hand; `change` replaces one of its parts. */
export function cfgText(change: Partial<Record<keyof typeof parts, string>> = {}): string {
  return Object.values({ ...parts, ...change })
    .filter((line) => line !== "")
    .map((line) => `${line}\r\n`)
    .join("");
}

const parts = {
  station: "Plant,Recorder 3 ,1999",
  counts: "3,2A,1D",
  first: "1, UA ,A,,V, 0.50,0,0,-32767,32767,400,1,P",
  second: "2, IA ,A,,A, 2.5e-1,1,3,-32767,32767,100,5,S",
  state: "1,Trip,,,0",
  frequency: "50.00",
  rateCount: "1",
  rate: "1000,3",
  start: "02/03/2021,04:05:06.000007",
  trigger: "02/03/2021,04:05:06.001",
  dataType: "ascii",
  multiplier: "1.0",
};

export const datText = "1,0,10,-20,0\r\n2,1000,11,-21,1\r\n3,2000,12,-22,1\r\n";
