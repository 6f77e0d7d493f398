/**
 * Boundaries that were missed, filled with what the meter latched. A value is taken where the register was the same series
 * before and after and where it lies between its neighbours; otherwise the boundary stays missing, and the energy across
 * it stays known in sum.
 */
import type { ChannelId, Instant } from "@csj/quantity";
import { boundaryBefore, type IntervalSeconds } from "@csj/reading";
import type { BoundaryReads, ChannelRead } from "../boundaries.ts";
import type { LatchedCounts } from "./reader.ts";

/**
 * @param before the last boundary that was read
 * @param after the one that was read now
 * @returns the missing ones between them, and that of `after` where it was asked for, that the meter has whole, oldest
 * first, marked by their source
 */
export function filledBetween(
  before: BoundaryReads,
  after: BoundaryReads,
  latched: LatchedCounts,
  interval: IntervalSeconds,
): BoundaryReads[] {
  const filled: BoundaryReads[] = [];
  let last: ReadonlyMap<ChannelId, ChannelRead> = before.channels;
  for (const at of [...latched.keys()].sort((one, other) => one - other)) {
    const counts = latched.get(at);
    const isBoundary = boundaryBefore(at, interval) === at && at > before.at && at <= after.at;
    if (counts === undefined || !isBoundary) continue;
    const channels = readsAt(at, counts, last, after.channels);
    if (channels === undefined) continue;
    filled.push({ at, channels, source: "load-profile" });
    last = channels;
  }
  return filled;
}

function readsAt(
  at: Instant,
  counts: ReadonlyMap<ChannelId, number>,
  before: ReadonlyMap<ChannelId, ChannelRead>,
  after: ReadonlyMap<ChannelId, ChannelRead>,
): ReadonlyMap<ChannelId, ChannelRead> | undefined {
  const channels = new Map<ChannelId, ChannelRead>();
  for (const [channel, next] of after) {
    const earlier = before.get(channel);
    const count = counts.get(channel);
    if (earlier === undefined || count === undefined || earlier.series !== next.series) return undefined;
    if (earlier.perCount !== 1 || next.perCount !== 1 || count < earlier.count || count > next.count) return undefined;
    channels.set(channel, { ...next, count, measuredAt: at });
  }
  return channels;
}
