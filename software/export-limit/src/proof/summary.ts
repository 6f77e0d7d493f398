/** A day of the log for a page: what was exported and held back, the excursions, the modes, and when they changed. */
import type { EvidenceBody } from "./record.ts";

export interface DaySummary {
  readonly minutes: number;
  readonly exported_wh: number;
  readonly pv_wh: number;
  /** An estimate, for the time in which there is one; `held_unknown_s` is the rest. */
  readonly curtailed_wh: number;
  readonly held_s: number;
  readonly held_unknown_s: number;
  readonly headroom_min_w: number | null;
  readonly excursions: {
    readonly count: number;
    readonly counted: number;
    readonly longest_s: number;
    readonly peak_w: number;
    readonly wh: number;
  };
  /** Seconds in each mode. */
  readonly modes: Readonly<Record<string, number>>;
  /** Where mode or reason changed, oldest first. */
  readonly states: readonly {
    readonly at: number | null;
    readonly t_ms: number;
    readonly mode: string;
    readonly reason: string;
  }[];
}

const STATES_MAX = 500;

export function dailySummary(records: readonly EvidenceBody[]): DaySummary {
  const minutes = records.filter((record) => record.kind === "minute");
  const headrooms = minutes.flatMap(({ headroom_min_w }) => (headroom_min_w === null ? [] : [headroom_min_w]));
  const sum = (of: (minute: (typeof minutes)[number]) => number) =>
    minutes.reduce((all, minute) => all + of(minute), 0);
  return {
    minutes: minutes.length,
    exported_wh: thousandth(sum((minute) => minute.exported_mwh)),
    pv_wh: thousandth(sum((minute) => minute.pv_mwh)),
    curtailed_wh: thousandth(sum((minute) => minute.curtailed_mwh)),
    held_s: thousandth(sum((minute) => minute.held_ms)),
    held_unknown_s: thousandth(sum((minute) => minute.held_unknown_ms)),
    headroom_min_w: headrooms.length === 0 ? null : Math.min(...headrooms),
    excursions: excursionsIn(records),
    modes: modesIn(minutes),
    states: statesIn(records).slice(-STATES_MAX),
  };
}

function excursionsIn(records: readonly EvidenceBody[]): DaySummary["excursions"] {
  const found = records.filter((record) => record.kind === "excursion");
  return {
    count: found.length,
    counted: found.filter(({ counted }) => counted).length,
    longest_s: thousandth(Math.max(0, ...found.map(({ duration_ms }) => duration_ms))),
    peak_w: Math.max(0, ...found.map(({ peak_w }) => peak_w)),
    wh: thousandth(found.reduce((sum, { mwh }) => sum + mwh, 0)),
  };
}

function modesIn(minutes: readonly { readonly modes: Readonly<Record<string, number>> }[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const { modes } of minutes) for (const [mode, ms] of Object.entries(modes)) all[mode] = (all[mode] ?? 0) + ms;
  return Object.fromEntries(Object.entries(all).map(([mode, ms]) => [mode, thousandth(ms)]));
}

function statesIn(records: readonly EvidenceBody[]): DaySummary["states"] {
  const states: DaySummary["states"][number][] = [];
  for (const record of records) {
    if (record.kind !== "decision") continue;
    const { wall_ms: at, t_ms, mode, reason } = record;
    const last = states.at(-1);
    if (last?.mode !== mode || last.reason !== reason) states.push({ at, t_ms, mode, reason });
  }
  return states;
}

function thousandth(value: number): number {
  return value / 1000;
}
