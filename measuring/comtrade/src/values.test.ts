import { describe, expect, it } from "vitest";
import { smallRecording } from "./recording.fixture.ts";
import { MISSING, type Recording } from "./recording.ts";
import { channelValues, sampleSeconds } from "./values.ts";

const made = smallRecording(6);
const stamped = (stamps: readonly number[], change: Partial<Recording> = {}): Recording => ({
  ...made,
  rates: [],
  samples: { ...made.samples, stamps: Float64Array.from(stamps) },
  ...change,
});

describe("seconds", () => {
  it("count from the first sample, by the rate of each", () => {
    const rates = [
      { hertz: 1000, last: 3 },
      { hertz: 100, last: 5 },
    ];
    const seconds = sampleSeconds({ ...made, rates });
    const want = [0, 0.001, 0.002, 0.012, 0.022, 0.032];
    for (const [at, value] of want.entries()) expect(seconds[at]).toBeCloseTo(value, 12);
  });

  it("are the time stamps where there is no rate, and unknown where there is no stamp", () => {
    const seconds = sampleSeconds(stamped([5, Number.NaN, 1005, 2005, 3005, 4005], { timeMultiplier: 100 }));
    expect(seconds[0]).toBeCloseTo(500e-6, 12);
    expect(seconds[1]).toBeNaN();
    expect(seconds[2]).toBeCloseTo(100_500e-6, 12);
  });

  it("go on where a binary time stamp overflows its 32 bits", () => {
    const stamps = [4_294_967_000, 4_294_967_200, 104, 304, Number.NaN, 704];
    const seconds = sampleSeconds(stamped(stamps));
    expect(seconds[2]! - seconds[1]!).toBeCloseTo(200e-6, 9);
    expect(seconds[5]! - seconds[1]!).toBeCloseTo(800e-6, 9);
    expect(sampleSeconds(stamped(stamps, { dataType: "ASCII" }))[2]).toBeCloseTo(104e-6, 12);
  });

  it("have time stamps of nanoseconds where the dates have nine digits", () => {
    const start = { ...made.start!, digits: 9 };
    expect(sampleSeconds(stamped([0, 1000, 2000, 3000, 4000, 5000], { start }))[1]).toBeCloseTo(1e-6, 15);
  });
});

describe("values", () => {
  it("are multiplier x count + offset, and unknown where there is no count", () => {
    const analog = [Int32Array.of(0, 10, MISSING, -10, 1, 2), ...made.samples.analog.slice(1)];
    const values = channelValues({ ...made, samples: { ...made.samples, analog } }, 0);
    expect([...values.slice(0, 4)]).toEqual([0, 0.125, Number.NaN, -0.125]);
  });

  it("change sides by the transformer's factors, and only where they are known", () => {
    const [first, ...more] = made.analog;
    const secondary = { ...made, analog: [{ ...first!, side: "secondary" as const }, ...more] };
    const recorded = channelValues(made, 0);
    expect(channelValues(secondary, 0, "primary")).toEqual(recorded.map((value) => value * 400));
    expect(channelValues(secondary, 0, "secondary")).toEqual(recorded);
    expect(channelValues(made, 0, "secondary")).toEqual(recorded.map((value) => value * (1 / 400)));
    const unknown = { ...made, analog: [{ ...first!, secondary: 0 }, ...more] };
    expect(() => channelValues(unknown, 0, "secondary")).toThrow("factors 400 and 0");
  });
});
