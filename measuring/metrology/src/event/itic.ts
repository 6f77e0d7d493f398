/**
 * The curve of the Information Technology Industry Council (2000): what single-phase 120 V equipment is made to bear, by
 * voltage and duration. Between the corners above 120 % the curve is taken as straight over the logarithm of time.
 * Corners as an open implementation with 78 tested points has them; a cycle is one of 60 Hz there.
 */
export type IticRegion = "no-interruption" | "prohibited" | "no-damage";

/** Up to this many seconds (s, part): straight over log time between the two, then the steps below. */
const surge: readonly (readonly [number, number])[] = [
  [0.01 / 60, 5],
  [0.001, 2],
  [0.003, 1.4],
];
const above: readonly (readonly [number, number])[] = [
  [0.5, 1.2],
  [Number.POSITIVE_INFINITY, 1.1],
];
const below: readonly (readonly [number, number])[] = [
  [0.02, 0],
  [0.5, 0.7],
  [10, 0.8],
  [Number.POSITIVE_INFINITY, 0.9],
];

/** @param part of the nominal voltage @param seconds for which it lasted */
export function iticRegion(part: number, seconds: number): IticRegion {
  if (part > upperLimit(seconds)) return "prohibited";
  return part < stepAt(below, seconds) ? "no-damage" : "no-interruption";
}

function upperLimit(seconds: number): number {
  const [first, last] = [surge[0]!, surge.at(-1)!];
  if (seconds <= first[0]) return first[1];
  if (seconds > last[0]) return stepAt(above, seconds);
  const next = surge.findIndex(([end]) => seconds <= end);
  const [t0, v0] = surge[next - 1]!;
  const [t1, v1] = surge[next]!;
  return v0 + ((v1 - v0) * Math.log(seconds / t0)) / Math.log(t1 / t0);
}

function stepAt(steps: readonly (readonly [number, number])[], seconds: number): number {
  return steps.find(([end]) => seconds <= end)?.[1] ?? Number.NaN;
}
