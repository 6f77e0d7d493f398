/** Signals by formula for tests of the engine: nothing of the package under test takes part. */
import type { ChannelId, Frame } from "../index.ts";

export interface Tone {
  /** V or A RMS. */
  readonly rms: number;
  /** Degrees at sample 0. */
  readonly degrees?: number;
  /** Of the fundamental; 1 where absent. May be a fraction. */
  readonly order?: number;
}

export interface Signal {
  readonly rate: number;
  readonly hertz: number;
  readonly channels: Readonly<Partial<Record<ChannelId, readonly Tone[]>>>;
}

/** V or A of one count in tests. */
export const PER_COUNT = 1e-6;

/** All samples of `seconds`, interleaved in the order of the signal's channels. */
export function samplesOf(signal: Signal, seconds: number): Int32Array {
  const channels = Object.values(signal.channels);
  const count = Math.round(seconds * signal.rate);
  const samples = new Int32Array(count * channels.length);
  for (const [c, tones] of channels.entries()) {
    for (let n = 0; n < count; n += 1) {
      let value = 0;
      for (const { rms, degrees = 0, order = 1 } of tones) {
        const turns = (n / signal.rate) * signal.hertz * order + degrees / 360;
        value += rms * Math.SQRT2 * Math.sin(2 * Math.PI * (turns - Math.floor(turns)));
      }
      samples[n * channels.length + c] = Math.round(value / PER_COUNT);
    }
  }
  return samples;
}

/** Cuts samples into frames of a length. */
export function* framesOf(samples: Int32Array, channels: number, length: number): Generator<Frame> {
  for (let first = 0; first * channels < samples.length; first += length) {
    yield { first, samples: samples.subarray(first * channels, (first + length) * channels) };
  }
}
