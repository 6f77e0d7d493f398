/**
 * Limits of active energy meters, as data: IEC 62053-21:2003 (classes 1 and 2) and IEC 62053-22:2003 (0.2S and 0.5S),
 * percent. Every number is unverified: written from memory of the standards, to be compared with their text before
 * anybody claims a class.
 *
 * Starting currents are those by which the registers themselves work (`startingParts` of @csj/metrology).
 *
 * Currents are parts of Ib (direct) or In (by transformer). A limit holds from `from` up to the next row, the last one up
 * to Imax.
 */
import type { ActiveClass } from "@csj/metrology";

export const activeClasses = ["0.2S", "0.5S", "1", "2"] as const satisfies readonly ActiveClass[];

export interface LimitStep {
  readonly from: number;
  readonly limit: number;
}

/** Load that all limits of a row belong to. */
export interface LoadLimits {
  readonly transformer: readonly LimitStep[];
  readonly direct: readonly LimitStep[];
}

/** A limit at unity power factor and one at 0.5 inductive. */
export interface AtBoth {
  readonly unity: number;
  readonly inductive: number;
}

export interface ActiveLimits {
  readonly standard: string;
  readonly verified: boolean;
  /** Balanced load: power factor 1; 0.5 inductive and 0.8 capacitive; 0.25 inductive and 0.5 capacitive on request. */
  readonly unity: LoadLimits;
  readonly reactive: LoadLimits;
  readonly onRequest: LoadLimits | undefined;
  /** Up to this part of the current for `onRequest`; Imax where not given. */
  readonly onRequestTo?: number;
  readonly singlePhase: { readonly unity: LoadLimits; readonly inductive: LoadLimits };
  /** Variation of the error by an influence, percent. */
  readonly voltage: AtBoth;
  readonly frequency: AtBoth;
  readonly fifthHarmonic: number;
  readonly oddHarmonics: number | undefined;
  readonly subHarmonics: number;
  readonly reversedSequence: number;
  readonly voltageUnbalance: number;
  /** Percent a kelvin. */
  readonly temperature: AtBoth;
  /** The no-load test lasts this / (k m Un Imax) minutes. */
  readonly noLoadFactor: number;
}

const both = (steps: readonly LimitStep[]): LoadLimits => ({ transformer: steps, direct: steps });
const from = (...pairs: readonly (readonly [number, number])[]): LimitStep[] =>
  pairs.map(([at, limit]) => ({ from: at, limit }));

export const activeLimits: Readonly<Record<ActiveClass, ActiveLimits>> = {
  "0.2S": {
    standard: "IEC 62053-22",
    verified: false,
    unity: both(from([0.01, 0.4], [0.05, 0.2])),
    reactive: both(from([0.02, 0.5], [0.1, 0.3])),
    onRequest: both(from([0.1, 0.5])),
    singlePhase: { unity: both(from([0.05, 0.3])), inductive: both(from([0.1, 0.4])) },
    voltage: { unity: 0.1, inductive: 0.2 },
    frequency: { unity: 0.1, inductive: 0.1 },
    fifthHarmonic: 0.4,
    oddHarmonics: undefined,
    subHarmonics: 0.6,
    reversedSequence: 0.05,
    voltageUnbalance: 0.5,
    temperature: { unity: 0.01, inductive: 0.02 },
    noLoadFactor: 900e6,
  },
  "0.5S": {
    standard: "IEC 62053-22",
    verified: false,
    unity: both(from([0.01, 1], [0.05, 0.5])),
    reactive: both(from([0.02, 1], [0.1, 0.6])),
    onRequest: both(from([0.1, 1])),
    singlePhase: { unity: both(from([0.05, 0.6])), inductive: both(from([0.1, 1])) },
    voltage: { unity: 0.2, inductive: 0.4 },
    frequency: { unity: 0.2, inductive: 0.2 },
    fifthHarmonic: 0.5,
    oddHarmonics: undefined,
    subHarmonics: 1.5,
    reversedSequence: 0.1,
    voltageUnbalance: 1,
    temperature: { unity: 0.03, inductive: 0.05 },
    noLoadFactor: 600e6,
  },
  "1": {
    standard: "IEC 62053-21",
    verified: false,
    unity: { transformer: from([0.02, 1.5], [0.05, 1]), direct: from([0.05, 1.5], [0.1, 1]) },
    reactive: { transformer: from([0.05, 1.5], [0.1, 1]), direct: from([0.1, 1.5], [0.2, 1]) },
    onRequest: both(from([0.2, 3.5])),
    onRequestTo: 1,
    singlePhase: {
      unity: { transformer: from([0.05, 2]), direct: from([0.1, 2]) },
      inductive: { transformer: from([0.1, 2]), direct: from([0.2, 2]) },
    },
    voltage: { unity: 0.7, inductive: 1 },
    frequency: { unity: 0.5, inductive: 0.7 },
    fifthHarmonic: 0.8,
    oddHarmonics: 3,
    subHarmonics: 3,
    reversedSequence: 1.5,
    voltageUnbalance: 2,
    temperature: { unity: 0.05, inductive: 0.07 },
    noLoadFactor: 600e6,
  },
  "2": {
    standard: "IEC 62053-21",
    verified: false,
    unity: { transformer: from([0.02, 2.5], [0.05, 2]), direct: from([0.05, 2.5], [0.1, 2]) },
    reactive: { transformer: from([0.05, 2.5], [0.1, 2]), direct: from([0.1, 2.5], [0.2, 2]) },
    onRequest: undefined,
    singlePhase: {
      unity: { transformer: from([0.05, 3]), direct: from([0.1, 3]) },
      inductive: { transformer: from([0.1, 3]), direct: from([0.2, 3]) },
    },
    voltage: { unity: 1, inductive: 1.5 },
    frequency: { unity: 0.8, inductive: 1 },
    fifthHarmonic: 1,
    oddHarmonics: 6,
    subHarmonics: 6,
    reversedSequence: 1.5,
    voltageUnbalance: 4,
    temperature: { unity: 0.1, inductive: 0.15 },
    noLoadFactor: 480e6,
  },
};

/** The limit at a part of the current; undefined below the first row. */
export function limitAt(steps: readonly LimitStep[], part: number): number | undefined {
  return steps.findLast((step) => part >= step.from - 1e-9)?.limit;
}
