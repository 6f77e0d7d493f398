/**
 * A sum of curves over one stretch: what several inverters give together. Its integral is closed. Where it passes a level
 * is not, but it can be bracketed: an exponential sum of n terms has at most n - 1 zeros, and dividing by one term and
 * differentiating leaves n - 1 terms, so the turning points are found term by term and each monotone part is halved. No
 * crossing is missed, and no time step is needed.
 */
import { type Curve, crossing } from "./curve.ts";

export interface Sum {
  readonly base: number;
  /** W per ms. */
  readonly slope: number;
  /** Each `factor e^(-rate t)`, slowest first, no two of the same rate. */
  readonly terms: readonly Term[];
  /** The curve itself where there is one only, whose crossing is a closed form. */
  readonly single?: Curve;
}

interface Term {
  readonly factor: number;
  /** Per ms. */
  readonly rate: number;
}

/** Halvings that bring a stretch of a day below the resolution of an instant. */
const HALVINGS_MAX = 60;

export function sumOf(curves: readonly Curve[]): Sum {
  const rates = new Map<number, number>();
  for (const { gap, tau } of curves) if (gap !== 0) rates.set(1 / tau, (rates.get(1 / tau) ?? 0) + gap);
  const [first] = curves;
  return {
    base: curves.reduce((sum, curve) => sum + curve.base, 0),
    slope: curves.reduce((sum, curve) => sum + (curve.gap === 0 ? curve.slope : 0), 0),
    terms: [...rates].map(([rate, factor]) => ({ factor, rate })).sort((a, b) => a.rate - b.rate),
    ...(curves.length === 1 && first !== undefined ? { single: first } : {}),
  };
}

export function sumAt({ base, slope, terms }: Sum, t: number): number {
  let value = base + slope * t;
  for (const { factor, rate } of terms) value += factor * Math.exp(-rate * t);
  return value;
}

/** The integral from 0 to `t`, in W ms. */
export function sumIntegral({ base, slope, terms }: Sum, t: number): number {
  let area = (base + (slope * t) / 2) * t;
  for (const { factor, rate } of terms) area -= (factor / rate) * Math.expm1(-rate * t);
  return area;
}

/** Where the sum passes `level` strictly inside (0, `within`), in order. */
export function crossings(sum: Sum, level: number, within: number): readonly number[] {
  if (sum.single !== undefined) {
    const one = crossing(sum.single, level, within);
    return one === undefined ? [] : [one];
  }
  return signChanges((t) => sumAt(sum, t) - level, turningPoints(sum, within), within);
}

/** Where the sum stops rising or falling, inside (0, `within`). */
export function turningPoints({ slope, terms }: Sum, within: number): readonly number[] {
  const steady = slope === 0 ? [] : [{ factor: slope, rate: 0 }];
  return zeros([...steady, ...terms.map(({ factor, rate }) => ({ factor: -factor * rate, rate }))], within);
}

function zeros(terms: readonly Term[], within: number): readonly number[] {
  const [slowest, ...faster] = terms.filter(({ factor }) => factor !== 0);
  if (slowest === undefined || faster.every(({ factor }) => factor > 0 === slowest.factor > 0)) return [];
  const relative = faster.map(({ factor, rate }) => ({ factor, rate: rate - slowest.rate }));
  const divided = (t: number) =>
    relative.reduce((sum, { factor, rate }) => sum + factor * Math.exp(-rate * t), slowest.factor);
  const turns = zeros(
    relative.map(({ factor, rate }) => ({ factor: factor * rate, rate })),
    within,
  );
  return signChanges(divided, turns, within);
}

/** @param turns where `of` stops, so that it is monotone between them */
function signChanges(of: (t: number) => number, turns: readonly number[], within: number): readonly number[] {
  const found: number[] = [];
  let from = 0;
  for (const to of [...turns, within]) {
    const at = signChange(of, from, to);
    if (at !== undefined && at > 0 && at < within) found.push(at);
    from = to;
  }
  return found;
}

function signChange(of: (t: number) => number, from: number, to: number): number | undefined {
  const first = Math.sign(of(from));
  if (first === 0 || first * Math.sign(of(to)) >= 0) return undefined;
  let low = from;
  let high = to;
  for (let halving = 0; halving < HALVINGS_MAX; halving += 1) {
    const middle = (low + high) / 2;
    if (Math.sign(of(middle)) === first) low = middle;
    else high = middle;
  }
  return high;
}
