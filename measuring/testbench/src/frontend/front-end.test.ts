import { describe, expect, it } from "vitest";
import { circuitSignal } from "../source/circuit.ts";
import type { Signal } from "../source/signal.ts";
import { Adc } from "./adc.ts";
import { Dice } from "./dice.ts";
import { FrontEnd } from "./front-end.ts";
import { frontEndPreset, frontEndPresets } from "./presets.ts";
import { ctErrors, saturate } from "./sensor.ts";
import type { AdcSpec, FrontEndSpec } from "./spec.ts";

const perfectAdc: AdcSpec = {
  bits: 16,
  full_scale: 1,
  noise_lsb: 0,
  offset_lsb: 0,
  clock_ppm: 0,
  jitter_ns: 0,
  skew_us: 0,
};
const micro = frontEndPreset("12-bit")!;

/** A front end of which only the parts of `adc` and `part` are wrong. */
function perfect(adc: Partial<AdcSpec>, part: Partial<FrontEndSpec> = {}): FrontEndSpec {
  const exact = { tolerance_percent: 0, ppm_per_kelvin: 0, delay_us: 0 };
  return {
    ...micro,
    rate: 8000,
    adc: { ...perfectAdc, ...adc },
    voltage: { ratio: 1 / 500, ...exact },
    current: {
      ...micro.current,
      ...exact,
      ratio: 1 / 100,
      curve: [{ percent: 100, ratio_percent: 0, minutes: 0 }],
      remount_percent: 0,
      remount_minutes: 0,
    },
    ...part,
  };
}

const load = (lag = 0): Signal =>
  circuitSignal({ wiring: "3p4w", frequency: { hertz: 50 }, phases: [{ volts: 230, amps: 20, lag }] });

/** RMS and angle (degrees) of the 50 Hz of each channel over `cycles` whole cycles. */
function phasors(frontEnd: FrontEnd, cycles = 10): { rms: number; degrees: number; mean: number }[] {
  const { rate, channels } = frontEnd.layout;
  const count = (cycles * rate) / 50;
  const { samples } = frontEnd.frames(count);
  return channels.map((_, place) => {
    let [re, im, mean] = [0, 0, 0];
    for (let n = 0; n < count; n++) {
      const value = samples[n * channels.length + place]!;
      re += value * Math.cos((2 * Math.PI * 50 * n) / rate);
      im -= value * Math.sin((2 * Math.PI * 50 * n) / rate);
      mean += value / count;
    }
    return {
      rms: (Math.hypot(re, im) * Math.SQRT2) / count,
      degrees: (Math.atan2(im, re) * 180) / Math.PI,
      mean,
    };
  });
}

function statistics(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

describe("the dice", () => {
  it("throw a normal distribution of mean 0 and deviation 1, the same for the same seed", () => {
    const dice = new Dice(5);
    const values = Array.from({ length: 100_000 }, () => dice.normal());
    const { mean, deviation } = statistics(values);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.01);
    expect(values.filter((value) => Math.abs(value) > 1.96).length / values.length).toBeCloseTo(0.05, 2);
    const again = new Dice(5);
    expect(values.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => again.normal()));
    expect(new Dice(6).normal()).not.toBe(values[0]);
  });
});

describe("a converter", () => {
  it("rounds to the nearest count, with an error as evenly spread as a count is wide", () => {
    const adc = new Adc(perfectAdc, 0, 0);
    const dice = new Dice(1);
    const volts = Float64Array.from({ length: 20_000 }, () => dice.spread() * 0.9);
    const samples = new Int32Array(volts.length);
    adc.convert(volts, volts.length, dice, samples, 0, 1);
    const errors = [...samples].map((code, n) => code - volts[n]! / adc.lsb);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(0.5 + 1e-9);
    expect(statistics(errors).deviation).toBeCloseTo(1 / Math.sqrt(12), 2);
  });

  it("adds its noise before it rounds", () => {
    const adc = new Adc({ ...perfectAdc, noise_lsb: 3 }, 0.4, 0);
    const samples = new Int32Array(50_000);
    adc.convert(new Float64Array(samples.length), samples.length, new Dice(2), samples, 0, 1);
    const { mean, deviation } = statistics([...samples]);
    expect(mean).toBeCloseTo(0.4, 1);
    expect(deviation).toBeCloseTo(Math.sqrt(9 + 1 / 12), 1);
  });

  it("stays at its last code beyond the full scale", () => {
    const samples = new Int32Array(2);
    new Adc(perfectAdc, 0, 0).convert(Float64Array.of(1.5, -1.5), 2, new Dice(1), samples, 0, 1);
    expect([...samples]).toEqual([32_767, -32_768]);
  });

  it("bends by its INL and never by more, and shifts each code's edge by half of its DNL at most", () => {
    const volts = Float64Array.from({ length: 4001 }, (_, n) => -0.95 + (n * 1.9) / 4000);
    const codes = (spec: Partial<AdcSpec>) => {
      const samples = new Int32Array(volts.length);
      new Adc({ ...perfectAdc, ...spec }, 0, 77).convert(volts, volts.length, new Dice(1), samples, 0, 1);
      return [...samples].map((code, n) => code - volts[n]! * 32_768);
    };
    const bent = codes({ inl_lsb: 20 });
    expect(Math.max(...bent)).toBeGreaterThan(19);
    expect(Math.max(...bent.map(Math.abs))).toBeLessThanOrEqual(20.5);
    const uneven = codes({ dnl_lsb: 0.8 });
    expect(Math.max(...uneven.map(Math.abs))).toBeGreaterThan(0.6);
    expect(Math.max(...uneven.map(Math.abs))).toBeLessThanOrEqual(0.9);
  });
});

describe("a front end", () => {
  it("gives the same counts whichever number of samples is asked for at once", () => {
    const whole = [...new FrontEnd(micro, load(), { unit: 3, noise: 4 }).frames(1300).samples];
    const pieces = new FrontEnd(micro, load(), { unit: 3, noise: 4 });
    const joined = [1, 7, 160, 512, 620].flatMap((count) => [...pieces.frames(count).samples]);
    expect(joined).toEqual(whole);
    expect(pieces.frames(1).first).toBe(1300);
  });

  it("measures what it was given where nothing is wrong with it", () => {
    const [u1, i1, u2] = phasors(new FrontEnd(perfect({ bits: 24 }), load(60), { unit: 1, noise: 1 }));
    expect(u1!.rms / 2 ** 23).toBeCloseTo(0.46, 6);
    expect(i1!.rms / 2 ** 23).toBeCloseTo(0.2, 6);
    expect(u1!.degrees).toBeCloseTo(0, 4);
    expect(i1!.degrees).toBeCloseTo(-60, 4);
    expect(u2!.degrees).toBeCloseTo(-120, 4);
  });

  it("samples each channel of a scan later by its skew", () => {
    const scan = phasors(new FrontEnd(perfect({ bits: 24, skew_us: 20 }), load(), { unit: 1, noise: 1 }));
    scan.forEach(({ degrees }, place) => {
      const phase = [0, 0, -120, -120, 120, 120][place]!;
      expect(degrees - phase).toBeCloseTo(360 * 50 * 20e-6 * place, 4);
    });
  });

  it("runs as fast as its clock and no faster than the data sheet allows", () => {
    const rates = Array.from({ length: 20 }, (_, unit) => new FrontEnd(micro, load(), { unit, noise: 1 }).trueRate);
    const ppm = rates.map((rate) => (rate / micro.rate - 1) * 1e6);
    expect(Math.max(...ppm.map(Math.abs))).toBeLessThanOrEqual(micro.adc.clock_ppm);
    expect(Math.max(...ppm.map(Math.abs))).toBeGreaterThan(micro.adc.clock_ppm / 2);
  });

  it("turns jitter into noise that grows with the slope", () => {
    const spec = perfect({ bits: 24, jitter_ns: 1000 });
    const shaky = new FrontEnd(spec, load(), { unit: 1, noise: 1 }).frames(8000).samples.slice();
    const calm = new FrontEnd(perfect({ bits: 24 }), load(), { unit: 1, noise: 1 }).frames(8000).samples;
    const differences = Array.from({ length: 8000 }, (_, n) => shaky[n * 6]! - calm[n * 6]!);
    const slope = 2 * Math.PI * 50 * 0.46 * 2 ** 23;
    expect(statistics(differences).deviation / (slope * 1e-6)).toBeCloseTo(1, 1);
  });

  it("is another piece of hardware for another unit, and the same one at each use", () => {
    const gains = [1, 2, 1].map((unit) => phasors(new FrontEnd(micro, load(), { unit, noise: 9 }))[1]!.rms);
    expect(gains[0]).toBe(gains[2]);
    expect(Math.abs(gains[0]! / gains[1]! - 1)).toBeGreaterThan(1e-4);
    const opened = phasors(new FrontEnd(micro, load(), { unit: 1, noise: 9, mounting: 1 }))[1]!.rms;
    expect(Math.abs(opened / gains[0]! - 1)).toBeGreaterThan(1e-5);
    expect(Math.abs(opened / gains[0]! - 1)).toBeLessThan(0.0041);
  });

  it("drifts with temperature within its coefficient", () => {
    const spec = perfect({ bits: 24 }, { voltage: { ...micro.voltage, ratio: 1 / 500 } });
    const [cold, warm] = [0, 40].map(
      (kelvin) => phasors(new FrontEnd(spec, load(), { unit: 5, noise: 1, kelvin }))[0]!,
    );
    const ppm = (warm!.rms / cold!.rms - 1) * 1e6;
    expect(Math.abs(ppm)).toBeLessThanOrEqual(40 * micro.voltage.ppm_per_kelvin);
    expect(Math.abs(ppm)).toBeGreaterThan(1);
  });

  it("passes no DC through a transformer and the divider's DC as it is", () => {
    const { u1, i1 } = load().channels;
    const signal: Signal = { frequency: { hertz: 50 }, channels: { u1: { ...u1!, dc: 10 }, i1: { ...i1!, dc: 5 } } };
    const [u, i] = phasors(new FrontEnd(perfect({ bits: 24 }), signal, { unit: 1, noise: 1 }));
    expect(u!.mean / 2 ** 23).toBeCloseTo(10 / 500, 6);
    expect(i!.mean / 2 ** 23).toBeCloseTo(0, 6);
  });
});

describe("a current transformer", () => {
  it("has its curve's errors at the curve's currents, between them in the middle of the logarithm", () => {
    const { current } = frontEndPreset("24-bit")!;
    expect(ctErrors(current, 5)).toEqual({ ratio_percent: -0.05, minutes: 4 });
    const middle = ctErrors(current, 5 * Math.sqrt(0.2 * 1));
    expect(middle.ratio_percent).toBeCloseTo(-0.07, 12);
    expect(middle.minutes).toBeCloseTo(5, 12);
    expect(ctErrors(current, 0)).toEqual({ ratio_percent: -0.4, minutes: 24 });
  });

  it("has larger errors with a larger burden", () => {
    const { current } = frontEndPreset("24-bit")!;
    expect(ctErrors({ ...current, burden_ohms: 40 }, 5).minutes).toBeCloseTo(8, 12);
  });

  it("turns the current ahead, less at a higher frequency", () => {
    const spec = perfect({ bits: 24 });
    const lead: FrontEndSpec = {
      ...spec,
      current: { ...spec.current, curve: [{ percent: 100, ratio_percent: -1, minutes: 60 }] },
    };
    const at = (hertz: number) => {
      const { channels } = load();
      const frontEnd = new FrontEnd(lead, { frequency: { hertz }, channels }, { unit: 1, noise: 1 });
      let [re, im] = [0, 0];
      const { samples } = frontEnd.frames(8000);
      for (let n = 0; n < 8000; n++) {
        re += samples[n * 6 + 1]! * Math.cos((2 * Math.PI * hertz * n) / 8000);
        im -= samples[n * 6 + 1]! * Math.sin((2 * Math.PI * hertz * n) / 8000);
      }
      return { degrees: (Math.atan2(im, re) * 180) / Math.PI, rms: (Math.hypot(re, im) * Math.SQRT2) / 8000 / 2 ** 23 };
    };
    expect(at(50).degrees).toBeCloseTo(1, 4);
    expect(at(50).rms).toBeCloseTo(0.2 * 0.99, 6);
    expect(at(60).degrees).toBeCloseTo(50 / 60, 4);
  });

  it("saturates above its knee on both sides, and not below", () => {
    const values = Float64Array.of(0.5, -0.5, 2, -2);
    saturate(values, 4, 1);
    expect([...values].map((value) => Number(value.toFixed(12)))).toEqual([0.5, -0.5, 1.1, -1.1]);
  });
});

describe("the presets", () => {
  it.each(frontEndPresets.map(({ name }) => name))(
    "%s does not clip at the largest current and 115 %% of the voltage",
    (name) => {
      const { rating, rate, adc } = frontEndPreset(name)!;
      const signal = circuitSignal({
        wiring: "3p4w",
        frequency: { hertz: 50 },
        phases: [{ volts: 230 * 1.15, amps: rating.max_amps, lag: 0 }],
      });
      const { samples } = new FrontEnd(frontEndPreset(name)!, signal, { unit: 1, noise: 1 }).frames(rate / 10);
      const top = 2 ** (adc.bits - 1) - 1;
      expect(samples.some((value) => value >= top || value <= -top - 1)).toBe(false);
    },
  );
});
