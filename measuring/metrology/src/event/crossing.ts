/**
 * When a voltage changed, from when Urms(1/2) passed a threshold.
 *
 * Urms(1/2) looks back over a cycle, so it passes the threshold of a dip some part of a cycle after the voltage fell, and
 * the other threshold nearly a cycle after it came back: with the ends of the half cycles as they are, a dip to nothing
 * comes out up to 1.2 cycles too long, and one of three phases more. While a sudden change moves through the cycle the
 * square of Urms(1/2) runs straight from one level to the other. So the crossing is interpolated in the square, and goes
 * back by the part of the cycle that the square needed to get there. For a slow change both are less than a cycle, too.
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

/**
 * Part of a cycle (0 to 1) that must have changed for Urms(1/2) to stand at a level, going from the reference to an extreme;
 * all three as parts of the reference.
 */
export function partChanged(level: number, extreme: number): number {
  const part = (1 - level * level) / (1 - extreme * extreme);
  return part >= 0 && part <= 1 ? part : 1;
}
