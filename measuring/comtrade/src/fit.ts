/**
 * Rounds a recording so that an edition and an encoding can hold it: 24-bit counts into the 16 bits that every viewer
 * opens, floats into whole numbers, nanoseconds into microseconds. The writer never does this by itself: it is a loss, and
 * the caller's to choose.
 */
import { comtradeErrors } from "./errors.ts";
import { type AnalogChannel, type Counts, type Encoding, MISSING, type Recording, type Stamp } from "./recording.ts";
import { targetOf, type WriteOptions } from "./write.ts";

/** The largest count that each encoding may hold, on both sides of 0. */
const LARGEST: Record<Encoding, number> = {
  ASCII: 99_998,
  BINARY: 32_767,
  BINARY32: 2_147_483_647,
  FLOAT32: 3.4028234663852886e38,
};

/**
 * Channels that fit already keep their counts. The others get a coarser multiplier, so that their largest count is the
 * encoding's: the error is at most half of the new multiplier. 0 stays 0.
 */
export function fit(recording: Recording, options: WriteOptions): Recording {
  const wanted = targetOf(recording, options);
  const made = recording.analog.map((channel, at) =>
    fitChannel(channel, recording.samples.analog[at] ?? new Int32Array(), wanted.dataType),
  );
  const fitted = {
    ...wanted,
    analog: made.map(({ channel }) => channel),
    samples: { ...recording.samples, analog: made.map(({ counts }) => counts) },
  };
  return wanted.revision === 2013 ? fitted : withoutNanoseconds(fitted);
}

interface Fitted {
  readonly channel: AnalogChannel;
  readonly counts: Counts;
}

function fitChannel(channel: AnalogChannel, counts: Counts, encoding: Encoding): Fitted {
  if (encoding === "FLOAT32") return { channel, counts: toFloat32(counts) };
  const most = LARGEST[encoding];
  const { largest, whole } = extent(counts, channel.name);
  if (whole && largest <= most) return { channel, counts: toWhole(counts, 1) };
  const step = largest / most;
  return {
    channel: { ...channel, multiplier: channel.multiplier * step, min: -most, max: most },
    counts: toWhole(counts, step),
  };
}

function extent(counts: Counts, name: string): { largest: number; whole: boolean } {
  let largest = 0;
  let whole = true;
  for (const count of counts) {
    if (Number.isNaN(count) || (count === MISSING && counts instanceof Int32Array)) continue;
    if (!Number.isFinite(count)) throw comtradeErrors.COMTRADE_NOT_WRITABLE(`${name} has an infinite value.`);
    largest = Math.max(largest, Math.abs(count));
    whole &&= Number.isInteger(count);
  }
  return { largest, whole };
}

function toWhole(counts: Counts, step: number): Int32Array {
  if (counts instanceof Int32Array && step === 1) return counts;
  const missing = (count: number) => Number.isNaN(count) || (counts instanceof Int32Array && count === MISSING);
  return Int32Array.from(counts, (count) => (missing(count) ? MISSING : Math.round(count / step)));
}

function toFloat32(counts: Counts): Float32Array {
  if (counts instanceof Float32Array) return counts;
  const whole = counts instanceof Int32Array;
  return Float32Array.from(counts, (count) => (whole && count === MISSING ? Number.NaN : count));
}

/** The time stamps keep their numbers: the multiplier says that they count thousandths of a microsecond. */
function withoutNanoseconds(recording: Recording): Recording {
  const { start, trigger, timeMultiplier } = recording;
  if (Math.max(start?.digits ?? 0, trigger?.digits ?? 0) <= 6) return recording;
  return {
    ...recording,
    ...(start && { start: inMicroseconds(start) }),
    ...(trigger && { trigger: inMicroseconds(trigger) }),
    timeMultiplier: timeMultiplier / 1000,
  };
}

function inMicroseconds(stamp: Stamp): Stamp {
  return { ...stamp, nanoseconds: stamp.nanoseconds - (stamp.nanoseconds % 1000), digits: 6 };
}
