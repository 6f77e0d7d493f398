/** What a recording's numbers mean: seconds, and volts or amperes. */
import { comtradeErrors } from "./errors.ts";
import { type AnalogChannel, type Description, MISSING, type Rate, type Recording } from "./recording.ts";

/** Which side of the instrument transformer; `recorded` leaves the values as they are. */
export type Side = "recorded" | "primary" | "secondary";

/**
 * Seconds of each sample. With rates they count from the first sample, and the rates decide, since they are finer than
 * time stamps of a microsecond; the step before a sample has the sample's own rate. Without rates they are the time
 * stamps, from the recording's start, and NaN where the recorder gave none.
 */
export function sampleSeconds(recording: Recording): Float64Array {
  return recording.rates.length === 0 ? stampSeconds(recording) : rateSeconds(recording.rates, recording.samples.count);
}

function rateSeconds(rates: readonly Rate[], count: number): Float64Array {
  const seconds = new Float64Array(count);
  let base = 0;
  let done = 0;
  for (const [at, { hertz, last }] of rates.entries()) {
    const end = at === rates.length - 1 ? count : Math.min(last, count);
    const before = done === 0 ? 1 : 0;
    for (let sample = done; sample < end; sample++) seconds[sample] = base + (sample - done + 1 - before) / hertz;
    base = seconds[end - 1] ?? base;
    done = end;
  }
  return seconds;
}

/** Half the range of a binary time stamp: a step back by more is its overflow. */
const OVERFLOW_STEP = 0x80000000;

function stampSeconds({ samples, timeMultiplier, dataType, start, trigger }: Recording): Float64Array {
  const unit = stampUnit({ start, trigger }) * timeMultiplier;
  const wrap = dataType === "ASCII" ? 0 : 0x100000000;
  let base = 0;
  let before = 0;
  return samples.stamps.map((stamp) => {
    if (Number.isNaN(stamp)) return stamp;
    if (before - stamp > OVERFLOW_STEP) base += wrap;
    before = stamp;
    return (base + stamp) * unit;
  });
}

/** Seconds of one count of a time stamp, before the multiplier: 1e-6, or 1e-9 where the dates have nanoseconds. */
export function stampUnit({ start, trigger }: { start?: Stamped; trigger?: Stamped }): number {
  return Math.max(start?.digits ?? 0, trigger?.digits ?? 0) > 6 ? 1e-9 : 1e-6;
}

type Stamped = Description["start"] | undefined;

/**
 * The values of one analogue channel in its unit, NaN where the recorder has none.
 * @throws COMTRADE_NO_RATIO where a side is asked for that cannot be computed.
 */
export function channelValues(recording: Recording, channel: number, side: Side = "recorded"): Float64Array {
  const facts = recording.analog[channel];
  const counts = recording.samples.analog[channel];
  if (facts === undefined || counts === undefined) {
    throw comtradeErrors.COMTRADE_INCONSISTENT(`There is no analogue channel at place ${channel}.`);
  }
  const factor = sideFactor(facts, side);
  const missing = counts instanceof Int32Array ? MISSING : Number.NaN;
  return Float64Array.from(counts, (count) =>
    count === missing ? Number.NaN : (facts.multiplier * count + facts.offset) * factor,
  );
}

/** From the side that the values are on to the one that is asked for. */
export function sideFactor(
  { primary, secondary, side: recorded = "primary", name }: AnalogChannel,
  side: Side,
): number {
  if (side === "recorded" || side === recorded) return 1;
  if (primary === undefined || secondary === undefined || !(primary > 0) || !(secondary > 0)) {
    throw comtradeErrors.COMTRADE_NO_RATIO(`${name} has the factors ${primary} and ${secondary}.`);
  }
  return side === "primary" ? primary / secondary : secondary / primary;
}
