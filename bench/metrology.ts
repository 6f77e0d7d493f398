/**
 * The measuring unit as `csj meter` composes it, on one core against real time (by CPU time): conditioning with delay
 * filters on the currents, cycles, harmonics of every channel, aggregation, events, flicker, registers, load profile,
 * snapshots, and the state that is to be kept each second; without a disk, tamper and protection. Frames are made before
 * the clock starts; what is measured is checked against the signal's formula.
 *
 * `--week` measures a simulated week and compares the resident memory at its end with that after an hour.
 */
import { MeasuringUnit } from "@csj/meter";
import {
  type Calibration,
  CHANNELS,
  type ChannelId,
  channelIds,
  HARMONIC_PLACES,
  HARMONICS,
  type Layout,
  registerIndex,
  TOTAL_PLACE,
} from "@csj/metrology";
import { type BenchOptions, median, type Row } from "./bench.ts";

const PER_COUNT = 1e-5;
/** Length of the loop of frames: a whole number of cycles of 50.2 Hz and of samples at every rate. */
const LOOP_S = 5;
const FRAME_MS = 10;
/** Currents are sampled so early, as converters that take turns have it. */
const EARLY_US = 20;
const HERTZ = 50.2;
const RUNS = 5;
/** Of a measuring window. */
const CYCLES = 10;
/** Analyses of one window for the cost of a harmonic; as many before them for warming up. */
const SPECTRA = 2000;

interface Case {
  readonly name: string;
  readonly rate: number;
  readonly channels: readonly ChannelId[];
}

const four = [...channelIds];
const cases: readonly Case[] = [
  { name: "4v4i-16k", rate: 16_000, channels: four },
  { name: "4v4i-4k", rate: 4000, channels: four },
  { name: "4v4i-8k", rate: 8000, channels: four },
  { name: "4v4i-32k", rate: 32_000, channels: four },
  { name: "1v1i-16k", rate: 16_000, channels: ["u1", "i1"] },
  { name: "3v3i-16k", rate: 16_000, channels: ["u1", "u2", "u3", "i1", "i2", "i3"] },
];

export default async function metrology({ full, week: isWeek, progress }: BenchOptions): Promise<Row[]> {
  if (isWeek === true) return week(progress);
  const seconds = full ? 600 : 60;
  const rows: Row[] = [];
  for (const each of cases) {
    const speeds = Array.from({ length: RUNS }, () => seconds / run(each, seconds));
    const [unit, metric] = ["x", "x_realtime"];
    rows.push({ case: each.name, subject: "csj", metric, value: median(speeds), unit });
    const perChannel = 1000 / median(speeds) / each.channels.length;
    rows.push({ case: each.name, subject: "csj", metric: "ms_per_channel_second", value: perChannel, unit: "ms" });
    if (each === cases[0]) rows.push(harmonicCost(each));
    progress(`${each.name}: ${speeds.map((speed) => speed.toFixed(0)).join(", ")} x real time`);
  }
  return rows;
}

/**
 * Seconds of this process's CPU for so many seconds of signal, after ten for warming up: other work on the machine does
 * not count, the compiler's and the collector's threads do.
 */
function run(each: Case, seconds: number): number {
  const unit = makeUnit(each);
  const frames = makeFrames(each);
  feed(unit, frames, 0, 10);
  const from = process.cpuUsage();
  feed(unit, frames, 10, seconds);
  const { user, system } = process.cpuUsage(from);
  const took = (user + system) / 1e6;
  check(unit, seconds + 10);
  return took;
}

/** What one harmonic of one channel costs for a second of signal: the spectrum of all, shared out. */
function harmonicCost(each: Case): Row {
  const unit = makeUnit(each);
  feed(unit, makeFrames(each), 0, 10);
  const { engine } = unit;
  const to = engine.position - 100;
  const from = to - (CYCLES * each.rate) / HERTZ;
  const places = () => new Float64Array(CHANNELS * HARMONIC_PLACES);
  const record = { harmonics: places(), interharmonics: places(), thd: new Float64Array(CHANNELS), highest: 0 };
  const spectrum = (times: number) => {
    for (let n = 0; n < times; n += 1) engine.spectrum.analyse(engine.ring, from, to, CYCLES, record);
  };
  spectrum(SPECTRA);
  const begun = process.cpuUsage();
  spectrum(SPECTRA);
  const { user, system } = process.cpuUsage(begun);
  const perSecond = ((user + system) / 1000 / SPECTRA) * (each.rate / (to - from));
  checkThird(record.harmonics);
  const value = (1000 * perSecond) / each.channels.length / HARMONICS;
  return { case: each.name, subject: "csj", metric: "us_per_harmonic_second", value, unit: "us" };
}

function feed(unit: MeasuringUnit, frames: readonly Int32Array[], from: number, seconds: number): void {
  const each = unit.engine.layout.rate * (FRAME_MS / 1000);
  const first = from * (1000 / FRAME_MS);
  for (let frame = first; frame < first + seconds * (1000 / FRAME_MS); frame += 1) {
    if (frame % 100 === 0) unit.stamp(frame * each, NOON + frame * FRAME_MS);
    unit.push({ first: frame * each, samples: frames[frame % frames.length]! });
  }
}

const NOON = Date.parse("2026-06-13T12:00:00Z");

function makeUnit({ rate, channels }: Case): MeasuringUnit {
  const layout: Layout = {
    rate,
    channels,
    wiring: channels.length > 2 ? "3p4w" : "1p2w",
    nominalHertz: 50,
    nominalVolts: 230,
  };
  return new MeasuringUnit({
    config: { rating: { class: "1", connection: "transformer", amps: 5 } },
    layout,
    calibration: calibrationOf(layout),
    state: undefined,
    keep: () => true,
  });
}

/** The energy and the third harmonic are those of the formula. */
function check({ bank, live, engine }: MeasuringUnit, seconds: number): void {
  const phases = engine.layout.channels.length > 2 ? 3 : 1;
  const wanted = (phases * 230 * 5 * 0.5 * seconds) / 3.6;
  const counted = bank.registers[registerIndex(0, TOTAL_PLACE)]!.count;
  if (!(Math.abs(counted / wanted - 1) < 0.01)) throw new Error(`${counted} counts of ${wanted} after ${seconds} s`);
  checkThird(live.harmonics);
}

function checkThird(harmonics: Float64Array): void {
  if (!(Math.abs(harmonics[3]! / 6.9 - 1) < 0.001)) throw new Error(`third harmonic ${harmonics[3]} V instead of 6.9`);
}

function calibrationOf({ rate, channels, nominalHertz }: Layout): Calibration {
  const each = channels.map((id) => [id, { offset: 0, ratio: PER_COUNT, lead: id.startsWith("i") ? EARLY_US : 0 }]);
  return { format: "csj-calibration-1", id: "bench", rate, nominalHertz, channels: Object.fromEntries(each) };
}

/** 230 V with 3 % of the third harmonic, 5 A at 60 degrees with 40 % of the fifth. */
function makeFrames({ rate, channels }: Case): Int32Array[] {
  const samples = rate * (FRAME_MS / 1000);
  return Array.from({ length: (LOOP_S * 1000) / FRAME_MS }, (_, frame) => {
    const made = new Int32Array(samples * channels.length);
    for (const [c, id] of channels.entries()) {
      const turn = (Number(id[1]) - 1) / 3;
      for (let n = 0; n < samples; n += 1) {
        const turns = ((frame * samples + n) / rate) * HERTZ - turn;
        made[n * channels.length + c] = Math.round((id.startsWith("u") ? volts(turns) : amps(turns)) / PER_COUNT);
      }
    }
    return made;
  });
}

function volts(turns: number): number {
  return Math.SQRT2 * (230 * Math.sin(2 * Math.PI * turns) + 6.9 * Math.sin(6 * Math.PI * turns));
}

function amps(turns: number): number {
  const late = turns - 1 / 6 + (EARLY_US / 1e6) * HERTZ;
  return Math.SQRT2 * (5 * Math.sin(2 * Math.PI * late) + 2 * Math.sin(10 * Math.PI * late));
}

function week(progress: (text: string) => void): Row[] {
  const each = cases[0]!;
  const unit = makeUnit(each);
  const frames = makeFrames(each);
  const hours = 168;
  let early = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    feed(unit, frames, hour * 3600, 3600);
    if (hour === 0) early = process.memoryUsage.rss();
    if (hour === 0 || hour % 24 === 23) progress(`${hour + 1} h: ${(process.memoryUsage.rss() / 1e6).toFixed(1)} MB`);
  }
  check(unit, hours * 3600);
  const ratio = process.memoryUsage.rss() / early;
  return [
    { case: "week", subject: "csj", metric: "rss_end_over_first_hour", value: ratio, unit: "x" },
    { case: "week", subject: "csj", metric: "rss_first_hour", value: early / 1e6, unit: "MB" },
  ];
}
