/** Long-term severity: the cube root of the mean cube of 12 consecutive Pst, two hours (IEC 61000-4-15, 5.7.3). */
export const PLT_INTERVALS = 12;

/** NaN where one of the twelve is missing: what was not observed is not 0. */
export function longTerm(pst: readonly number[]): number {
  if (pst.length !== PLT_INTERVALS) return Number.NaN;
  return Math.cbrt(pst.reduce((sum, value) => sum + value ** 3, 0) / PLT_INTERVALS);
}
