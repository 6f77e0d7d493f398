/** A capture's samples as a plot, a table and a sentence need them. */
import type { Capture, CaptureChannel } from "./shapes.ts";

/** Samples [from, to). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Cycle {
  /** ms of its first sample, from the trigger. */
  readonly ms: number;
  readonly rms: readonly number[];
}

export function countOf({ channels }: Pick<Capture, "channels">): number {
  return channels.length === 0 ? 0 : Math.min(...channels.map(({ samples }) => samples.length));
}

export function msAt({ rate, trigger }: Pick<Capture, "rate" | "trigger">, sample: number): number {
  return ((sample - trigger) / rate) * 1000;
}

/** So many ms around the trigger, or all. */
export function stretchOf(capture: Capture, ms: number | undefined): Stretch {
  const count = countOf(capture);
  if (ms === undefined) return { from: 0, to: count };
  const half = Math.round((capture.rate * ms) / 2000);
  return { from: Math.max(0, capture.trigger - half), to: Math.min(count, capture.trigger + half + 1) };
}

/** RMS over one nominal cycle after the other. The first is cut so that one of them begins at the trigger. */
export function cyclesOf(capture: Capture): Cycle[] {
  const length = Math.round(capture.rate / capture.nominal_hz);
  const cycles: Cycle[] = [];
  for (let at = capture.trigger % length; at + length <= countOf(capture); at += length) {
    cycles.push({
      ms: msAt(capture, at),
      rms: capture.channels.map(({ samples }) => rmsOf(samples, at, length)),
    });
  }
  return cycles;
}

function rmsOf(samples: readonly number[], from: number, length: number): number {
  let sum = 0;
  for (let n = from; n < from + length; n += 1) sum += (samples[n] ?? Number.NaN) ** 2;
  return Math.sqrt(sum / length);
}

/** What the voltages did. */
export function captureWords(capture: Capture): string {
  const cycles = cyclesOf(capture);
  const parts = capture.channels.flatMap(({ id, unit }, index) => {
    const values = cycles.map(({ rms }) => rms[index] ?? Number.NaN);
    if (unit !== "V" || values.length === 0) return [];
    return [`${id} between ${Math.min(...values).toFixed(1)} and ${Math.max(...values).toFixed(1)} V`];
  });
  return parts.length === 0 ? "No voltage is in it." : `RMS of one cycle: ${parts.join(", ")}.`;
}

export function channelsOf(capture: Capture, unit: "V" | "A"): readonly CaptureChannel[] {
  return capture.channels.filter((channel) => channel.unit === unit);
}
