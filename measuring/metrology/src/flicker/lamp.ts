/**
 * The lamps whose flicker IEC 61000-4-15 weighs: incandescent, 60 W, at 230 V and at 120 V, on 50 Hz and on 60 Hz. Only
 * the voltage changes the weighting, only the frequency changes the band.
 *
 * `verified: false`: the number is from memory of the standard; it is corroborated as far as `basis` says, and no further.
 */
export interface Lamp {
  readonly volts: 120 | 230;
  /** Weighting K w1 s / (s^2 + 2 lambda s + w1^2) * (1 + s / w2) / ((1 + s / w3)(1 + s / w4)); all in Hz. */
  readonly lambda: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  readonly w4: number;
  /** Sinusoidal modulation of 8.8 Hz, in % from trough to crest, at which the largest Pinst is 1. */
  readonly unitPercent: number;
  readonly source: string;
  readonly verified: boolean;
  readonly basis: string;
}

/** K is not listed: it is absorbed by the scale that `unitPercent` sets. */
export const lamps: Readonly<Record<120 | 230, Lamp>> = {
  230: {
    volts: 230,
    lambda: 4.05981,
    w1: 9.15494,
    w2: 2.27979,
    w3: 1.22535,
    w4: 21.9,
    unitPercent: 0.25,
    source: "IEC 61000-4-15, Tables 1, 2 and 5",
    verified: true,
    basis: "the same constants in an open implementation, which gives Pst 1.00 on the standard's table",
  },
  120: {
    volts: 120,
    lambda: 4.167375,
    w1: 9.077169,
    w2: 2.939902,
    w3: 1.394468,
    w4: 17.31512,
    unitPercent: 0.321,
    source: "IEC 61000-4-15, Tables 1, 2 and 5",
    verified: false,
    basis: "from memory; the constants and the Pst table, remembered apart, agree within 1 %",
  },
};

/** End of the band behind the demodulator, Hz: a Butterworth low-pass of sixth order. */
export const bandHertz: Readonly<Record<50 | 60, number>> = { 50: 35, 60: 42 };
