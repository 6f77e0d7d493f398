/** Urms(1/2) of a mains voltage whose amplitude follows an envelope, by summing its samples: 10 kS/s, 50 Hz, no noise. */
import type { HalfCycleRecord } from "../cycle/record.ts";

export const RATE = 10_000;
export const CYCLE = 200;
export const VOLTS = 230;
const HALF = CYCLE / 2;

/** Amplitude as a part of the declared voltage, at a position in cycles. */
export type Envelope = (cycles: number) => number;

/** Gives the half cycles that end within [0, cycles), of up to three voltages 120 degrees apart, all cut at u1's zeros. */
export function* halfCycles(cycles: number, ...envelopes: Envelope[]): Generator<HalfCycleRecord> {
  const squares = envelopes.map((envelope, phase) => {
    const sums = new Float64Array(cycles * CYCLE + 1);
    for (let k = 0; k < cycles * CYCLE; k++) {
      const at = (k + 0.5) / CYCLE;
      const volts = VOLTS * Math.SQRT2 * envelope(at) * Math.sin(2 * Math.PI * (at - phase / 3));
      sums[k + 1] = sums[k]! + volts * volts;
    }
    return sums;
  });
  for (let end = CYCLE; end < cycles * CYCLE; end += HALF) {
    const rms = new Float64Array(8).fill(Number.NaN);
    squares.forEach((sums, phase) => {
      rms[phase] = Math.sqrt((sums[end]! - sums[end - CYCLE]!) / CYCLE);
    });
    yield { end, at: 1_000_000 + (end / RATE) * 1000, rms, locked: true };
  }
}

/** A rectangular sag or swell. */
export function sag(part: number, start: number, cycles: number): Envelope {
  return (at) => (at >= start && at < start + cycles ? part : 1);
}

export const steady: Envelope = () => 1;
