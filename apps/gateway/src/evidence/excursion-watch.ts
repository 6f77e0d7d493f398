/**
 * One record for each excursion: from the first cycle over to the first that is seen not to be. What it
 * measured is the log's own; whether it was counted is what the mode machine says, since the site is locked by that.
 */
import type { BodyOf } from "@csj/export-limit";
import type { ExcursionFacts, SeenCycle } from "./facts.ts";
import { excess, moment, span, wholeOr0 } from "./rounded.ts";

interface Open {
  readonly since: number;
  readonly allowed: number;
  readonly tolerance: number;
  peak: number;
  mwh: number;
  lastAt: number;
  lastOver: number;
  facts: ExcursionFacts | undefined;
}

const MILLIWATT_HOURS = 3_600;

export class ExcursionWatch {
  #open: Open | undefined;

  /** The record of the excursion that ended with this cycle. */
  add(cycle: SeenCycle): BodyOf<"excursion"> | undefined {
    const { now, over, isOver, excursion: facts } = cycle;
    if (this.#open === undefined && (isOver || facts?.over === true)) this.#open = begun(cycle);
    const open = this.#open;
    if (open === undefined) return undefined;
    open.mwh += (Math.max(0, open.lastOver) * (now - open.lastAt)) / MILLIWATT_HOURS;
    open.lastAt = now;
    if (over !== undefined) open.lastOver = over;
    open.peak = Math.max(open.peak, over ?? 0);
    open.facts = facts ?? open.facts;
    if (isOver || !cycle.clear || facts?.over === true) return undefined;
    this.#open = undefined;
    return bodyOf(open, now, cycle.wall);
  }

  /** What there is of one that has not ended. */
  open(now: number, wall: number | undefined): BodyOf<"excursion"> | undefined {
    return this.#open === undefined ? undefined : bodyOf(this.#open, now, wall);
  }
}

function begun({ now, over, allowedW, tolerance, excursion }: SeenCycle): Open {
  return {
    since: excursion?.startedAt ?? now,
    allowed: allowedW,
    tolerance,
    peak: 0,
    mwh: 0,
    lastAt: now,
    lastOver: over ?? 0,
    facts: excursion,
  };
}

function bodyOf(open: Open, now: number, wall: number | undefined): BodyOf<"excursion"> {
  const { facts } = open;
  return {
    kind: "excursion",
    ...moment(now, wall),
    started_t_ms: wholeOr0(open.since),
    duration_ms: span(now - open.since),
    peak_w: excess(open.peak) ?? 0,
    mwh: span(open.mwh),
    counted: facts?.counted ?? false,
    maintenance: facts?.maintenance ?? false,
    allowed_w: wholeOr0(open.allowed),
    tolerance_w: span(open.tolerance),
  };
}
