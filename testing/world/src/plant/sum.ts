/**
 * A sum of curves over one stretch: what several inverters give together. Its integral is closed. Where it passes a level
 * is not, but it can be bracketed: an exponential sum of n terms has at most n - 1 zeros, and dividing by one term and
 * differentiating leaves n - 1 terms, so the turning points are found term by term and each monotone part is halved. No
 * crossing is missed, and no time step is needed.
 */
import { type Curve, crossing, integral } from "./curve.ts";

export interface Sum {
  readonly base: number;
  /** W per ms. */
  readonly slope: number;
  /** Each `factor e^(-rate t)`, slowest first, no two of the same rate. */
  readonly terms: readonly Term[];
  /** The curve itself where there is one only, whose crossing is a closed form. */
  readonly single: Curve | undefined;
}

interface Term {
  readonly factor: number;
  /** Per ms. */
  readonly rate: number;
}

/** Halvings that bring a stretch of a day below the resolution of an instant. */
const HALVINGS_MAX = 60;

const none: readonly Term[] = [];
const nowhere: readonly number[] = [];

export function sumOf(curves: readonly Curve[]): Sum {
  const [first] = curves;
  if (curves.length === 1 && first !== undefined) return sumOfOne(first);
  const rates = new Map<number, number>();
  let base = 0;
  let slope = 0;
  for (const curve of curves) {
    base += curve.base;
    if (curve.gap === 0) slope += curve.slope;
    else rates.set(1 / curve.tau, (rates.get(1 / curve.tau) ?? 0) + curve.gap);
  }
  const terms = rates.size === 0 ? none : [...rates].map(([rate, factor]) => ({ factor, rate }));
  return { base, slope, terms: [...terms].sort((a, b) => a.rate - b.rate), single: undefined };
}

function sumOfOne(single: Curve): Sum {
  const { base, slope, gap, tau } = single;
  if (gap === 0) return { base, slope, terms: none, single };
  return { base, slope: 0, terms: [{ factor: gap, rate: 1 / tau }], single };
}

export function sumAt({ base, slope, terms }: Sum, t: number): number {
  let value = base + slope * t;
  for (const { factor, rate } of terms) value += factor * Math.exp(-rate * t);
  return value;
}

/** The integral from 0 to `t`, in W ms. */
export function sumIntegral({ base, slope, terms, single }: Sum, t: number): number {
  if (single !== undefined) return integral(single, t);
  let area = (base + (slope * t) / 2) * t;
  for (const { factor, rate } of terms) area -= (factor / rate) * Math.expm1(-rate * t);
  return area;
}

/** Where the sum passes `level` strictly inside (0, `within`), in order. */
export function crossings(sum: Sum, level: number, within: number): readonly number[] {
  if (sum.single !== undefined) {
    const one = crossing(sum.single, level, within);
    return one === undefined ? nowhere : [one];
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
