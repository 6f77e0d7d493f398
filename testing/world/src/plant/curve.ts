/**
 * A power over one stretch of time, in the two shapes that a plant makes: straight (a ramp, a cloud's edge, a constant)
 * or an exponential approach. Both have a closed integral and cross any level at most once, which is what makes the
 * registers exact without small time steps.
 *
 * value(t) = base + slope t + gap e^(-t/tau), t in ms from the stretch's start; slope or gap is 0.
 */
export interface Curve {
  readonly base: number;
  /** W per ms. */
  readonly slope: number;
  readonly gap: number;
  /** ms; 1 where gap is 0. */
  readonly tau: number;
}

export const constant = (base: number): Curve => ({ base, slope: 0, gap: 0, tau: 1 });
export const straight = (base: number, slope: number): Curve => ({ base, slope, gap: 0, tau: 1 });
export const approach = (from: number, to: number, tau: number): Curve => ({ base: to, slope: 0, gap: from - to, tau });

export function valueAt(curve: Curve, t: number): number {
  return curve.gap === 0 ? curve.base + curve.slope * t : curve.base + curve.gap * Math.exp(-t / curve.tau);
}

/** The integral from 0 to `t`, in W ms. */
export function integral(curve: Curve, t: number): number {
  if (curve.gap === 0) return (curve.base + (curve.slope * t) / 2) * t;
  return curve.base * t - curve.gap * curve.tau * Math.expm1(-t / curve.tau);
}

/** Where the curve passes `level` strictly inside (0, `within`); undefined where it does not. */
export function crossing(curve: Curve, level: number, within: number): number | undefined {
  const t = curve.gap === 0 ? (level - curve.base) / curve.slope : logCrossing(curve, level);
  return t > 0 && t < within ? t : undefined;
}

function logCrossing(curve: Curve, level: number): number {
  const left = level - curve.base;
  return curve.gap / left > 0 ? curve.tau * Math.log(curve.gap / left) : Number.NaN;
}

/** Halvings that bring a stretch of a day below the resolution of an instant. */
const HALVINGS_MAX = 60;

/**
 * Where two curves first meet strictly inside (0, `within`). Their difference is monotone, or has one turning point (an
 * approach against a slope), on each side of which it is; a monotone difference is halved.
 */
export function meeting(a: Curve, b: Curve, within: number): number | undefined {
  if (a.slope === 0 && a.gap === 0) return crossing(b, a.base, within);
  if (b.slope === 0 && b.gap === 0) return crossing(a, b.base, within);
  const turn = turningPoint(a, b);
  if (!(turn > 0 && turn < within)) return signChange(a, b, 0, within);
  return signChange(a, b, 0, turn) ?? signChange(a, b, turn, within);
}

/** Where the difference of an approach and a slope stops: other slope = own slope - (gap/tau) e^(-t/tau). */
function turningPoint(a: Curve, b: Curve): number {
  const [bent, other] = a.gap === 0 ? [b, a] : [a, b];
  return bent.tau * Math.log(bent.gap / (bent.tau * (bent.slope - other.slope)));
}

function signChange(a: Curve, b: Curve, from: number, to: number): number | undefined {
  const difference = (t: number) => valueAt(a, t) - valueAt(b, t);
  const first = Math.sign(difference(from));
  if (first === 0 || first * Math.sign(difference(to)) >= 0) return undefined;
  let low = from;
  let high = to;
  for (let halving = 0; halving < HALVINGS_MAX; halving += 1) {
    const middle = (low + high) / 2;
    if (Math.sign(difference(middle)) === first) low = middle;
    else high = middle;
  }
  return high;
}
