/**
 * A converter: volts to signed counts, with what its data sheet says is wrong with it. Noise comes before rounding, as in
 * the part itself, so that a signal below one count is still seen in the mean.
 */
import type { Dice } from "./dice.ts";
import type { AdcSpec } from "./spec.ts";

export class Adc {
  /** V of one count. */
  readonly lsb: number;
  readonly #top: number;
  readonly #noise: number;
  readonly #offset: number;
  readonly #inl: number;
  readonly #bend: number;
  readonly #dnl: number;
  readonly #salt: number;

  /** @param offset of this channel, LSB @param salt decides where this channel's code edges lie */
  constructor(spec: AdcSpec, offset: number, salt: number) {
    this.#top = 2 ** (spec.bits - 1) - 1;
    this.lsb = spec.full_scale / 2 ** (spec.bits - 1);
    this.#noise = spec.noise_lsb;
    this.#offset = offset;
    this.#inl = spec.inl_lsb ?? 0;
    this.#bend = Math.PI / 2 ** (spec.bits - 1);
    this.#dnl = spec.dnl_lsb ?? 0;
    this.#salt = salt;
  }

  /** Counts of `count` volts into `samples[at]`, `samples[at + step]`, ...; beyond the full scale the last code stays. */
  convert(volts: Float64Array, count: number, dice: Dice, samples: Int32Array, at: number, step: number): void {
    const perVolt = 1 / this.lsb;
    for (let n = 0; n < count; n++) {
      let value = volts[n]! * perVolt + this.#offset;
      if (this.#inl !== 0) value += this.#inl * Math.sin(value * this.#bend);
      if (this.#noise !== 0) value += this.#noise * dice.normal();
      const code = this.#dnl === 0 ? Math.floor(value + 0.5) : this.#codeOf(value);
      samples[at + n * step] = code > this.#top ? this.#top : code < -this.#top - 1 ? -this.#top - 1 : code;
    }
  }

  /** The edge below a code lies at code - 0.5, shifted by up to half of the DNL to either side. */
  #codeOf(value: number): number {
    const code = Math.floor(value + 0.5);
    if (value < code - 0.5 + this.#shift(code)) return code - 1;
    return value >= code + 0.5 + this.#shift(code + 1) ? code + 1 : code;
  }

  #shift(code: number): number {
    let mixed = Math.imul(code ^ this.#salt, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77);
    return this.#dnl * (((mixed ^ (mixed >>> 13)) >>> 0) / 4_294_967_296 - 0.5);
  }
}
