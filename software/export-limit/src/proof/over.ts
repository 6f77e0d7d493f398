/**
 * Stretches over a threshold, from the cycles that were kept at full rate. A cycle's value holds until the next one. What
 * was not seen is neither over nor clear, so a stretch has a length that is sure and one that is possible.
 */
import type { Dated } from "./collect.ts";
import type { EvidenceRecord } from "./record.ts";

export type DatedCycle = Dated<Extract<EvidenceRecord, { kind: "cycle" }>>;

export interface Over {
  readonly run: number;
  /** Monotonic, and the UTC of the beginning. */
  readonly from: number;
  readonly at: number;
  readonly to: number;
  readonly sureMs: number;
  readonly possibleMs: number;
  readonly peakW: number;
}

/** Cycles further apart belong to two windows; between them it was not over what the log counts from. */
const WINDOW_GAP_MS = 15_000;
/** Cycles nearer than this are all that there were. */
const FULL_RATE_MS = 2_500;

interface Begun {
  readonly first: DatedCycle;
  readonly possibleFrom: number;
  sureTo: number;
  peak: number;
  /** False once an unseen cycle came. */
  sure: boolean;
}

interface Walk {
  open: Begun | undefined;
  before: DatedCycle | undefined;
  unseenSince: number | undefined;
  readonly found: Over[];
}

/**
 * @param cycles in the order of their time
 * @param threshold W beyond the allowed
 */
export function stretchesOver(cycles: readonly DatedCycle[], threshold: (cycle: DatedCycle) => number): Over[] {
  const walk: Walk = { open: undefined, before: undefined, unseenSince: undefined, found: [] };
  for (const cycle of cycles) {
    const { before } = walk;
    const apart =
      before !== undefined && (before.run !== cycle.run || cycle.record.t_ms - before.record.t_ms > WINDOW_GAP_MS);
    if (apart) endWindow(walk);
    take(walk, cycle, threshold(cycle));
    walk.before = cycle;
  }
  endWindow(walk);
  return walk.found;
}

function take(walk: Walk, cycle: DatedCycle, threshold: number): void {
  const { over_w: over, t_ms: now } = cycle.record;
  const { open } = walk;
  if (open?.sure) open.sureTo = now;
  if (over === null) {
    walk.unseenSince ??= now;
    if (open !== undefined) open.sure = false;
    return;
  }
  if (over > threshold) {
    walk.open ??= begin(walk, cycle);
    walk.open.peak = Math.max(walk.open.peak, over);
  } else if (open !== undefined) {
    finish(walk, open, now);
  }
  walk.unseenSince = undefined;
}

function begin({ before, unseenSince }: Walk, cycle: DatedCycle): Begun {
  const { t_ms: now } = cycle.record;
  const thinned = before !== undefined && now - before.record.t_ms > FULL_RATE_MS ? before.record.t_ms : now;
  return { first: cycle, possibleFrom: unseenSince ?? thinned, sureTo: now, peak: 0, sure: true };
}

/** The cycles end while it is over: how long it went on is not known, so it may have gone on for as long as one likes. */
function endWindow(walk: Walk): void {
  if (walk.open !== undefined) finish(walk, walk.open, Number.POSITIVE_INFINITY);
  walk.before = undefined;
  walk.unseenSince = undefined;
}

function finish(walk: Walk, open: Begun, end: number): void {
  const { run, at, record } = open.first;
  walk.found.push({
    run,
    at,
    from: record.t_ms,
    to: open.sureTo,
    sureMs: open.sureTo - record.t_ms,
    possibleMs: end - open.possibleFrom,
    peakW: open.peak,
  });
  walk.open = undefined;
}
