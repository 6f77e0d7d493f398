/**
 * Counts to volts and amperes, aligned in time. Works in blocks that begin at fixed sample numbers, whatever frames the
 * samples came in: a clamp's correction follows its current and changes at a block's edge, so the edges must not depend
 * on how the stream was cut.
 */
import { metrologyErrors } from "../errors.ts";
import { type ChannelId, channelIndex } from "../frame/channel.ts";
import type { Ring } from "../frame/ring.ts";
import type { ChannelCalibration, CurvePoint, DelayFilter } from "./calibration.ts";
import { LATENCY, TAPS } from "./delay-filter.ts";

export class ChannelConditioner {
  readonly index: number;
  /** Counts as they came, in a ring of the same length; whole numbers. */
  readonly raw: Float64Array;
  readonly #out: Float64Array;
  readonly #mask: number;
  readonly #offset: number;
  readonly #ratio: number;
  readonly #curve: readonly CurvePoint[];
  readonly #filters: readonly DelayFilter[];
  readonly #shift: number;
  readonly #taps = new Float64Array(TAPS);
  #gain = 1;
  #isPlain: boolean;

  constructor(id: ChannelId, ring: Ring, channel: ChannelCalibration, filters: readonly DelayFilter[]) {
    const curve = channel.curve ?? [];
    if (filters.length !== Math.max(1, curve.length)) {
      throw metrologyErrors.METROLOGY_CALIBRATION_REFUSED(
        `filters.${id} has ${filters.length} filters for ${curve.length} points.`,
      );
    }
    this.index = channelIndex(id);
    this.#mask = ring.mask;
    this.#out = ring.data[this.index] ?? new Float64Array(1);
    this.raw = new Float64Array(ring.mask + 1);
    this.#offset = channel.offset;
    this.#ratio = channel.ratio;
    this.#curve = curve;
    this.#filters = filters;
    this.#shift = filters[0]?.shift ?? 0;
    this.#isPlain = curve.length === 0 && (filters[0]?.taps.every((tap, k) => tap === (k === LATENCY ? 1 : 0)) ?? true);
    this.follow(0);
  }

  /** Corrects for this current (A, RMS, without the curve's own gain) from the next block on. */
  follow(amps: number): void {
    const curve = this.#curve;
    if (curve.length === 0) {
      this.#taps.set(this.#filters[0]?.taps ?? []);
      return;
    }
    let upper = 0;
    while (upper < curve.length && (curve[upper]?.amps ?? 0) < amps) upper += 1;
    const to = Math.min(upper, curve.length - 1);
    const from = Math.max(0, upper - 1);
    const [low, high] = [curve[from]!, curve[to]!];
    const part = to === from ? 0 : (amps - low.amps) / (high.amps - low.amps);
    this.#gain = low.gain + part * (high.gain - low.gain);
    const [one, other] = [this.#filters[from]!.taps, this.#filters[to]!.taps];
    for (let k = 0; k < TAPS; k += 1) this.#taps[k] = one[k]! + part * (other[k]! - one[k]!);
  }

  /** A as it would be shown without the curve, of an RMS value with it. */
  uncorrected(amps: number): number {
    return amps / this.#gain;
  }

  /** Conditions raw samples from number `first` up to `last`, exclusive; writes those of `LATENCY` samples before. */
  run(first: number, last: number): void {
    const { raw } = this;
    const from = first & this.#mask;
    const to = from + (last - first);
    const out = this.#out;
    const mask = this.#mask;
    const scale = this.#ratio * this.#gain;
    const offset = this.#offset;
    if (this.#isPlain) {
      const back = LATENCY + this.#shift;
      for (let n = from; n < to; n += 1) out[(n - LATENCY) & mask] = (raw[(n - back) & mask]! - offset) * scale;
      return;
    }
    const taps = this.#taps;
    for (let n = from; n < to; n += 1) {
      const newest = n - this.#shift;
      let sum = 0;
      for (let k = 0; k < TAPS; k += 1) sum += taps[k]! * raw[(newest - k) & mask]!;
      out[(n - LATENCY) & mask] = (sum - offset) * scale;
    }
  }
}
