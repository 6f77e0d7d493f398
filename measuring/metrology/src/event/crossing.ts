/**
 * Where between two half cycles Urms(1/2) passed a threshold. The square of Urms(1/2) runs straight while a sudden change
 * moves through its cycle, so it is the square that is interpolated. With the ends of the half cycles as they are, a dip
 * to nothing comes out up to 1.2 cycles too long; interpolated, no rectangular dip is off by a whole cycle (the matrix of
 * depths and durations in `detector.test.ts`).
 */
export interface Step {
  /** Where the half cycle before ended, and where this one does. */
  before: number;
  end: number;
  /** Urms(1/2) of all voltages at either, V. */
  was: Float64Array;
  is: Float64Array;
}

/**
 * Position at which the value went from `was` to `is` through `level`; the end of the half cycle where it cannot be told,
 * as where nothing was measured before.
 */
export function crossing(step: Step, was: number, is: number, level: number): number {
  const part = (was * was - level * level) / (was * was - is * is);
  if (!(part >= 0 && part <= 1)) return step.end;
  return step.before + part * (step.end - step.before);
}
