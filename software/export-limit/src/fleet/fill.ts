/** Water-filling: one level for all, as a share of their weight, each within its own bounds. O(n log n). */

export interface Vessel {
  readonly lo: number;
  readonly hi: number;
  readonly weight: number;
}

/** Shares that sum to `budget`, or to all the `lo` or all the `hi` where it lies beyond them. */
export function fill(vessels: readonly Vessel[], budget: number): number[] {
  const at = levelFor(vessels, budget);
  return vessels.map((vessel) => shareAt(vessel, at));
}

function shareAt({ lo, hi, weight }: Vessel, level: number): number {
  return Math.max(lo, Math.min(hi, level * weight));
}

/** Walks over the levels at which a vessel begins or ceases to take, with what all of them hold at each. */
function levelFor(vessels: readonly Vessel[], budget: number): number {
  const edges: { level: number; slope: number }[] = [];
  let held = 0;
  for (const { lo, hi, weight } of vessels) {
    held += lo;
    if (!(weight > 0) || !(hi > lo)) continue;
    edges.push({ level: lo / weight, slope: weight }, { level: hi / weight, slope: -weight });
  }
  edges.sort((a, b) => a.level - b.level);
  let slope = 0;
  let level = 0;
  for (const edge of edges) {
    const next = held + slope * (edge.level - level);
    if (next > budget && slope > 0) return level + Math.max(0, budget - held) / slope;
    held = next;
    level = edge.level;
    slope += edge.slope;
  }
  return level;
}
