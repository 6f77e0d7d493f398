/** Whatever is done to a valid file, reading it gives a recording or a coded error, and what was read can be written. */
import { isCoded } from "@csj/fault";
import fc from "fast-check";
import { expect, it } from "vitest";
import { writeSingleFile } from "./cff/write.ts";
import { fit } from "./fit.ts";
import { readComtrade } from "./read.ts";
import { bytes, cfgText, datText, smallRecording } from "./recording.fixture.ts";
import { encodings, type Recording } from "./recording.ts";
import { writeComtrade } from "./write.ts";

const RUNS = 1500;
/** What breaks readers: numbers at ends, separators, ends of lines and files. */
const SPLINTERS = [
  "",
  ",",
  ",,",
  "\n",
  "\r\n",
  "\0",
  "-1",
  "0",
  "999999999",
  "1e308",
  "4294967296",
  "99999",
  "--- file type: ",
  "A",
  "\u001a",
  "\u00ff",
  ".",
  " ",
];

const seeds = encodings.map((encoding) => fit(smallRecording(6), { encoding }));
const pairs = [...seeds.map((one) => writeComtrade(one)), { cfg: bytes(cfgText()), dat: bytes(datText) }];
const singles = seeds.map((one) => writeSingleFile({ ...one, header: bytes("by hand\r\n") }));

interface Cut {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const cuts = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 400 })),
    insert: fc.constantFrom(...SPLINTERS),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutated(whole: Uint8Array, changes: readonly Cut[]): Uint8Array {
  return changes.reduce((now, { at, remove, insert }) => {
    const start = Math.floor(at * now.length);
    return Uint8Array.from([...now.subarray(0, start), ...bytes(insert), ...now.subarray(start + remove)]);
  }, whole);
}

function readOrRefused(read: () => Recording): Recording | undefined {
  try {
    return read();
  } catch (error) {
    if (isCoded(error) && error.code.startsWith("COMTRADE_")) return undefined;
    throw error;
  }
}

it("a damaged configuration is read or refused by a code, and written again byte by byte", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom(...pairs), cuts, ({ cfg, dat }, changes) => {
      const files = { cfg: mutated(cfg, changes), dat };
      const recording = readOrRefused(() => readComtrade(files));
      if (recording === undefined) return;
      read++;
      expect(writeComtrade(recording)).toEqual(files);
    }),
    { seed: 44, numRuns: RUNS },
  );
  expect(read).toBeGreaterThan(RUNS / 50);
});

it("damaged data are read or refused by a code, and written again byte by byte", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom(...pairs), cuts, ({ cfg, dat }, changes) => {
      const files = { cfg, dat: mutated(dat, changes) };
      const recording = readOrRefused(() => readComtrade(files));
      if (recording === undefined) return;
      read++;
      expect(writeComtrade(recording)).toEqual(files);
    }),
    { seed: 45, numRuns: RUNS },
  );
  expect(read).toBeGreaterThan(RUNS / 50);
});

it("a damaged single file is read or refused by a code, and written again byte by byte", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom(...singles), cuts, (cff, changes) => {
      const file = mutated(cff, changes);
      const recording = readOrRefused(() => readComtrade({ cff: file }));
      if (recording === undefined) return;
      read++;
      expect(writeSingleFile(recording)).toEqual(file);
    }),
    { seed: 46, numRuns: RUNS },
  );
  expect(read).toBeGreaterThan(RUNS / 50);
});

it("bytes that are no recording at all are refused by a code", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 100 }), (cfg, dat) => {
      expect(readOrRefused(() => readComtrade({ cfg, dat }))).toBeUndefined();
      expect(readOrRefused(() => readComtrade({ cff: cfg }))).toBeUndefined();
    }),
    { seed: 47, numRuns: RUNS },
  );
});
