/**
 * What the measuring unit caught, as a recording: the ring of raw counts goes into the file as it is, with the ratios of
 * the calibration, so that whoever opens it sees what was sampled. It is of 2013 in BINARY32; `fit` makes the 16 bits of
 * 1999 of it for an older viewer.
 */
import type { ChannelId, Layout } from "@csj/metrology";
import { comtradeErrors } from "../errors.ts";
import type { AnalogChannel, DigitalChannel, Recording } from "../recording.ts";
import { stampOf } from "../stamp.ts";
import type { Ratio } from "./ratio.ts";

export interface Capture {
  readonly station: string;
  readonly device: string;
  readonly layout: Layout;
  /**
   * Interleaved in the order of the layout; a ring, of which `count` samples are taken from sample `first` on. The count
   * -2^31 is the file's mark of a missing value.
   */
  readonly ring: Int32Array;
  /** The oldest sample's place in the ring, in samples of all channels. */
  readonly first: number;
  readonly count: number;
  /** Per channel of the layout; V and A of the measured side. */
  readonly ratios: readonly Ratio[];
  /** UTC of the oldest sample, nanoseconds from 1970. */
  readonly startNanoseconds: bigint;
  /** The sample that triggered, counted from the oldest. */
  readonly trigger: number;
  /** States beside the waveforms: one entry per sample, 0 or 1. */
  readonly states?: readonly { readonly name: string; readonly values: Uint8Array }[];
  /** One hexadecimal digit, 0 for a clock locked to UTC, F for one that cannot be relied on (the default). */
  readonly timeQuality?: string;
}

/** @throws COMTRADE_CAPTURE */
export function fromCapture(capture: Capture): Recording {
  checkCapture(capture);
  const { layout, count, states = [], startNanoseconds, trigger } = capture;
  return {
    station: capture.station,
    device: capture.device,
    revision: 2013,
    revisionYear: 2013,
    analog: layout.channels.map((place, at) => analogChannel(place, at, capture.ratios[at] as Ratio)),
    digital: states.map(({ name }, at) => digitalChannel(name, at)),
    lineHertz: layout.nominalHertz,
    rates: [{ hertz: layout.rate, last: count }],
    sampleCount: count,
    start: stampOf(startNanoseconds, 6),
    trigger: stampOf(startNanoseconds + BigInt(Math.round((trigger * 1e9) / layout.rate)), 6),
    dataType: "BINARY32",
    timeMultiplier: 1,
    timeCode: "0",
    localCode: "0",
    timeQuality: capture.timeQuality ?? "F",
    leapSecond: "3",
    samples: {
      count,
      numbers: Uint32Array.from({ length: count }, (_, at) => at + 1),
      stamps: Float64Array.from({ length: count }, (_, at) => Math.round((at * 1e6) / layout.rate)),
      analog: layout.channels.map((_, at) => unrolled(capture, at)),
      digital: states.map(({ values }) => values.slice(0, count)),
    },
  };
}

function checkCapture({ layout, ring, first, count, ratios, trigger, states = [] }: Capture): void {
  const capacity = ring.length / layout.channels.length;
  const whole = Number.isInteger(capacity) && [first, count, trigger].every((one) => Number.isInteger(one) && one >= 0);
  if (!whole || count < 1 || count > capacity || first >= capacity || trigger >= count) {
    const what = `${count} samples from ${first} with the trigger at ${trigger} are not in a ring of ${capacity}.`;
    throw comtradeErrors.COMTRADE_CAPTURE(what);
  }
  if (ratios.length !== layout.channels.length) {
    throw comtradeErrors.COMTRADE_CAPTURE(`${ratios.length} ratios for ${layout.channels.length} channels.`);
  }
  const short = states.find(({ values }) => values.length < count);
  if (short !== undefined) throw comtradeErrors.COMTRADE_CAPTURE(`${short.name} has ${short.values.length} states.`);
}

const PHASE_NAMES = ["A", "B", "C", "N"] as const;

function analogChannel(place: ChannelId, at: number, { multiplier, offset, skewSeconds }: Ratio): AnalogChannel {
  return {
    number: at + 1,
    name: place.toUpperCase(),
    phase: PHASE_NAMES[Number(place[1]) - 1] ?? "",
    component: "",
    unit: place.startsWith("u") ? "V" : "A",
    multiplier,
    offset,
    skew: skewSeconds * 1e6,
    min: -2147483647,
    max: 2147483647,
    primary: 1,
    secondary: 1,
    side: "primary",
  };
}

function digitalChannel(name: string, at: number): DigitalChannel {
  return { number: at + 1, name, phase: "", component: "", normal: 0 };
}

function unrolled({ layout, ring, first, count }: Capture, channel: number): Int32Array {
  const width = layout.channels.length;
  const capacity = ring.length / width;
  const counts = new Int32Array(count);
  for (let at = 0; at < count; at++) counts[at] = ring[((first + at) % capacity) * width + channel] ?? 0;
  return counts;
}
