/**
 * One voltage from samples to instantaneous flicker Pinst (IEC 61000-4-15, blocks 1 to 4): scaled to its own mean over
 * 27.3 s, squared, freed of DC and of the mains, weighted as the lamp and the eye do, squared and smoothed over 0.3 s.
 *
 * It runs on 2,000 to 4,000 samples a second. Fewer are made by two means one after the other (a triangle of weights):
 * what would fold onto 15 to 85 Hz is below 0.2 % of itself then, which a single mean would leave at 4 %: h39 and h41
 * at 2,000 a second would beat with the fundamental and be flicker that no lamp shows.
 */
import type { RingView } from "../spectrum/ring-view.ts";
import { bandHertz, lamps } from "./lamp.ts";
import { bilinear, butterworth, Cascade, magnitude, type Section } from "./section.ts";

export const FLICKER_RATE = 2000;
const REFERENCE_SECONDS = 27.3;
const SMOOTHING_SECONDS = 0.3;
const HIGH_PASS_HERTZ = 0.05;
const UNIT_HERTZ = 8.8;
/** The reference stops following here, as a part of the declared voltage: a division by nothing is no flicker. */
const REFERENCE_FLOOR = 0.02;

export interface FlickerSpec {
  readonly rate: number;
  readonly nominalHertz: 50 | 60;
  readonly nominalVolts: number;
  readonly lamp: 120 | 230;
}

interface Constants {
  /** Pinst for the square of what the eye sees. */
  readonly scale: number;
  /** Part of the distance that the reference and the smoothing go in a sample. */
  readonly follow: number;
  readonly smooth: number;
  /** V squared. */
  readonly floor: number;
}

export class FlickerChain {
  /** Pinst of the last sample. */
  instant = 0;
  readonly #decimation: number;
  readonly #filters: Cascade;
  readonly #constants: Constants;
  /** Sum and moment of the block under way and of the one before. */
  readonly #blocks = new Float64Array(4);
  #inBlock = 0;
  #reference = 0;
  #taken = 0;

  constructor(spec: FlickerSpec) {
    this.#decimation = decimationFor(spec.rate);
    const rate = spec.rate / this.#decimation;
    const sections = chainSections(spec, rate);
    this.#filters = new Cascade(sections);
    this.#constants = {
      scale: unitScale(sections, lamps[spec.lamp].unitPercent, rate),
      follow: 1 / (REFERENCE_SECONDS * rate),
      smooth: 1 - Math.exp(-1 / (SMOOTHING_SECONDS * rate)),
      floor: (REFERENCE_FLOOR * spec.nominalVolts) ** 2,
    };
    this.restart();
  }

  /** Forgets the past: after a gap, and at the beginning. */
  restart(): void {
    this.#filters.rest(1);
    this.#blocks.fill(0);
    this.#inBlock = 0;
    this.#reference = 0;
    this.#taken = 0;
    this.instant = 0;
  }

  /**
   * Takes samples until one of the lower rate is complete, or until there are none left.
   * @returns how many it took; `instant` is new where `fresh` is true afterwards
   */
  take(data: Float64Array, mask: RingView["mask"], from: number, count: number): number {
    const blocks = this.#blocks;
    const take = Math.min(count, this.#decimation - this.#inBlock);
    const start = from & mask;
    let sum = blocks[0]!;
    let moment = blocks[1]!;
    for (let k = 0, at = this.#inBlock; k < take; k++, at++) {
      const x = data[(start + k) & mask]!;
      sum += x;
      moment += at * x;
    }
    blocks[0] = sum;
    blocks[1] = moment;
    this.#inBlock += take;
    if (this.#inBlock === this.#decimation) this.#endBlock();
    return take;
  }

  /** True where the sample just taken completed one of the lower rate. */
  get fresh(): boolean {
    return this.#inBlock === 0;
  }

  #endBlock(): void {
    const blocks = this.#blocks;
    const d = this.#decimation;
    const volts = (blocks[3]! + blocks[2]! + (d - 1) * blocks[0]! - blocks[1]!) / (d * d);
    blocks[2] = blocks[0]!;
    blocks[3] = blocks[1]!;
    blocks[0] = 0;
    blocks[1] = 0;
    this.#inBlock = 0;
    this.#step(volts * volts);
  }

  #step(square: number): void {
    const { scale, follow, smooth, floor } = this.#constants;
    this.#taken++;
    this.#reference += (square - this.#reference) * Math.max(follow, 1 / this.#taken);
    const seen = this.#filters.step(square / Math.max(this.#reference, floor));
    this.instant += (seen * seen * scale - this.instant) * smooth;
  }
}

export function decimationFor(rate: number): number {
  return Math.max(1, Math.floor(rate / FLICKER_RATE));
}

function chainSections({ lamp, nominalHertz }: FlickerSpec, rate: number): Section[] {
  const turn = 2 * Math.PI;
  const { lambda, w1, w2, w3, w4 } = lamps[lamp];
  const highPass = bilinear([0, 1, 0], [turn * HIGH_PASS_HERTZ, 1, 0], rate);
  const eye = bilinear([0, turn * w1, 0], [(turn * w1) ** 2, 2 * turn * lambda, 1], rate);
  const filament = bilinear(
    [1, 1 / (turn * w2), 0],
    [1, 1 / (turn * w3) + 1 / (turn * w4), 1 / (turn * w3 * turn * w4)],
    rate,
  );
  return [highPass, ...butterworth(6, bandHertz[nominalHertz], rate), eye, filament];
}

/** The unit is defined by a modulation, so the scale is worked out from the filters as they are. */
function unitScale(sections: readonly Section[], unitPercent: number, rate: number): number {
  const amplitude = (unitPercent / 100) * magnitude(sections, UNIT_HERTZ, rate);
  const ripple = 1 / Math.hypot(1, 2 * Math.PI * 2 * UNIT_HERTZ * SMOOTHING_SECONDS);
  return 2 / (amplitude * amplitude * (1 + ripple));
}
