/** One line of an accuracy report, in the names that it has in JSON. */
export interface AccuracyPoint {
  /** As in "IEC 62053-22". */
  readonly standard: string;
  /** 0.2S, 0.5S, 1, 2 for active energy; A, S for power quality. */
  readonly class: string;
  /** What is tried, as a short sentence. */
  readonly test: string;
  /** A; null where no current is part of the test. */
  readonly i: number | null;
  /** Power factor without its sign; null where none is part of the test. */
  readonly pf: number | null;
  readonly reactance: "none" | "inductive" | "capacitive" | null;
  /** Hz. */
  readonly f: number;
  /** "none", or what the waveform has beside its fundamental. */
  readonly distortion: string;
  /** Percent of what `of` says; null where the meter gave no value, which fails. */
  readonly error_pct: number | null;
  readonly limit_pct: number;
  readonly of: string;
  readonly pass: boolean;
  /** Where the limit is from. */
  readonly source: string;
  /** False while the limit was not compared with the standard's own text. */
  readonly verified: boolean;
}

export type PointWithoutVerdict = Omit<AccuracyPoint, "pass">;

export function judged(point: PointWithoutVerdict): AccuracyPoint {
  const { error_pct, limit_pct } = point;
  return { ...point, pass: error_pct !== null && Number.isFinite(error_pct) && Math.abs(error_pct) <= limit_pct };
}
