/**
 * The interpolation kernel: a sinc of 12 taps under a Kaiser window, tabled once for 1,024 places between two samples.
 *
 * A kernel so short is not flat, and need not be: its response is known, so each bin of the spectrum is divided by it
 * (`gainAt`). What cannot be divided out is what folds onto a bin from elsewhere, so the cut-off lies low enough to keep
 * that small: worked out for 4 to 32 kS/s and 42.5 to 69 Hz, below 2e-4 of any component below 0.43 of the rate, except
 * 6e-3 of those above 6.2 kHz at 16 kS/s and 42.5 Hz. The nearest of 1,024 places errs by 1/2,048 sample at most: 1e-5 of
 * the fundamental at 16 kS/s.
 */
export const TAPS = 12;
export const PLACES = 1024;
/** Samples needed before the first point and after the last one. */
export const BEFORE = TAPS / 2 - 1;
export const AFTER = TAPS / 2;

const KAISER_BETA = 7;
/** The band that carries h50 of 69 Hz, plus the slope. */
const CUTOFF_HERTZ = 3600;
const CUTOFF_MIN = 0.2;
const CUTOFF_MAX = 0.45;
const RESPONSE_STEPS = 512;
const RESPONSE_FINENESS = 16;

export interface Kernel {
  /** Tap t for place p at `[p * TAPS + t]`, p from 0 to `PLACES`; it weighs the sample at floor(x) - BEFORE + t. */
  readonly taps: Float64Array;
  /** Gain of a tone, by frequency from 0 to half of the rate in 512 steps. */
  readonly response: Float64Array;
}

export function makeKernel(rate: number): Kernel {
  const cutoff = Math.min(CUTOFF_MAX, Math.max(CUTOFF_MIN, CUTOFF_HERTZ / rate));
  const taps = new Float64Array((PLACES + 1) * TAPS);
  for (let place = 0; place <= PLACES; place++) {
    for (let tap = 0; tap < TAPS; tap++) {
      taps[place * TAPS + tap] = weight(tap - BEFORE - place / PLACES, cutoff);
    }
  }
  return { taps, response: responseOf(cutoff) };
}

/** Gain at a frequency, as a part of the rate (0 to 0.5). */
export function gainAt(kernel: Kernel, frequency: number): number {
  const at = frequency * 2 * RESPONSE_STEPS;
  const step = Math.min(Math.floor(at), RESPONSE_STEPS - 1);
  const below = kernel.response[step]!;
  return below + (at - step) * (kernel.response[step + 1]! - below);
}

/** The integral of the kernel under a cosine, by trapezia; its ends, where it breaks off, count half. */
function responseOf(cutoff: number): Float64Array {
  const last = (TAPS / 2) * RESPONSE_FINENESS;
  const weights = Array.from({ length: last + 1 }, (_, k) => 2 * weight(k / RESPONSE_FINENESS, cutoff));
  weights[0] = weights[0]! / 2;
  weights[last] = sincAt(TAPS / 2, cutoff) / KAISER_TOP;
  return Float64Array.from({ length: RESPONSE_STEPS + 1 }, (_, step) => {
    const turn = (Math.PI * step) / RESPONSE_STEPS / RESPONSE_FINENESS;
    return weights.reduce((sum, value, k) => sum + value * Math.cos(turn * k), 0) / RESPONSE_FINENESS;
  });
}

function weight(distance: number, cutoff: number): number {
  return sincAt(distance, cutoff) * kaiser(distance / (TAPS / 2));
}

function sincAt(distance: number, cutoff: number): number {
  const angle = 2 * Math.PI * cutoff * distance;
  return distance === 0 ? 2 * cutoff : (2 * cutoff * Math.sin(angle)) / angle;
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / KAISER_TOP;
}

/** Modified Bessel function of the first kind and order 0, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-18 * sum; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}

const KAISER_TOP = bessel(KAISER_BETA);
