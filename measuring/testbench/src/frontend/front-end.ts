/**
 * Signal in, frames of counts out: sensors, then converters. One unit of the hardware has its own ratio, delay and offset
 * within the tolerances of its type, drawn from the seed `unit`; its noise is drawn from `noise`. The stream is the same
 * however many samples somebody asks for at once.
 */
import type { ChannelId, Frame, Layout } from "@csj/metrology";
import { BLOCK, renderBlock } from "../source/generator.ts";
import { checkSignal, type Signal, type Waveform } from "../source/signal.ts";
import { Adc } from "./adc.ts";
import { Dice } from "./dice.ts";
import { dividedWaveform, type SensorUnit, saturate, saturationKnee, transformedWaveform } from "./sensor.ts";
import type { FrontEndSpec } from "./spec.ts";

export interface FrontEndUse {
  /** Which piece of hardware: the same number is the same piece. */
  readonly unit: number;
  readonly noise: number;
  /** Above the temperature of the calibration. */
  readonly kelvin?: number;
  /** Which closing of the split cores since that of the calibration; not given for that one. */
  readonly mounting?: number;
}

interface Channel {
  readonly waveform: Waveform;
  /** s after the scan's start. */
  readonly delay: number;
  readonly adc: Adc;
  /** V; undefined for a divider. */
  readonly knee: number | undefined;
}

const wired: Readonly<Record<FrontEndSpec["wiring"], readonly ChannelId[]>> = {
  "1p2w": ["u1", "i1"],
  "1p3w": ["u1", "i1", "u2", "i2"],
  "3p4w": ["u1", "i1", "u2", "i2", "u3", "i3"],
};

/** Layout of a front end's frames. */
export function layoutOf(spec: FrontEndSpec): Layout {
  return {
    rate: spec.rate,
    channels: wired[spec.wiring],
    wiring: spec.wiring,
    nominalHertz: spec.nominal_hertz,
    nominalVolts: spec.nominal_volts,
  };
}

export class FrontEnd {
  readonly layout: Layout;
  /** Samples a second of true time: the layout's rate and the clock's error. */
  readonly trueRate: number;
  readonly #signal: Signal;
  readonly #channels: readonly Channel[];
  readonly #jitter: number;
  readonly #dice: Dice;
  readonly #volts = new Float64Array(BLOCK);
  readonly #slopes = new Float64Array(BLOCK);
  readonly #moments = new Float64Array(BLOCK);
  readonly #block: Int32Array;
  #out = new Int32Array(0);
  #next = 0;

  /** @throws TESTBENCH_SIGNAL_REFUSED */
  constructor(spec: FrontEndSpec, signal: Signal, use: FrontEndUse) {
    checkSignal(signal);
    this.layout = layoutOf(spec);
    this.#signal = signal;
    const unit = new Dice(use.unit);
    this.trueRate = spec.rate * (1 + unit.spread() * spec.adc.clock_ppm * 1e-6);
    this.#channels = makeChannels(spec, signal, use, this.layout.channels);
    this.#jitter = spec.adc.jitter_ns * 1e-9;
    this.#dice = new Dice(use.noise);
    this.#block = new Int32Array(BLOCK * this.#channels.length);
  }

  /** The next `count` samples of each channel, interleaved; the array is used again by the next call. */
  frames(count: number): Frame {
    const width = this.#channels.length;
    if (this.#out.length !== count * width) this.#out = new Int32Array(count * width);
    const first = this.#next;
    for (let filled = 0; filled < count; ) {
      const within = this.#next % BLOCK;
      if (within === 0) this.#render(this.#next / BLOCK);
      const take = Math.min(BLOCK - within, count - filled);
      this.#out.set(this.#block.subarray(within * width, (within + take) * width), filled * width);
      this.#next += take;
      filled += take;
    }
    return { first, samples: this.#out };
  }

  #render(block: number): void {
    const shaky = this.#jitter > 0;
    if (shaky) for (let n = 0; n < BLOCK; n++) this.#moments[n] = this.#jitter * this.#dice.normal();
    this.#channels.forEach(({ waveform, delay, adc, knee }, place) => {
      const sampling = { rate: this.trueRate, delay };
      renderBlock(this.#signal, waveform, sampling, block, this.#volts, shaky ? this.#slopes : undefined);
      if (shaky) for (let n = 0; n < BLOCK; n++) this.#volts[n]! += this.#slopes[n]! * this.#moments[n]!;
      if (knee !== undefined) saturate(this.#volts, BLOCK, knee);
      adc.convert(this.#volts, BLOCK, this.#dice, this.#block, place, this.#channels.length);
    });
  }
}

function makeChannels(spec: FrontEndSpec, signal: Signal, use: FrontEndUse, ids: readonly ChannelId[]): Channel[] {
  return ids.map((id, place) => {
    const piece = use.unit * 8 + channelSalt(id);
    const dice = new Dice(piece);
    const closing = use.mounting === undefined ? undefined : new Dice(Math.imul(piece + 1, 0x9e3779b1) + use.mounting);
    const isVoltage = id.startsWith("u");
    const sensor = sensorUnit(spec, isVoltage, closing, dice);
    const hertz = signal.frequency.hertz;
    const waveform = signal.channels[id] ?? { tones: [] };
    const kelvin = use.kelvin ?? 0;
    return {
      waveform: isVoltage
        ? dividedWaveform(spec.voltage, sensor, waveform, hertz, kelvin)
        : transformedWaveform(spec.current, sensor, waveform, hertz, spec.nominal_hertz, kelvin),
      delay: place * spec.adc.skew_us * 1e-6,
      adc: new Adc(spec.adc, dice.spread() * spec.adc.offset_lsb, Math.floor(dice.uniform() * 2 ** 31)),
      knee: isVoltage ? undefined : saturationKnee(spec.current),
    };
  });
}

/** So that a channel is the same piece whichever others are scanned. */
function channelSalt(id: ChannelId): number {
  return (id.startsWith("u") ? 0 : 4) + Number(id[1]);
}

function sensorUnit(spec: FrontEndSpec, isVoltage: boolean, closing: Dice | undefined, dice: Dice): SensorUnit {
  const { tolerance_percent, ppm_per_kelvin } = isVoltage ? spec.voltage : spec.current;
  const ratio = dice.spread() * tolerance_percent;
  const ppmPerKelvin = dice.spread() * ppm_per_kelvin;
  if (isVoltage || closing === undefined) return { ratioPercent: ratio, minutes: 0, ppmPerKelvin };
  const { remount_percent = 0, remount_minutes = 0 } = spec.current;
  return {
    ratioPercent: ratio + closing.spread() * remount_percent,
    minutes: closing.spread() * remount_minutes,
    ppmPerKelvin,
  };
}
