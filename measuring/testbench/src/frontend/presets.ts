/**
 * Three front ends as people build them. The numbers are those of typical data sheets, not of one product, and a user's
 * own file replaces them.
 */
import type { FrontEndSpec } from "./spec.ts";

/** Six converters that sample together behind a wound class 0.2 transformer for 5 A: a transformer-operated meter. */
const deltaSigma24: FrontEndSpec = {
  name: "24-bit",
  title: "24-bit delta-sigma converters, simultaneous, class 0.2 current transformers of 5 A",
  rate: 8000,
  wiring: "3p4w",
  nominal_hertz: 50,
  nominal_volts: 230,
  rating: { connection: "transformer", amps: 5, max_amps: 6, pulses_per_kwh: 100_000 },
  adc: {
    bits: 24,
    full_scale: 1.2,
    noise_lsb: 40,
    offset_lsb: 2000,
    inl_lsb: 50,
    clock_ppm: 20,
    jitter_ns: 0.1,
    skew_us: 0,
  },
  voltage: { ratio: 0.45 / 230, tolerance_percent: 1, ppm_per_kelvin: 15, delay_us: 4 },
  current: {
    ratio: 0.45 / 5,
    rated_amps: 5,
    tolerance_percent: 1,
    ppm_per_kelvin: 15,
    delay_us: 4,
    curve: [
      { percent: 0.1, ratio_percent: -0.4, minutes: 24 },
      { percent: 1, ratio_percent: -0.28, minutes: 17 },
      { percent: 5, ratio_percent: -0.16, minutes: 10 },
      { percent: 20, ratio_percent: -0.09, minutes: 6 },
      { percent: 100, ratio_percent: -0.05, minutes: 4 },
      { percent: 120, ratio_percent: -0.05, minutes: 3.8 },
    ],
    winding_ohms: 20,
    rated_burden_ohms: 10,
    burden_ohms: 10,
    saturation_percent: 400,
  },
};

/** A split core that a fitter closes on a live wire, and a 16-bit converter that samples all channels at once. */
const splitCore16: FrontEndSpec = {
  name: "16-bit",
  title: "16-bit converters, simultaneous, class 1 split-core transformers of 100 A",
  rate: 8000,
  wiring: "3p4w",
  nominal_hertz: 50,
  nominal_volts: 230,
  rating: { connection: "transformer", amps: 100, max_amps: 120, pulses_per_kwh: 10_000 },
  adc: {
    bits: 16,
    full_scale: 5,
    noise_lsb: 0.8,
    offset_lsb: 20,
    inl_lsb: 1.5,
    dnl_lsb: 0.4,
    clock_ppm: 30,
    jitter_ns: 1,
    skew_us: 0,
  },
  voltage: { ratio: 2 / 230, tolerance_percent: 1, ppm_per_kelvin: 50, delay_us: 6 },
  current: {
    ratio: 2.2 / 100,
    rated_amps: 100,
    tolerance_percent: 1.5,
    ppm_per_kelvin: 100,
    delay_us: 6,
    curve: [
      { percent: 0.2, ratio_percent: -2.6, minutes: 170 },
      { percent: 1, ratio_percent: -1.9, minutes: 135 },
      { percent: 5, ratio_percent: -1.2, minutes: 100 },
      { percent: 20, ratio_percent: -0.7, minutes: 75 },
      { percent: 100, ratio_percent: -0.4, minutes: 55 },
      { percent: 120, ratio_percent: -0.4, minutes: 53 },
    ],
    winding_ohms: 100,
    rated_burden_ohms: 30,
    burden_ohms: 30,
    saturation_percent: 200,
    remount_percent: 0.4,
    remount_minutes: 8,
  },
};

/** A microcontroller's own converter, one channel after the other, behind clamps of a hobby shop. */
const clamp12: FrontEndSpec = {
  name: "12-bit",
  title: "12-bit microcontroller converter, one channel after the other, split-core clamps of 100 A",
  rate: 6400,
  wiring: "3p4w",
  nominal_hertz: 50,
  nominal_volts: 230,
  rating: { connection: "transformer", amps: 100, max_amps: 120, pulses_per_kwh: 1000 },
  adc: {
    bits: 12,
    full_scale: 1.65,
    noise_lsb: 1.2,
    offset_lsb: 30,
    inl_lsb: 1.5,
    dnl_lsb: 0.7,
    clock_ppm: 50,
    jitter_ns: 100,
    skew_us: 12,
  },
  voltage: { ratio: 0.65 / 230, tolerance_percent: 2, ppm_per_kelvin: 100, delay_us: 10 },
  current: {
    ratio: 0.85 / 100,
    rated_amps: 100,
    tolerance_percent: 2,
    ppm_per_kelvin: 200,
    delay_us: 10,
    curve: [
      { percent: 0.2, ratio_percent: -5, minutes: 330 },
      { percent: 1, ratio_percent: -3.8, minutes: 270 },
      { percent: 5, ratio_percent: -2.5, minutes: 210 },
      { percent: 20, ratio_percent: -1.4, minutes: 160 },
      { percent: 100, ratio_percent: -0.6, minutes: 120 },
      { percent: 120, ratio_percent: -0.6, minutes: 115 },
    ],
    winding_ohms: 100,
    rated_burden_ohms: 22,
    burden_ohms: 22,
    saturation_percent: 200,
    remount_percent: 0.4,
    remount_minutes: 10,
  },
};

export const frontEndPresets: readonly FrontEndSpec[] = [deltaSigma24, splitCore16, clamp12];

export function frontEndPreset(name: string): FrontEndSpec | undefined {
  return frontEndPresets.find((preset) => preset.name === name);
}
