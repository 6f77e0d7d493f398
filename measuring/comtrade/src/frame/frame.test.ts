import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import { fit } from "../fit.ts";
import { readComtrade } from "../read.ts";
import { smallRecording } from "../recording.fixture.ts";
import { type AnalogChannel, MISSING, type Recording } from "../recording.ts";
import { stampNanoseconds } from "../stamp.ts";
import { channelValues, sampleSeconds } from "../values.ts";
import { writeComtrade } from "../write.ts";
import { type Capture, fromCapture } from "./capture.ts";
import { mapChannels } from "./mapping.ts";
import { toFrames } from "./replay.ts";

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isCoded(error)) return error.code;
    throw error;
  }
  return "none";
}

describe("the guess of channels", () => {
  const channel = (name: string, phase: string, unit: string): AnalogChannel => ({
    number: 1,
    name,
    phase,
    component: "",
    unit,
    multiplier: 1,
    offset: 0,
    skew: 0,
  });
  const guess = (...all: readonly [string, string, string][]) =>
    mapChannels(
      all.map((one) => channel(...one)),
      {},
    ).map(({ place, channel: at, scale }) => `${place}=${all[at]?.[0]} x${scale}`);

  it("reads the names that recorders write", () => {
    expect(guess(["UA", "", "V"], ["UB", "", "V"], ["UC", "", "V"], ["3U0", "", "V"])).toEqual([
      "u1=UA x1",
      "u2=UB x1",
      "u3=UC x1",
    ]);
    expect(guess(["VA", "A", "kV"], ["VN", "N", "kV"], ["F1-IA", "A", "A"], ["I L2", "", "mA"])).toEqual([
      "u1=VA x1000",
      "u4=VN x1000",
      "i1=F1-IA x1",
      "i2=I L2 x0.001",
    ]);
    expect(guess(["Line voltage", "B", "V"], ["Feeder", "T", "A"])).toEqual(["u2=Line voltage x1", "i3=Feeder x1"]);
  });

  it("leaves what is between phases, a sum, an angle or in another unit", () => {
    const left: [string, string, string][] = [
      ["U21", "1", "V"],
      ["Uab", "A", "V"],
      ["V L1-L2", "A", "V"],
      ["3I0", "N", "A"],
      ["Vab Mag", "_", "kV"],
      ["3I0", "", "A"],
      ["Vo", "6", "V"],
      ["Vag Angle", "A", "deg"],
      ["IA", "A", "V"],
    ];
    for (const one of left) expect(code(() => guess(one))).toBe("COMTRADE_REPLAY");
  });

  it("can be overruled by name and by position, and a place can be left empty", () => {
    const analog = [channel("U21", "", "V"), channel("UA", "", "V"), channel("IA", "", "A")];
    expect(mapChannels(analog, { u1: "U21", u2: 2, i1: null }).map(({ place, channel: at }) => [place, at])).toEqual([
      ["u1", 0],
      ["u2", 1],
    ]);
    expect(code(() => mapChannels(analog, { u1: "U99" }))).toBe("COMTRADE_REPLAY");
    expect(code(() => mapChannels(analog, { u1: 3 }))).toBe("COMTRADE_REPLAY");
  });
});

describe("a replay", () => {
  it("has the counts interleaved, with the ratio to volts and amperes and each channel's delay", () => {
    const recording = smallRecording(320);
    const replay = toFrames(recording, { wiring: "1p3w" });
    expect(replay.layout).toMatchObject({ rate: 1600, channels: ["u1", "u2", "i1"], wiring: "1p3w", nominalHertz: 50 });
    expect(replay.layout.nominalVolts).toBeCloseTo((26_000 * 0.0125) / Math.SQRT2, 1);
    expect(replay.nominalVoltsFrom).toBe("measured");
    expect(replay.ratios[2]).toEqual({ multiplier: 0.002, offset: 0.5, skewSeconds: 5e-6 });
    const current = recording.samples.analog[2];
    for (const at of [0, 1, 319]) expect(replay.samples[at * 3 + 2]).toBe(current?.[at]);
  });

  it("is in volts and amperes whatever the recorder's unit, on the side that is asked for", () => {
    const made = smallRecording(320);
    const kilo = { ...made, analog: made.analog.map((one) => (one.unit === "V" ? { ...one, unit: "kV" } : one)) };
    expect(toFrames(kilo).ratios[0]?.multiplier).toBeCloseTo(12.5, 12);
    expect(toFrames(kilo, { side: "secondary" }).ratios[0]?.multiplier).toBeCloseTo(12.5 / 400, 12);
    expect(toFrames(made, { side: "secondary" }).ratios[2]?.offset).toBeCloseTo(0.5 / 400, 12);
  });

  it("of floats is exact to 1e-9 of the channel's largest", () => {
    const recording = fit(smallRecording(), { encoding: "FLOAT32" });
    const scaled = recording.samples.analog.map((counts) => Float32Array.from(counts, (count) => count / 977));
    const floats = { ...recording, samples: { ...recording.samples, analog: scaled } };
    const { samples, ratios, layout } = toFrames(floats);
    const values = channelValues(floats, 0);
    for (const [at, value] of values.entries()) {
      const count = samples[at * layout.channels.length] ?? 0;
      expect(Math.abs((ratios[0]?.multiplier ?? 0) * count - value)).toBeLessThan(400 * 1e-9);
    }
  });

  it("is refused where it would need resampling, filling or guessing", () => {
    const made = smallRecording(4);
    const [counts, ...more] = made.samples.analog;
    const hole = { ...made.samples, analog: [counts?.with(2, MISSING) ?? new Int32Array(4), ...more] };
    const refused: readonly Recording[] = [
      { ...made, rates: [] },
      {
        ...made,
        rates: [
          { hertz: 1600, last: 2 },
          { hertz: 800, last: 4 },
        ],
      },
      { ...made, samples: hole },
      { ...made, lineHertz: 16.7 },
      { ...made, analog: made.analog.map((channel) => ({ ...channel, unit: "deg" })) },
      { ...made, analog: made.analog.map((channel) => ({ ...channel, name: "I", phase: "A", unit: "A" })) },
    ];
    for (const recording of refused) expect(code(() => toFrames(recording))).toBe("COMTRADE_REPLAY");
  });
});

describe("a capture", () => {
  const ring = Int32Array.from({ length: 2 * 8 }, (_, at) => (at % 2 === 0 ? at * 1000 : -at));
  const capture: Capture = {
    station: "Street 1",
    device: "Meter 4",
    layout: { rate: 8000, channels: ["u1", "i1"], wiring: "1p2w", nominalHertz: 50, nominalVolts: 230 },
    ring,
    first: 6,
    count: 5,
    ratios: [
      { multiplier: 1e-4, offset: 0, skewSeconds: 0 },
      { multiplier: 2e-6, offset: 0.25, skewSeconds: 2e-6 },
    ],
    startNanoseconds: 1_764_000_000_123_456_789n,
    trigger: 3,
    states: [{ name: "Dip", values: Uint8Array.of(0, 0, 0, 1, 1) }],
  };

  it("is the ring from its oldest sample on, with the calibration's ratios", () => {
    const recording = fromCapture(capture);
    expect([...(recording.samples.analog[0] ?? [])]).toEqual([12_000, 14_000, 0, 2000, 4000]);
    expect([...(recording.samples.analog[1] ?? [])]).toEqual([-13, -15, -1, -3, -5]);
    expect(channelValues(recording, 1)[0]).toBeCloseTo(0.25 - 26e-6, 12);
    expect(recording.analog[1]).toMatchObject({ name: "I1", phase: "A", unit: "A", skew: 2 });
    expect(sampleSeconds(recording)[4]).toBeCloseTo(0.0005, 12);
    const [start, trigger] = [stampNanoseconds(recording.start!), stampNanoseconds(recording.trigger!)];
    expect(start).toBe(1_764_000_000_123_456_000n);
    expect(trigger - start).toBe(375_000n);
  });

  it("is read back as it was in all editions and encodings that hold it", () => {
    const recording = fromCapture(capture);
    for (const [revision, encoding] of [
      [2013, "BINARY32"],
      [2013, "FLOAT32"],
      [1999, "ASCII"],
      [1999, "BINARY"],
    ] as const) {
      const back = readComtrade(writeComtrade(fit(recording, { revision, encoding }), { revision, encoding }));
      expect(back.samples.digital).toEqual(recording.samples.digital);
      expect([...channelValues(back, 0)]).toEqual(
        [...channelValues(recording, 0)].map((value) => expect.closeTo(value, 9)),
      );
    }
  });

  it("goes back into the engine as the same frames", () => {
    const replay = toFrames(fromCapture(capture), { nominalVolts: 230 });
    expect(replay.layout).toEqual(capture.layout);
    expect(replay.ratios).toEqual(
      capture.ratios.map((ratio) => ({ ...ratio, skewSeconds: expect.closeTo(ratio.skewSeconds, 15) })),
    );
    expect([...replay.samples.slice(0, 4)]).toEqual([12_000, -13, 14_000, -15]);
  });

  it("that is not in its ring is refused", () => {
    const wrong: readonly Partial<Capture>[] = [
      { count: 9 },
      { count: 0 },
      { first: 8 },
      { first: -1 },
      { trigger: 5 },
      { ratios: capture.ratios.slice(1) },
      { ring: ring.slice(1) },
      { states: [{ name: "Dip", values: new Uint8Array(4) }] },
    ];
    for (const change of wrong) expect(code(() => fromCapture({ ...capture, ...change }))).toBe("COMTRADE_CAPTURE");
  });
});
