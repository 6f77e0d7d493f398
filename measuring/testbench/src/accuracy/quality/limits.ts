/**
 * Limits of the voltage's quality, as data: IEC 61000-4-30 Ed. 3 (classes A and S) with IEC 61000-4-7 and -4-15, which
 * IEC 62586-2 tries. Every number is unverified: written from memory of the standards, to be compared with their text
 * before anybody claims a class.
 */
export const qualityClasses = ["A", "S"] as const;
export type QualityClass = (typeof qualityClasses)[number];

export interface QualityLimits {
  readonly standard: string;
  readonly verified: boolean;
  /** Hz of uncertainty, and the frequencies tried. */
  readonly frequency: { readonly limit: number; readonly at: readonly number[] };
  /** Percent of Udin; tried at these percents of it. */
  readonly voltage: { readonly limit: number; readonly at: readonly number[] };
  /** Percent of Udin. */
  readonly dipAmplitude: number;
  /** Cycles. */
  readonly dipDuration: number;
  /** Percent, absolute; tried at these percents. */
  readonly unbalance: { readonly limit: number; readonly at: readonly number[] };
  readonly harmonics: {
    readonly highest: number;
    /** Percent of Udin from which the limit is `ofReading` percent; below it `ofDeclared` percent of Udin. */
    readonly threshold: number;
    readonly ofReading: number;
    readonly ofDeclared: number;
  };
  /** Percent of Pst. */
  readonly flicker: number;
}

export const qualityLimits: Readonly<Record<QualityClass, QualityLimits>> = {
  A: {
    standard: "IEC 61000-4-30",
    verified: false,
    frequency: { limit: 0.01, at: [42.5, 46, 50, 54, 57.5] },
    voltage: { limit: 0.1, at: [10, 50, 100, 150] },
    dipAmplitude: 0.2,
    dipDuration: 1,
    unbalance: { limit: 0.15, at: [0.5, 1, 2, 5] },
    harmonics: { highest: 50, threshold: 1, ofReading: 5, ofDeclared: 0.05 },
    flicker: 5,
  },
  S: {
    standard: "IEC 61000-4-30",
    verified: false,
    frequency: { limit: 0.05, at: [42.5, 46, 50, 54, 57.5] },
    voltage: { limit: 0.5, at: [20, 50, 100, 120] },
    dipAmplitude: 1,
    dipDuration: 1,
    unbalance: { limit: 0.3, at: [1, 2, 5] },
    harmonics: { highest: 40, threshold: 3, ofReading: 5, ofDeclared: 0.15 },
    flicker: 10,
  },
};

/** Percent of Udin at which each harmonic is tried: about those of IEC 61000-2-4 class 3, unverified. */
export const harmonicLevels: readonly (readonly [number, number])[] = [
  [2, 3],
  [3, 6],
  [4, 1.5],
  [5, 8],
  [6, 1],
  [7, 7],
  [8, 1],
  [9, 2.5],
  [11, 5],
  [13, 4.5],
  [17, 2],
  [19, 2],
  [23, 2],
  [25, 2],
  [31, 1],
  [37, 1],
  [40, 1],
  [50, 1],
];

/** Rectangular fluctuations whose Pst is 1 at 230 V and 50 Hz (IEC 61000-4-15, table 5): changes a minute, dV/V percent. */
export const flickerPoints: readonly (readonly [number, number])[] = [
  [7, 1.45],
  [39, 0.894],
  [110, 0.722],
  [1620, 0.407],
];
