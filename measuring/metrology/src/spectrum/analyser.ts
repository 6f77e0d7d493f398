/**
 * The spectrum of a measuring window: resampled between its zero crossings, transformed, each bin divided by the
 * kernel's gain, gathered into subgroups (IEC 61000-4-7).
 *
 * Harmonics reach to the 50th or to 0.43 of the sample rate, whichever is lower; the record says it as `highest`. Against
 * what lies above half of the rate only the filter before the converter helps. Of what lies below it, at 16 kS/s the part
 * above 6.2 kHz comes back at 42.5 Hz as up to 0.6 % of itself, everything else as less than 0.02 % (`kernel.ts`).
 */

import { metrologyErrors } from "../errors.ts";
import { CHANNELS, type ChannelIndex, CURRENT_OFFSET, channelIndex } from "../frame/channel.ts";
import type { Layout } from "../frame/layout.ts";
import { HARMONIC_PLACES, HARMONICS } from "../window/record.ts";
import { RealFft } from "./fft.ts";
import { AFTER, BEFORE, gainAt } from "./kernel.ts";
import { Resampler } from "./resampler.ts";
import type { RingView } from "./ring-view.ts";
import { CYCLES_MIN, type SubgroupRecord, writeSubgroups } from "./subgroups.ts";

/** Part of the sample rate up to which harmonics are given. */
export const BAND = 0.43;
/** So many samples before the start of a window must still be in the ring, and so many after its end have come. */
export const SAMPLES_BEHIND = BEFORE;
export const SAMPLES_AHEAD = AFTER;
const RATE_MIN = 1000;
const RATE_MAX = 32_000;

export class SpectrumAnalyser {
  /**
   * The line at each harmonic itself, real and imaginary part as RMS (V, A), by channel and h as in
   * `WindowRecord.harmonics`; angles are those at the window's start. NaN above `highest`.
   */
  readonly lineRe = new Float64Array(CHANNELS * HARMONIC_PLACES);
  readonly lineIm = new Float64Array(CHANNELS * HARMONIC_PLACES);
  readonly #channels: readonly ChannelIndex[];
  readonly #resampler: Resampler;
  readonly #fft: RealFft;
  /** By bin: what makes |X| an RMS value, without the kernel's gain. */
  readonly #scale: Float64Array;
  readonly #power: Float64Array;

  constructor(layout: Pick<Layout, "rate" | "channels">) {
    if (!(layout.rate >= RATE_MIN && layout.rate <= RATE_MAX)) {
      throw metrologyErrors.METROLOGY_SPECTRUM_REFUSED(`No spectrum is made of ${layout.rate} samples a second.`);
    }
    this.#channels = layout.channels.map(channelIndex);
    this.#resampler = new Resampler(layout.rate);
    this.#fft = new RealFft(this.#resampler.points);
    this.#scale = new Float64Array(this.#fft.re.length);
    this.#power = new Float64Array(this.#fft.re.length);
  }

  /**
   * Writes harmonics, interharmonics, THD and `highest` of all channels into the record; the rest of it is not touched.
   * @param from first sample of the window, with the fraction at which the zero crossing lay
   * @param to end of the window; the ring must hold `SAMPLES_BEHIND` samples before `from` and `SAMPLES_AHEAD` after `to`
   * @param cycles whole cycles in the window; fewer than 4, or a window over 0.5 s, leave everything NaN and `highest` 0
   */
  analyse(ring: RingView, from: number, to: number, cycles: number, record: SubgroupRecord): void {
    this.#clear(record);
    if (!(Number.isInteger(cycles) && cycles >= CYCLES_MIN && this.#resampler.aim(from, to))) return;
    const reach = this.#reach(from, to, cycles);
    record.highest = Math.min(HARMONICS, reach);
    this.#rescale(binsFor(reach, cycles), 1 / (to - from));
    const channels = this.#channels;
    for (let k = 0; k < channels.length; k += 2) {
      const one = channels[k]!;
      const other = channels[k + 1];
      this.#resampler.take(ring.data[one]!, ring.data[other ?? one]!, ring.mask);
      this.#analyseChannel(one, this.#resampler.windows[0], cycles, reach, record);
      if (other !== undefined) this.#analyseChannel(other, this.#resampler.windows[1], cycles, reach, record);
    }
  }

  /** Active power of harmonic h of a phase (0 to 2) in the window analysed last, W: positive is import. */
  harmonicActive(phase: number, h: number): number {
    const u = phase * HARMONIC_PLACES + h;
    const i = (phase + CURRENT_OFFSET) * HARMONIC_PLACES + h;
    return this.lineRe[u]! * this.lineRe[i]! + this.lineIm[u]! * this.lineIm[i]!;
  }

  #analyseChannel(
    channel: ChannelIndex,
    window: Float64Array,
    cycles: number,
    reach: number,
    record: SubgroupRecord,
  ): void {
    const bins = binsFor(reach, cycles);
    this.#fft.transform(window, bins);
    this.#square(bins);
    writeSubgroups(this.#power, cycles, reach, channel, record);
    this.#keepLines(channel, cycles, record.highest);
  }

  #clear(record: SubgroupRecord): void {
    record.harmonics.fill(Number.NaN);
    record.interharmonics.fill(Number.NaN);
    record.thd.fill(Number.NaN);
    record.highest = 0;
    this.lineRe.fill(Number.NaN);
    this.lineIm.fill(Number.NaN);
  }

  #reach(from: number, to: number, cycles: number): number {
    const byRate = Math.floor((BAND * (to - from)) / cycles);
    return Math.min(byRate, Math.floor((this.#fft.points / 2 - 1) / cycles));
  }

  #rescale(bins: number, binWidth: number): void {
    const kernel = this.#resampler.kernel;
    const whole = Math.SQRT2 / this.#fft.points;
    for (let bin = 0; bin <= bins; bin++) this.#scale[bin] = whole / gainAt(kernel, bin * binWidth);
    this.#scale[0] = this.#scale[0]! / Math.SQRT2;
  }

  #square(bins: number): void {
    const { re, im } = this.#fft;
    const scales = this.#scale;
    const power = this.#power;
    for (let bin = 0; bin <= bins; bin++) {
      const scale = scales[bin]!;
      power[bin] = (re[bin]! * re[bin]! + im[bin]! * im[bin]!) * scale * scale;
    }
  }

  #keepLines(channel: number, cycles: number, highest: number): void {
    for (let h = 0; h <= highest; h++) {
      const bin = h * cycles;
      const scale = this.#scale[bin]!;
      this.lineRe[channel * HARMONIC_PLACES + h] = this.#fft.re[bin]! * scale;
      this.lineIm[channel * HARMONIC_PLACES + h] = this.#fft.im[bin]! * scale;
    }
  }
}

/** To one bin above the last harmonic, and to the interharmonics above it where they exist. */
function binsFor(reach: number, cycles: number): number {
  return Math.min(reach, HARMONIC_PLACES) * cycles + 1;
}
