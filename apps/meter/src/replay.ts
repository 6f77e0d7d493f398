/**
 * What the engine makes of a recording, as one plain object: a file in, the mean of its windows, its events and the registers
 * out. Nothing is stored, and nothing depends on a clock: a recording without a time begins at its own stamp or at 1970.
 */
import { readFileSync } from "node:fs";
import { codeMinutes, type Recording, type ReplayMapping, toFrames, utcNanoseconds } from "@csj/comtrade";
import {
  type Calibration,
  type ChannelId,
  channelIndex,
  energyKinds,
  energyPlaces,
  HARMONIC_PLACES,
  type Layout,
  RawStreamReader,
  registerIndex,
} from "@csj/metrology";
import { layoutOf } from "./config/load.ts";
import type { MeterConfig } from "./config/schema.ts";
import { meterErrors } from "./errors.ts";
import type { WindowEvent } from "./event-window.ts";
import { MeasuringUnit } from "./measuring-unit.ts";
import { readCalibration } from "./source/open.ts";
import { calibrationOf, readRecording } from "./source/recording.ts";

export interface ReplayResult {
  readonly file: string;
  readonly rate: number;
  readonly wiring: string;
  readonly nominal_hertz: number;
  readonly nominal_volts: number;
  readonly samples: number;
  readonly seconds: number;
  readonly lost_samples: number;
  readonly windows: number;
  /** Of the mean over all windows; null where nothing was measured. */
  readonly frequency_hz: number | null;
  readonly channels: Readonly<Partial<Record<ChannelId, ReplayedChannel>>>;
  readonly phases: readonly ReplayedPhase[];
  readonly events: readonly Omit<WindowEvent, "sequence">[];
  readonly registers: Readonly<Record<string, number>>;
}

export interface ReplayedChannel {
  readonly rms: number | null;
  readonly rms_min: number | null;
  readonly rms_max: number | null;
  readonly thd: number | null;
  readonly dc: number | null;
  /** RMS of subgroups, from h1 on. */
  readonly harmonics: readonly (number | null)[];
}

export interface ReplayedPhase {
  readonly active_w: number | null;
  readonly reactive_var: number | null;
  readonly reactive_fundamental_var: number | null;
  readonly apparent_va: number | null;
}

export interface ReplayOptions {
  /** Needed for raw frames, which do not say what they are: its layout and its source's calibration. */
  readonly config?: MeterConfig;
  /** Of a recording's channels, where its names do not tell. */
  readonly mapping?: ReplayMapping;
}

interface Stream {
  readonly layout: Layout;
  readonly calibration: Calibration;
  readonly start: number;
  readonly feed: (unit: MeasuringUnit) => number;
}

const RATING = { class: "1", connection: "transformer", amps: 5 } as const;

/** @throws METER_SOURCE_REFUSED, COMTRADE_*, METROLOGY_* */
export function replay(file: string, { config, mapping }: ReplayOptions = {}): ReplayResult {
  const stream = /\.raw$/i.test(file) ? rawStream(file, config) : recordedStream(file, mapping);
  const { layout, calibration } = stream;
  const means = new Means(layout);
  const unit = new MeasuringUnit({
    config: config ?? { rating: RATING },
    layout,
    calibration,
    state: undefined,
    keep: () => true,
    onWindow: (live) => means.take(live),
  });
  unit.stamp(0, stream.start);
  const samples = stream.feed(unit);
  return { file, ...means.says(), ...saysOf(unit, samples) };
}

function recordedStream(file: string, mapping: ReplayMapping = {}): Stream {
  const recording = readRecording(file);
  const made = toFrames(recording, mapping);
  const start = startOf(recording);
  return {
    layout: made.layout,
    calibration: calibrationOf(made, file),
    start,
    feed: (unit) => {
      unit.push({ first: 0, samples: made.samples });
      return made.count;
    },
  };
}

/** UTC ms; 1970 where the recording does not say how far its clock is from UTC. */
function startOf({ start, timeCode }: Recording): number {
  return start === undefined || codeMinutes(timeCode ?? "") === undefined
    ? 0
    : Number(utcNanoseconds(start, timeCode)) / 1e6;
}

function rawStream(file: string, config: MeterConfig | undefined): Stream {
  if (config === undefined || !("calibration" in config.source)) {
    throw meterErrors.METER_SOURCE_REFUSED("Raw frames need a configuration with a raw source and its calibration.");
  }
  const layout = layoutOf(config);
  return {
    layout,
    calibration: readCalibration(config.source.calibration),
    start: 0,
    feed: (unit) => {
      let count = 0;
      const reader = new RawStreamReader(layout.channels, (frame) => {
        unit.push(frame);
        count += frame.samples.length / layout.channels.length;
      });
      reader.push(readFileSync(file));
      return count;
    },
  };
}

type Latest = MeasuringUnit["live"];

/** Root mean squares and means over all windows. */
class Means {
  readonly #layout: Layout;
  readonly #sums = new Map<string, number>();
  #windows = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  take(live: Latest): void {
    this.#windows += 1;
    this.#add("f", live.frequency);
    for (const id of this.#layout.channels) {
      const c = channelIndex(id);
      const rms = live.rms[c]!;
      this.#add(`${id} rms`, rms * rms);
      this.#add(`${id} dc`, live.mean[c]!);
      this.#add(`${id} thd`, live.thd[c]! ** 2);
      this.#extreme(`${id} min`, rms, Math.min);
      this.#extreme(`${id} max`, rms, Math.max);
      for (let h = 1; h < HARMONIC_PLACES; h += 1)
        this.#add(`${id} h${h}`, live.harmonics[c * HARMONIC_PLACES + h]! ** 2);
    }
    for (const phase of [0, 1, 2]) {
      for (const key of ["active", "reactive", "reactiveFundamental", "apparent"] as const) {
        this.#add(`${phase} ${key}`, live[key][phase]!);
      }
    }
  }

  says(): Pick<ReplayResult, "windows" | "frequency_hz" | "channels" | "phases"> {
    const channels = this.#layout.channels.map((id) => [id, this.#channel(id)] as const);
    const has = (phase: number) => this.#layout.channels.includes(`i${phase + 1}` as ChannelId);
    return {
      windows: this.#windows,
      frequency_hz: this.#mean("f"),
      channels: Object.fromEntries(channels),
      phases: [0, 1, 2].filter(has).map((phase) => ({
        active_w: this.#mean(`${phase} active`),
        reactive_var: this.#mean(`${phase} reactive`),
        reactive_fundamental_var: this.#mean(`${phase} reactiveFundamental`),
        apparent_va: this.#mean(`${phase} apparent`),
      })),
    };
  }

  #channel(id: ChannelId): ReplayedChannel {
    return {
      rms: this.#root(`${id} rms`),
      rms_min: known(this.#sums.get(`${id} min`)),
      rms_max: known(this.#sums.get(`${id} max`)),
      thd: this.#root(`${id} thd`),
      dc: this.#mean(`${id} dc`),
      harmonics: Array.from({ length: HARMONIC_PLACES - 1 }, (_, h) => this.#root(`${id} h${h + 1}`)),
    };
  }

  #add(key: string, value: number): void {
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + value);
  }

  #extreme(key: string, value: number, pick: (one: number, other: number) => number): void {
    this.#sums.set(key, pick(this.#sums.get(key) ?? value, value));
  }

  #mean(key: string): number | null {
    return known((this.#sums.get(key) ?? Number.NaN) / this.#windows);
  }

  #root(key: string): number | null {
    const mean = this.#mean(key);
    return mean === null ? null : known(Math.sqrt(mean));
  }
}

function known(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function saysOf(unit: MeasuringUnit, samples: number) {
  const { rate, wiring, nominalHertz, nominalVolts } = unit.engine.layout;
  const registers = energyPlaces.flatMap((place, p) =>
    energyKinds.map((kind, k) => [`${kind}.${place}`, unit.bank.registers[registerIndex(k, p)]?.count ?? 0] as const),
  );
  return {
    rate,
    wiring,
    nominal_hertz: nominalHertz,
    nominal_volts: nominalVolts,
    samples,
    seconds: samples / rate,
    lost_samples: unit.lostSamples,
    events: unit.events.all.map(({ sequence: _, ...event }) => event),
    registers: Object.fromEntries(registers.filter(([, count]) => count > 0)),
  };
}
