/**
 * The limits of EN 50160 for low voltage, as data. `verified: false`: from memory of the standard, to be compared with it
 * before anybody is told "not conforming"; `basis` says what corroborates the others.
 */
export type QualityQuantity = "frequency" | "voltage" | "flicker" | "unbalance" | "thd" | "harmonic";

export interface QualityCriterion {
  readonly id: string;
  readonly quantity: QualityQuantity;
  /** Only for `harmonic`. */
  readonly order?: number;
  /**
   * Both ends belong to what is allowed. Frequency and voltage: parts of the nominal value; flicker: Plt; unbalance: part
   * of the positive sequence; THD and harmonics: parts of the fundamental.
   */
  readonly low: number;
  readonly high: number;
  /** Part of the intervals that must lie within. */
  readonly share: number;
  readonly interval: "ten-seconds" | "ten-minutes" | "two-hours";
  /** The time that the standard's share means; a verdict is always one of a week. */
  readonly period: "week" | "year";
  readonly source: string;
  readonly verified: boolean;
  readonly basis: string;
}

const memory = { verified: false, basis: "from memory of the standard" } as const;
const manuals = {
  verified: true,
  basis: "manuals of two power analysers (Rockwell 1426-UM001J, page 475; Amprobe DM-4)",
} as const;
const week = { interval: "ten-minutes", period: "week", share: 0.95 } as const;

/** Parts of the fundamental. */
const harmonicLimits: readonly (readonly [number, number])[] = [
  [2, 0.02],
  [3, 0.05],
  [4, 0.01],
  [5, 0.06],
  [7, 0.05],
  [9, 0.015],
  [11, 0.035],
  [13, 0.03],
  [15, 0.005],
  [17, 0.02],
  [19, 0.015],
  [21, 0.005],
  [23, 0.015],
  [25, 0.015],
  ...[6, 8, 10, 12, 14, 16, 18, 20, 22, 24].map((order) => [order, 0.005] as const),
];

export const en50160Criteria: readonly QualityCriterion[] = [
  {
    ...{ id: "frequency", quantity: "frequency", low: 0.99, high: 1.01, share: 0.995 },
    ...{ interval: "ten-seconds", period: "year", source: "EN 50160:2010, 4.2.1", ...memory },
  },
  {
    ...{ id: "frequency-always", quantity: "frequency", low: 0.94, high: 1.04, share: 1 },
    ...{ interval: "ten-seconds", period: "week", source: "EN 50160:2010, 4.2.1", ...memory },
  },
  { ...week, id: "voltage", quantity: "voltage", low: 0.9, high: 1.1, source: "EN 50160:2010, 4.2.2.2", ...memory },
  {
    ...{ ...week, id: "voltage-always", quantity: "voltage", low: 0.85, high: 1.1, share: 1 },
    ...{ source: "EN 50160:2010, 4.2.2.2", ...memory },
  },
  {
    ...{ ...week, id: "flicker", quantity: "flicker", low: 0, high: 1, interval: "two-hours" },
    ...{ source: "EN 50160:2010, 4.2.3.2", ...memory },
  },
  { ...week, id: "unbalance", quantity: "unbalance", low: 0, high: 0.02, source: "EN 50160:2010, 4.2.4", ...memory },
  { ...week, id: "thd", quantity: "thd", low: 0, high: 0.08, source: "EN 50160:2010, 4.2.5", ...manuals },
  ...harmonicLimits.map(
    ([order, high]): QualityCriterion => ({
      ...{ ...week, id: `harmonic-${order}`, quantity: "harmonic", order, low: 0, high },
      ...{ source: "EN 50160:2010, Table 1", ...manuals },
    }),
  ),
];
