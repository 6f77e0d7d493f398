/**
 * Other people's recorders. What is asserted beside the round trip is what the recorder's own configuration lets one
 * expect: nominal values of its transformers, and the grid's frequency.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { writeSingleFile } from "./cff/write.ts";
import { readComtrade } from "./read.ts";
import type { Recording } from "./recording.ts";
import { channelValues, sampleSeconds } from "./values.ts";
import { writeComtrade } from "./write.ts";

const data = process.env["CSJ_TEST_DATA"];
const file = (name: string) => new Uint8Array(readFileSync(`${data}/comtrade/${name}`));
const pairs: readonly (readonly [cfg: string, dat: string, hdr: boolean])[] = [
  ["recorder_1", "recorder_1", true],
  ["recorder_3", "recorder_3", true],
  ["recorder_4", "recorder_4", false],
  ["sample_ascii", "sample_ascii", false],
  ["sample_ascii", "sample_ascii_missing", false],
  ["sample_bin", "sample_bin", false],
];

function readPair(cfg: string, dat: string): Recording {
  return readComtrade({ cfg: file(`${cfg}.cfg`), dat: file(`${dat}.dat`) });
}

/** RMS without the mean, and frequency from the moments at which the channel rises past it. */
function shape(recording: Recording, name: string, cycles: number): { rms: number; hertz: number } {
  const at = recording.analog.findIndex((channel) => channel.name === name);
  const seconds = sampleSeconds(recording);
  const end = seconds.findIndex((second) => second >= cycles / (recording.lineHertz ?? 50));
  const all = channelValues(recording, at);
  const values = all.subarray(0, end < 0 ? all.length : end);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const around = values.map((value) => value - mean);
  const rms = Math.sqrt(around.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  const rises = risesOf(around, seconds, rms / 2);
  return { rms, hertz: (rises.length - 1) / ((rises.at(-1) ?? 0) - (rises[0] ?? 0)) };
}

/** Only a rise after the channel was well below counts: noise crosses more often. */
function risesOf(around: Float64Array, seconds: Float64Array, depth: number): number[] {
  const rises: number[] = [];
  let below = false;
  for (let at = 1; at < around.length; at++) {
    const [before, after] = [around[at - 1]!, around[at]!];
    below ||= before < -depth;
    if (!below || before >= 0 || after < 0) continue;
    rises.push(seconds[at - 1]! + ((seconds[at]! - seconds[at - 1]!) * before) / (before - after));
    below = false;
  }
  return rises;
}

const within = (value = Number.NaN, [low, high]: readonly [number, number]) => value >= low && value <= high;

describe.skipIf(data === undefined)("recorders of the field (needs CSJ_TEST_DATA)", () => {
  it.each(pairs)("%s with %s is written again byte by byte", (cfg, dat, noted) => {
    const hdr = noted ? { hdr: file(`${cfg}.hdr`) } : {};
    const files = { cfg: file(`${cfg}.cfg`), dat: file(`${dat}.dat`), ...hdr };
    expect(writeComtrade(readComtrade(files))).toEqual(files);
  });

  it.each(["sample_ascii.cff", "sample_float32.cff"])("%s is written again byte by byte", (name) => {
    const cff = file(name);
    expect(writeSingleFile(readComtrade({ cff }))).toEqual(cff);
  });

  /**
   * recorder_1 and recorder_3 have transformers of 100 V and 57.8 V at the grid's 50 Hz. recorder_4 is a machine that has
   * lost its grid: 3 kV that decay over its four seconds while the frequency goes on rising.
   */
  const plausible = [
    { name: "recorder_1", channel: "UA", cycles: 110, rms: [55, 65], hertz: [49.95, 50.1] },
    { name: "recorder_1", channel: "UB", cycles: 110, rms: [55, 65], hertz: [49.95, 50.1] },
    { name: "recorder_1", channel: "UC", cycles: 110, rms: [55, 65], hertz: [49.95, 50.1] },
    { name: "recorder_3", channel: "F5-VA", cycles: 15, rms: [57, 60], hertz: [49.95, 50.1] },
    { name: "recorder_3", channel: "F6-VB", cycles: 15, rms: [57, 60], hertz: [49.95, 50.1] },
    { name: "recorder_3", channel: "F7-VC", cycles: 15, rms: [57, 60], hertz: [49.95, 50.1] },
    { name: "recorder_4", channel: "U21", cycles: 10, rms: [3000, 3500], hertz: [77, 80] },
    { name: "recorder_4", channel: "U32", cycles: 10, rms: [3000, 3500], hertz: [77, 80] },
  ] as const;

  it("have plausible voltages and frequencies", () => {
    const found = plausible.map(({ name, channel, cycles }) => ({
      name,
      channel,
      ...shape(readPair(name, name), channel, cycles),
    }));
    console.table(found);
    const wrong = plausible.filter(
      ({ rms, hertz }, at) => !(within(found[at]?.rms, rms) && within(found[at]?.hertz, hertz)),
    );
    expect(wrong).toEqual([]);
  });

  it("have no value where the file says 99999", () => {
    const recording = readPair("sample_ascii", "sample_ascii_missing");
    for (const channel of [0, 1, 2, 3]) {
      const lost = [...channelValues(recording, channel)].flatMap((value, at) => (Number.isNaN(value) ? [at] : []));
      expect(lost).toEqual([channel + 1]);
    }
  });

  it("have three voltages and a neutral's that add up to nothing", () => {
    const recording = readPair("sample_bin", "sample_bin");
    const [a, b, c, n] = [0, 1, 2, 3].map((channel) => channelValues(recording, channel));
    expect(a?.[3]).toBe(-23_425 * 0.000361849);
    for (let at = 0; at < 5; at++) expect(Math.abs(a![at]! + b![at]! + c![at]! - n![at]!)).toBeLessThan(0.5);
  });
});
