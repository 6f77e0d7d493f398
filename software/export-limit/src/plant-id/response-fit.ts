/**
 * Dead time and way of an output to a new limit, by least squares over a grid that is narrowed around its best point. A
 * grid is slower than a gradient and cannot be led astray: the corner at the dead time has no derivative.
 */
import type { Point } from "./recording.ts";

export type ResponseKind = "first-order" | "ramp";

/** A cut as it is fitted: from one level to another. */
export interface Edge {
  readonly samples: readonly Point[];
  readonly from: number;
  readonly to: number;
}

export interface Fit {
  readonly kind: ResponseKind;
  /** ms. */
  readonly deadTime: Range;
  /** ms: the time constant, or what a ramp over the whole rating takes. */
  readonly time: Range;
  /** Root mean square of what the model leaves over, in W. */
  readonly residual: number;
}

export interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const GRID = 28;
const ROUNDS = 5;
/** Each round looks at this share of the range around the best point of the one before. */
const NARROWED = 0.3;
const TIME_MIN_MS = 20;

/** The better of both kinds. */
export function fitResponse(edges: readonly Edge[], rated: number, longest: number): Fit {
  const [first, second] = (["first-order", "ramp"] as const).map((kind) => fitKind(kind, edges, rated, longest));
  const firstOrder = first as Fit;
  const ramp = second as Fit;
  return ramp.residual < firstOrder.residual ? ramp : firstOrder;
}

interface Tried {
  readonly deadTime: number;
  readonly time: number;
  readonly squares: number;
}

interface Window {
  readonly deadTime: readonly [number, number];
  /** Of the logarithm: a time constant may be 0.1 or 60 s. */
  readonly time: readonly [number, number];
}

function fitKind(kind: ResponseKind, edges: readonly Edge[], rated: number, longest: number): Fit {
  const whole: Window = { deadTime: [0, longest / 2], time: [Math.log(TIME_MIN_MS), Math.log(longest * 20)] };
  let window = whole;
  let best: Tried = { deadTime: 0, time: TIME_MIN_MS, squares: Number.POSITIVE_INFINITY };
  const tried: Tried[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const point of gridOf(window)) {
      const one = { ...point, squares: squaresOf(kind, edges, rated, point) };
      tried.push(one);
      if (one.squares < best.squares) best = one;
    }
    window = around(best, window, whole);
  }
  const count = edges.reduce((sum, { samples }) => sum + samples.length, 0);
  // Two standard errors of a fit with two parameters: what explains the samples about as well.
  const near = tried.filter(({ squares }) => squares <= best.squares * (1 + 4 / Math.max(1, count - 2)) + 1e-9);
  return {
    kind,
    deadTime: rangeOf(
      best.deadTime,
      near.map(({ deadTime }) => deadTime),
    ),
    time: rangeOf(
      best.time,
      near.map(({ time }) => time),
    ),
    residual: Math.sqrt(best.squares / Math.max(1, count)),
  };
}

function* gridOf({ deadTime, time }: Window): Generator<{ deadTime: number; time: number }> {
  for (let row = 0; row < GRID; row += 1) {
    for (let column = 0; column < GRID; column += 1) {
      yield { deadTime: between(deadTime, row), time: Math.exp(between(time, column)) };
    }
  }
}

function between([low, high]: readonly [number, number], index: number): number {
  return low + ((high - low) * index) / (GRID - 1);
}

function around(best: Tried, { deadTime, time }: Window, whole: Window): Window {
  const narrow = (at: number, [low, high]: readonly [number, number], limits: readonly [number, number]) => {
    const half = ((high - low) * NARROWED) / 2;
    return [Math.max(limits[0], at - half), Math.min(limits[1], at + half)] as const;
  };
  return {
    deadTime: narrow(best.deadTime, deadTime, whole.deadTime),
    time: narrow(Math.log(best.time), time, whole.time),
  };
}

function rangeOf(value: number, near: readonly number[]): Range {
  let low = value;
  let high = value;
  for (const other of near) {
    low = Math.min(low, other);
    high = Math.max(high, other);
  }
  return { value, low, high };
}

function squaresOf(
  kind: ResponseKind,
  edges: readonly Edge[],
  rated: number,
  { deadTime, time }: { deadTime: number; time: number },
): number {
  let sum = 0;
  for (const { samples, from, to } of edges) {
    for (const { at, watts } of samples) {
      const error = watts - outputAt(kind, { from, to, rated, moved: at - deadTime, time });
      sum += error * error;
    }
  }
  return sum;
}

interface Way {
  readonly from: number;
  readonly to: number;
  readonly rated: number;
  /** ms since the dead time was over. */
  readonly moved: number;
  readonly time: number;
}

/** Where the output is on its way. */
export function outputAt(kind: ResponseKind, { from, to, rated, moved, time }: Way): number {
  if (moved <= 0) return from;
  if (kind === "first-order") return to + (from - to) * Math.exp(-moved / time);
  const travelled = (rated * moved) / time;
  return travelled >= Math.abs(to - from) ? to : from + Math.sign(to - from) * travelled;
}
