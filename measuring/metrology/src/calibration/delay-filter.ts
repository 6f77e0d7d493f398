/**
 * Delays a channel by a part of a sample without filtering its harmonics: a sinc under a Kaiser window, moved. Linear
 * interpolation, which shifts as well, takes 4 % off the third harmonic at 1.5 kS/s; these leave the 50th harmonic of
 * 50 Hz within 0.03 % and 0.0003 samples of where it belongs, with 17 taps from 8 kS/s and with 9 from 15 kS/s.
 *
 * Computed at set-up only: this is where sines are allowed.
 */
export const TAPS_MAX = 17;
export const TAPS_FAST = 9;
const FAST_FROM = 15_000;
/** Samples by which every channel is delayed. */
export const LATENCY = (TAPS_MAX - 1) / 2;
const KAISER_BETA = 9;

export function tapsAt(rate: number): number {
  return rate >= FAST_FROM ? TAPS_FAST : TAPS_MAX;
}

/**
 * Taps that delay by `LATENCY` and these samples more, which may be -3 to 3; the middle one stands at `LATENCY`.
 * @param count odd
 */
export function delayTaps(samples: number, count: number): readonly number[] {
  const middle = (count - 1) / 2;
  const raw = Array.from({ length: count }, (_, k) => {
    const x = k - middle - samples;
    return sinc(x) * kaiser(x / (middle + 0.5));
  });
  const sum = raw.reduce((total, tap) => total + tap, 0);
  return raw.map((tap) => tap / sum + 0);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);
}

/** Modified Bessel function of order 0, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 40; k += 1) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}
