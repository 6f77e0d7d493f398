/** A COMTRADE recording as a source: played at the speed of the clock, once or over and over. */
import { existsSync, readFileSync } from "node:fs";
import {
  type Files,
  type Ratio,
  type Recording,
  type Replay,
  type ReplayMapping,
  readComtrade,
  toFrames,
} from "@csj/comtrade";
import type { Calibration, ChannelCalibration, Layout } from "@csj/metrology";
import type { RecordingSource as RecordingConfig } from "../config/schema.ts";
import { meterErrors } from "../errors.ts";
import { Pace } from "./pace.ts";
import type { SampleSink, SampleSource, SourceDeps } from "./source.ts";

/** A .cff, or a .cfg with its .dat beside it, in whatever case. @throws METER_SOURCE_REFUSED, COMTRADE_* */
export function readRecording(file: string): Recording {
  return readComtrade(filesOf(file));
}

function filesOf(file: string): Files {
  if (/\.cff$/i.test(file)) return { cff: bytesOf(file) };
  const stem = file.replace(/\.[^.]*$/, "");
  const beside = (endings: readonly string[]) =>
    endings.map((ending) => stem + ending).find((name) => existsSync(name));
  const dat = beside([".dat", ".DAT", ".Dat"]);
  if (dat === undefined) throw meterErrors.METER_SOURCE_REFUSED(`There is no .dat beside ${file}.`, { file });
  return { cfg: bytesOf(file), dat: bytesOf(dat) };
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw meterErrors.METER_SOURCE_REFUSED(`${file} cannot be read.`, { file }, error);
  }
}

/** The recorder's own ratios as a calibration. */
export function calibrationOf({ layout, ratios }: Replay, id: string): Calibration {
  const entries = layout.channels.map((place, at) => [place, channelOf(ratios[at]!)] as const);
  const { rate, nominalHertz } = layout;
  return { format: "csj-calibration-1", id, rate, nominalHertz, channels: Object.fromEntries(entries) };
}

function channelOf({ multiplier, offset, skewSeconds }: Ratio): ChannelCalibration {
  return { offset: -offset / multiplier, ratio: multiplier, lead: skewSeconds * 1e6 };
}

/** The recording's own rate and channels must be those of the configuration: a register map does not change by itself. */
export function openRecording(config: RecordingConfig, layout: Layout, deps: SourceDeps): SampleSource {
  const mapping: ReplayMapping = {
    wiring: layout.wiring,
    nominalHertz: layout.nominalHertz,
    nominalVolts: layout.nominalVolts,
  };
  const replay = toFrames(readRecording(config.file), mapping);
  const says = `${replay.layout.rate} samples a second of ${replay.layout.channels.join(", ")}`;
  const same = replay.layout.rate === layout.rate && replay.layout.channels.join() === layout.channels.join();
  if (!same) throw meterErrors.METER_SOURCE_REFUSED(`${config.file} has ${says}.`, { file: config.file });
  return new RecordedSource(replay, config, deps);
}

class RecordedSource implements SampleSource {
  readonly layout: Layout;
  readonly calibration: Calibration;
  readonly #replay: Replay;
  readonly #repeats: boolean;
  readonly #pace: Pace;

  constructor(replay: Replay, config: RecordingConfig, deps: SourceDeps) {
    this.layout = replay.layout;
    this.calibration = calibrationOf(replay, config.file);
    this.#replay = replay;
    this.#repeats = config.repeat ?? false;
    this.#pace = new Pace(deps);
  }

  start(sink: SampleSink): void {
    const { samples, count } = this.#replay;
    const width = this.layout.channels.length;
    const give = (first: number, wanted: number): boolean => {
      for (let done = 0; done < wanted; ) {
        if (!this.#repeats && first + done >= count) return false;
        const from = (first + done) % count;
        const taken = Math.min(wanted - done, count - from);
        sink.frame({ first: first + done, samples: samples.subarray(from * width, (from + taken) * width) });
        done += taken;
      }
      return true;
    };
    this.#pace.start({ rate: this.layout.rate, give }, sink);
  }

  stop(): void {
    this.#pace.stop();
  }
}
