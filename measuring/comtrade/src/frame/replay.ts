/**
 * A recording as a stream for the measuring engine. Only what is a stream is taken: one rate and no missing sample, since
 * to resample or to fill would measure our interpolation.
 */
import type { ChannelId, Layout, Wiring } from "@csj/metrology";
import { comtradeErrors } from "../errors.ts";
import { type AnalogChannel, type Counts, MISSING, type Recording } from "../recording.ts";
import { type Side, sideFactor } from "../values.ts";
import { type Choices, type Mapped, mapChannels } from "./mapping.ts";
import type { Ratio } from "./ratio.ts";

export interface ReplayMapping {
  /** Places that are not named here are guessed. */
  readonly channels?: Choices;
  readonly wiring?: Wiring;
  readonly nominalHertz?: 50 | 60;
  /** Declared voltage Udin, in V. */
  readonly nominalVolts?: number;
  readonly side?: Side;
}

export interface Replay {
  readonly layout: Layout;
  /** Per channel of the layout. */
  readonly ratios: readonly Ratio[];
  /** All samples, interleaved in the order of the layout. */
  readonly samples: Int32Array;
  /** Samples of each channel. */
  readonly count: number;
  /** The recording's channel of each of the layout's. */
  readonly names: readonly string[];
  /** Analogue channels that no place took. */
  readonly unmapped: readonly string[];
  /** `measured`: the recording does not say Udin, and it is the RMS of the first voltage over its first cycles. */
  readonly nominalVoltsFrom: "mapping" | "measured";
}

/** @throws COMTRADE_REPLAY, COMTRADE_NO_RATIO */
export function toFrames(recording: Recording, mapping: ReplayMapping = {}): Replay {
  const rate = constantRate(recording);
  const mapped = mapChannels(recording.analog, mapping.channels ?? {});
  const channels = mapped.map((one) => converted(recording, one, mapping.side ?? "recorded"));
  const nominalHertz = mapping.nominalHertz ?? nearestNominal(recording.lineHertz);
  const places = mapped.map(({ place }) => place);
  const nominalVolts = mapping.nominalVolts ?? measuredVolts(channels, rate / nominalHertz);
  return {
    layout: { rate, channels: places, wiring: mapping.wiring ?? guessedWiring(places), nominalHertz, nominalVolts },
    ratios: channels.map(({ ratio }) => ratio),
    samples: interleaved(channels, recording.samples.count),
    count: recording.samples.count,
    names: mapped.map(({ channel }) => recording.analog[channel]?.name ?? ""),
    unmapped: recording.analog.filter((_, at) => !mapped.some(({ channel }) => channel === at)).map(({ name }) => name),
    nominalVoltsFrom: mapping.nominalVolts === undefined ? "measured" : "mapping",
  };
}

function constantRate({ rates }: Recording): number {
  const [first, ...more] = rates;
  if (first === undefined) throw comtradeErrors.COMTRADE_REPLAY("The recording has no rate, only time stamps.");
  if (more.some(({ hertz }) => hertz !== first.hertz)) {
    throw comtradeErrors.COMTRADE_REPLAY(`The recording has ${rates.length} rates.`);
  }
  return first.hertz;
}

/** What the two grids deviate in a disturbance, and no further. */
const NOMINAL_TOLERANCE_HERTZ = 5;

function nearestNominal(lineHertz: number | undefined): 50 | 60 {
  const near = (nominal: number) => Math.abs((lineHertz ?? Number.NaN) - nominal) < NOMINAL_TOLERANCE_HERTZ;
  if (near(50)) return 50;
  if (near(60)) return 60;
  throw comtradeErrors.COMTRADE_REPLAY(`The recording's frequency is ${lineHertz}: name nominalHertz.`);
}

interface Channel {
  readonly place: ChannelId;
  readonly counts: Int32Array;
  readonly ratio: Ratio;
}

function converted(recording: Recording, { place, channel, scale }: Mapped, side: Side): Channel {
  const facts = recording.analog[channel] as AnalogChannel;
  const counts = recording.samples.analog[channel] as Counts;
  const lost = counts.findIndex((count) => Number.isNaN(count) || (counts instanceof Int32Array && count === MISSING));
  if (lost >= 0) throw comtradeErrors.COMTRADE_REPLAY(`Sample ${lost + 1} of ${facts.name} is missing.`);
  const factor = sideFactor(facts, side) * scale;
  const step = counts instanceof Int32Array ? 1 : floatStep(counts, facts.name);
  return {
    place,
    counts: counts instanceof Int32Array ? counts : Int32Array.from(counts, (count) => Math.round(count / step)),
    ratio: {
      multiplier: facts.multiplier * factor * step,
      offset: facts.offset * factor,
      skewSeconds: facts.skew / 1e6,
    },
  };
}

/** Floats become counts of 30 bits and a sign: 1e-9 of the largest, below a float's own 6e-8. */
const FLOAT_COUNTS = 2 ** 30;

function floatStep(counts: Counts, name: string): number {
  let largest = 0;
  for (const count of counts) largest = Math.max(largest, Math.abs(count));
  if (!Number.isFinite(largest)) throw comtradeErrors.COMTRADE_REPLAY(`${name} has an infinite value.`);
  return largest === 0 ? 1 : largest / FLOAT_COUNTS;
}

function guessedWiring(places: readonly ChannelId[]): Wiring {
  const kind = places.some((place) => /^u[123]$/.test(place)) ? "u" : "i";
  const phases = places.filter((place) => place.startsWith(kind) && !place.endsWith("4")).length;
  if (phases >= 3) return "3p4w";
  return phases === 2 ? "1p3w" : "1p2w";
}

/** As many cycles as a measuring window has. */
const RMS_CYCLES = 10;

function measuredVolts(channels: readonly Channel[], samplesPerCycle: number): number {
  const voltage = channels.find(({ place }) => place.startsWith("u"));
  if (voltage === undefined) throw comtradeErrors.COMTRADE_REPLAY("No channel is known for a voltage.");
  const { counts, ratio } = voltage;
  const cycles = Math.min(RMS_CYCLES, Math.floor(counts.length / samplesPerCycle));
  const used = cycles > 0 ? Math.round(cycles * samplesPerCycle) : counts.length;
  let sum = 0;
  for (let at = 0; at < used; at++) sum += (ratio.multiplier * (counts[at] ?? 0) + ratio.offset) ** 2;
  return used === 0 ? 0 : Math.sqrt(sum / used);
}

function interleaved(channels: readonly Channel[], count: number): Int32Array {
  const samples = new Int32Array(channels.length * count);
  for (const [place, { counts }] of channels.entries()) {
    for (let at = 0; at < count; at++) samples[at * channels.length + place] = counts[at] ?? 0;
  }
  return samples;
}
