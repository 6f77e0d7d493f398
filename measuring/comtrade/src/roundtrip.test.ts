/** Any recording that an edition and an encoding can hold comes back from its files as it was. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { writeSingleFile } from "./cff/write.ts";
import { readComtrade } from "./read.ts";
import { type AnalogChannel, type Encoding, encodings, MISSING, type Recording, type Stamp } from "./recording.ts";
import { stampOf } from "./stamp.ts";
import { writeComtrade } from "./write.ts";

const name = fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replace(/[,\p{C}]/gu, "").trim());
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0);
const whole = fc.integer({ min: 0, max: 999_999 });
const instant: fc.Arbitrary<Stamp> = fc
  .bigInt({ min: 0n, max: 4_000_000_000_000_000_000n })
  .map((nanoseconds) => stampOf(nanoseconds, 6));

const analog: fc.Arbitrary<AnalogChannel> = fc.record({
  number: whole,
  name,
  phase: name,
  component: name,
  unit: name,
  multiplier: real,
  offset: real,
  skew: real,
  min: real,
  max: real,
  primary: real,
  secondary: real,
  side: fc.constantFrom("primary", "secondary"),
});

/** In every second place something that is at an end of the encoding. */
const counts: Record<Encoding, fc.Arbitrary<number>> = {
  ASCII: fc.oneof(fc.integer({ min: -99_999, max: 99_998 }), fc.constantFrom(-99_999, 99_998, MISSING)),
  BINARY: fc.oneof(fc.integer({ min: -32_767, max: 32_767 }), fc.constantFrom(-32_767, 32_767, MISSING)),
  BINARY32: fc.oneof(
    fc.maxSafeInteger().map((value) => value | 0),
    fc.constantFrom(-2147483647, 2147483647, MISSING),
  ),
  FLOAT32: fc.oneof(fc.float({ noDefaultInfinity: true }), fc.constantFrom(Number.NaN, 0, -0, 1e-45)),
};

const recordings = fc
  .record({
    encoding: fc.constantFrom(...encodings),
    analog: fc.array(analog, { maxLength: 4 }),
    states: fc.integer({ min: 1, max: 40 }),
    count: fc.integer({ min: 1, max: 6 }),
    rated: fc.boolean(),
    texts: fc.tuple(name, name),
    stamps: fc.tuple(instant, instant),
  })
  .chain((shape) => fc.tuple(fc.constant(shape), cells(shape.encoding, shape.analog.length * shape.count), bits, ticks))
  .map(([{ encoding, analog: channels, states, count, rated, texts, stamps }, values, state, tick]): Recording => {
    const array = encoding === "FLOAT32" ? Float32Array : Int32Array;
    return {
      station: texts[0],
      device: texts[1],
      revision: 2013,
      revisionYear: 2013,
      analog: channels,
      digital: Array.from({ length: states }, (_, at) => ({
        number: at,
        name: `S${at}`,
        phase: "",
        component: "",
        normal: 0,
      })),
      lineHertz: 60,
      rates: rated ? [{ hertz: 4800.5, last: count }] : [],
      sampleCount: count,
      start: stamps[0],
      trigger: stamps[1],
      dataType: encoding,
      timeMultiplier: 0.1,
      timeCode: "+5h45",
      localCode: "x",
      timeQuality: "A",
      leapSecond: "1",
      samples: {
        count,
        numbers: Uint32Array.from({ length: count }, (_, at) => tick + at),
        stamps: Float64Array.from({ length: count }, (_, at) => (at % 3 === 2 ? Number.NaN : tick + at)),
        analog: channels.map((_, at) => array.from(values.slice(at * count, (at + 1) * count))),
        digital: Array.from({ length: states }, (_, at) =>
          Uint8Array.from({ length: count }, (_, sample) => (state >> ((at + sample) % 31)) & 1),
        ),
      },
    };
  });

const bits = fc.integer();
const ticks = fc.integer({ min: 0, max: 4_294_967_000 });

function cells(encoding: Encoding, length: number): fc.Arbitrary<number[]> {
  return fc.array(counts[encoding], { minLength: length, maxLength: length });
}

it("a recording comes back from its files and from a single file as it was", () => {
  fc.assert(
    fc.property(recordings, (recording) => {
      const { source, ...back } = readComtrade(writeComtrade(recording));
      expect(back).toEqual(recording);
      expect(source).toBeDefined();
      const single = readComtrade({ cff: writeSingleFile(recording) });
      expect(single.samples).toEqual(recording.samples);
      expect(writeSingleFile(single)).toEqual(writeSingleFile(recording));
    }),
    { seed: 48, numRuns: 400 },
  );
});
