/**
 * Counts to volts and amperes, aligned in time. Works in blocks that begin at fixed sample numbers, whatever frames the
 * samples came in: a clamp's correction follows its current and changes at a block's edge, so the edges must not depend
 * on how the stream was cut.
 */
import { metrologyErrors } from "../errors.ts";
import { type ChannelId, channelIndex } from "../frame/channel.ts";
import type { Ring } from "../frame/ring.ts";
import type { ChannelCalibration, CurvePoint, DelayFilter } from "./calibration.ts";
import { LATENCY, TAPS_FAST, TAPS_MAX } from "./delay-filter.ts";

/** Samples that are conditioned at a time; blocks begin at multiples of it. */
export const BLOCK = 32;
/** Blocks after which what is needed of the past is moved to the front. */
const BLOCKS = 32;

export class ChannelConditioner {
  readonly index: number;
  /** Counts as they came, whole numbers: the block's from place `block` on, what came before them before it. */
  readonly counts: Float64Array;
  block: number;
  readonly #history: number;
  readonly #out: Float64Array;
  readonly #mask: number;
  readonly #offset: number;
  readonly #ratio: number;
  readonly #curve: readonly CurvePoint[];
  readonly #filters: readonly DelayFilter[];
  /** Oldest sample's first. */
  readonly #taps: Float64Array;
  readonly #isPlain: boolean;
  #gain = 1;

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
    const { shift, taps } = filters[0]!;
    this.#history = TAPS_MAX - 1 + shift;
    this.block = this.#history;
    this.counts = new Float64Array(this.#history + BLOCK * BLOCKS);
    this.#taps = new Float64Array(taps.length);
    this.#offset = channel.offset;
    this.#ratio = channel.ratio;
    this.#curve = curve;
    this.#filters = filters;
    const middle = (taps.length - 1) / 2;
    this.#isPlain = curve.length === 0 && taps.every((tap, k) => tap === (k === middle ? 1 : 0));
    this.follow(0);
  }

  /** Samples after a gap of which what comes out still holds what was before it. */
  get settling(): number {
    return this.#history - LATENCY;
  }

  /** Corrects for this current (A, RMS, without the curve's own gain) from the next block on. */
  follow(amps: number): void {
    const curve = this.#curve;
    let upper = 0;
    while (upper < curve.length && curve[upper]!.amps < amps) upper += 1;
    const to = Math.max(0, Math.min(upper, curve.length - 1));
    const from = Math.max(0, upper - 1);
    const low = curve[from];
    const high = curve[to];
    const part =
      low === undefined || high === undefined || to === from ? 0 : (amps - low.amps) / (high.amps - low.amps);
    this.#gain = low === undefined || high === undefined ? 1 : low.gain + part * (high.gain - low.gain);
    const one = this.#filters[from]!.taps;
    const other = this.#filters[to]!.taps;
    const last = one.length - 1;
    for (let k = 0; k <= last; k += 1) this.#taps[last - k] = one[k]! + part * (other[k]! - one[k]!);
  }

  /** A as it would be shown without the curve, of an RMS value with it. */
  uncorrected(amps: number): number {
    return amps / this.#gain;
  }

  /** Conditions the block that begins with raw sample `first` and has `count`; writes samples `LATENCY` before them. */
  run(first: number, count: number): void {
    const scale = this.#ratio * this.#gain;
    const bias = this.#offset * scale;
    if (this.#isPlain) this.#copy(first - LATENCY, count, scale, bias);
    else if (this.#taps.length === TAPS_FAST) this.#filterFast(first - LATENCY, count, scale, bias);
    else this.#filter(first - LATENCY, count, scale, bias);
    this.block += count;
    if (this.block + BLOCK <= this.counts.length) return;
    this.counts.copyWithin(0, this.block - this.#history, this.block);
    this.block = this.#history;
  }

  #copy(first: number, count: number, scale: number, bias: number): void {
    const { counts } = this;
    const out = this.#out;
    const mask = this.#mask;
    const to = first & mask;
    const from = this.block - this.#history + LATENCY;
    for (let n = 0; n < count; n += 1) out[(to + n) & mask] = counts[from + n]! * scale - bias;
  }

  /** Nine taps written out, with the counts handed on: two thirds of the time of the loop below. */
  #filterFast(first: number, count: number, scale: number, bias: number): void {
    const { counts } = this;
    const out = this.#out;
    const mask = this.#mask;
    const to = first & mask;
    const from = this.block - this.#history + LATENCY - (TAPS_FAST - 1) / 2;
    const taps = this.#taps;
    const t0 = taps[0]!;
    const t1 = taps[1]!;
    const t2 = taps[2]!;
    const t3 = taps[3]!;
    const t4 = taps[4]!;
    const t5 = taps[5]!;
    const t6 = taps[6]!;
    const t7 = taps[7]!;
    const t8 = taps[8]!;
    let x0 = counts[from]!;
    let x1 = counts[from + 1]!;
    let x2 = counts[from + 2]!;
    let x3 = counts[from + 3]!;
    let x4 = counts[from + 4]!;
    let x5 = counts[from + 5]!;
    let x6 = counts[from + 6]!;
    let x7 = counts[from + 7]!;
    for (let n = 0; n < count; n += 1) {
      const x8 = counts[from + n + 8]!;
      const sum = t0 * x0 + t1 * x1 + t2 * x2 + t3 * x3 + t4 * x4 + t5 * x5 + t6 * x6 + t7 * x7 + t8 * x8;
      out[(to + n) & mask] = sum * scale - bias;
      x0 = x1;
      x1 = x2;
      x2 = x3;
      x3 = x4;
      x4 = x5;
      x5 = x6;
      x6 = x7;
      x7 = x8;
    }
  }

  #filter(first: number, count: number, scale: number, bias: number): void {
    const { counts } = this;
    const taps = this.#taps;
    const length = taps.length;
    const out = this.#out;
    const mask = this.#mask;
    const to = first & mask;
    const from = this.block - this.#history + LATENCY - (length - 1) / 2;
    let n = 0;
    // Four at a time, and each count fetched once for all four: a third of the time that one by one takes.
    for (; n + 4 <= count; n += 4) {
      const oldest = from + n;
      let a = counts[oldest]!;
      let b = counts[oldest + 1]!;
      let c = counts[oldest + 2]!;
      let one = 0;
      let two = 0;
      let three = 0;
      let four = 0;
      for (let j = 0; j < length; j += 1) {
        const tap = taps[j]!;
        const d = counts[oldest + j + 3]!;
        one += tap * a;
        two += tap * b;
        three += tap * c;
        four += tap * d;
        a = b;
        b = c;
        c = d;
      }
      out[(to + n) & mask] = one * scale - bias;
      out[(to + n + 1) & mask] = two * scale - bias;
      out[(to + n + 2) & mask] = three * scale - bias;
      out[(to + n + 3) & mask] = four * scale - bias;
    }
    for (; n < count; n += 1) {
      let sum = 0;
      for (let j = 0; j < length; j += 1) sum += taps[j]! * counts[from + n + j]!;
      out[(to + n) & mask] = sum * scale - bias;
    }
  }
}
