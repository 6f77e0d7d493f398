/** A power over time as samples, oldest first, read between them along straight lines. */
import type { Timed } from "../control.ts";

type Series = readonly Pick<Timed, "at" | "watts">[];

/** Before the first sample there is no value; after the last one it is the last. */
export function valueAt(series: Series, at: number): number | undefined {
  let index = series.length - 1;
  while (index >= 0 && (series[index]?.at as number) > at) index -= 1;
  const left = series[index];
  const right = series[index + 1];
  if (left === undefined || right === undefined) return left?.watts;
  return left.watts + ((right.watts - left.watts) * (at - left.at)) / (right.at - left.at);
}
