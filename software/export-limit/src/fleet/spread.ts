/**
 * A total among all units: one budget, or one for each phase. A unit on three phases counts a third on each, so with one
 * budget a phase this is a linear program. Its shape gives the answer: one more watt on three phases costs at the most one
 * on single-phase units, hence the three-phase units get what the tightest phase allows, and each phase's own units the
 * rest. Only where each phase has units that wait for it is it a tie, and then they share by rating.
 */
import { type Phase, phases } from "../site.ts";
import { sum } from "./place.ts";
import { sharePool } from "./pool.ts";
import type { Unit } from "./unit.ts";

/** Rows of the constraints: one, or L1, L2 and L3. */
export interface Rows {
  /** What may be fed on each. */
  readonly limits: readonly number[];
  /** What of that the reachable units may have. */
  readonly free: readonly number[];
  readonly weights: (unit: Unit) => readonly number[];
}

export function spread(units: readonly Unit[], { free }: Rows): number[] {
  return free.length === 1 ? sharePool(units, free[0] ?? 0) : onPhases(units, free);
}

function onPhases(units: readonly Unit[], free: readonly number[]): number[] {
  const commands = units.map(() => 0);
  const put = (phase: Phase | "all", budget: number): number => {
    const at = units.flatMap(({ plate }, place) => (plate.spec.phase === phase ? [place] : []));
    const own = sharePool(
      at.map((place) => units[place] as Unit),
      Math.max(0, budget),
    );
    at.forEach((place, n) => {
      commands[place] = own[n] ?? 0;
    });
    return sum(own);
  };
  const onAll = put("all", threePhase(units, free));
  phases.forEach((phase, at) => {
    put(phase, (free[at] ?? 0) - onAll / 3);
  });
  return commands;
}

/** The three-phase units' part in all. */
function threePhase(units: readonly Unit[], free: readonly number[]): number {
  const all = sumsOn(units, "all");
  const single = phases.map((phase) => sumsOn(units, phase));
  const awake = free.map((watts, at) => Math.max(0, watts - (single[at]?.floor ?? 0)));
  const most = 3 * Math.min(...(3 * Math.min(...awake) >= all.floor ? awake : free));
  const needed = Math.min(all.need, most);
  const tied = Math.max(0, ...free.map((watts, at) => 3 * (watts - (single[at]?.need ?? 0))));
  const fair = Math.min(...free.map((watts, at) => fairPart(watts, all.top, single[at]?.top ?? 0)));
  const shared = tied < needed ? Math.max(tied, Math.min(needed, fair)) : needed;
  return Math.min(all.top, most, shared + unused(free, single, shared));
}

function sumsOn(units: readonly Unit[], phase: Phase | "all") {
  const on = units.filter(({ plate }) => plate.spec.phase === phase);
  const of = (value: (unit: Unit) => number) => sum(on.map(value));
  return { need: of(({ need }) => need), floor: of(({ plate }) => plate.floor), top: of(({ plate }) => plate.top) };
}

function fairPart(watts: number, all: number, single: number): number {
  const on = all / 3 + single;
  return on > 0 ? (watts * all) / on : 0;
}

/** What no phase's own units need goes to the three-phase ones. */
function unused(free: readonly number[], single: readonly { readonly need: number }[], shared: number): number {
  return 3 * Math.max(0, Math.min(...free.map((watts, at) => watts - shared / 3 - (single[at]?.need ?? 0))));
}
