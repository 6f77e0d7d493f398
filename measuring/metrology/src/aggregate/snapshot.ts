/** An aggregate as a plain object, to keep, store or serve: only what the meter has, `null` where it is unavailable. */
import { type ChannelId, CURRENT_OFFSET, channelIds, PHASES } from "../frame/channel.ts";
import { HARMONIC_PLACES } from "../window/record.ts";
import type { AggregateRecord, IntervalKind } from "./record.ts";

export interface ChannelSnapshot {
  /** V or A. */
  readonly rms: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** DC. */
  readonly mean: number | null;
  /** Part of the fundamental. */
  readonly thd: number | null;
  /** RMS of subgroups, h 0 to 50. */
  readonly harmonics: readonly (number | null)[];
  readonly interharmonics: readonly (number | null)[];
}

export interface PhaseSnapshot {
  /** W, VA, W, var: means; import and lagging are positive. */
  readonly active: number | null;
  readonly apparent: number | null;
  readonly activeFundamental: number | null;
  readonly reactiveFundamental: number | null;
}

export interface AggregateSnapshot {
  readonly kind: IntervalKind;
  /** UTC, ms. */
  readonly start: number | null;
  readonly end: number | null;
  readonly parts: number;
  readonly missing: number;
  readonly flagged: boolean;
  readonly locked: boolean;
  readonly frequency: number | null;
  readonly unbalanceNegative: number | null;
  readonly unbalanceZero: number | null;
  readonly channels: Readonly<Partial<Record<ChannelId, ChannelSnapshot>>>;
  /** By phase; `null` for one whose voltage or current the meter does not have. */
  readonly phases: readonly (PhaseSnapshot | null)[];
}

/** Harmonics are left out with `harmonics: false`: they are nine tenths of the numbers. */
export function snapshot(record: AggregateRecord, { harmonics = true } = {}): AggregateSnapshot {
  const channels: Partial<Record<ChannelId, ChannelSnapshot>> = {};
  channelIds.forEach((id, k) => {
    if (!Number.isNaN(record.rms[k]!)) channels[id] = channelOf(record, k, harmonics);
  });
  return {
    kind: record.kind,
    start: known(record.start),
    end: known(record.end),
    parts: record.parts,
    missing: record.missing,
    flagged: record.flagged,
    locked: record.locked,
    frequency: known(record.frequency),
    unbalanceNegative: known(record.unbalanceNegative),
    unbalanceZero: known(record.unbalanceZero),
    channels,
    phases: Array.from({ length: PHASES }, (_, phase) => phaseOf(record, phase)),
  };
}

function channelOf(record: AggregateRecord, k: number, harmonics: boolean): ChannelSnapshot {
  const places = (values: Float64Array) =>
    harmonics ? Array.from(values.subarray(k * HARMONIC_PLACES, (k + 1) * HARMONIC_PLACES), known) : [];
  return {
    rms: known(record.rms[k]!),
    min: known(record.rmsMin[k]!),
    max: known(record.rmsMax[k]!),
    mean: known(record.mean[k]!),
    thd: known(record.thd[k]!),
    harmonics: places(record.harmonics),
    interharmonics: places(record.interharmonics),
  };
}

function phaseOf(record: AggregateRecord, phase: number): PhaseSnapshot | null {
  if (Number.isNaN(record.rms[phase]! * record.rms[phase + CURRENT_OFFSET]!)) return null;
  return {
    active: known(record.active[phase]!),
    apparent: known(record.apparent[phase]!),
    activeFundamental: known(record.activeFundamental[phase]!),
    reactiveFundamental: known(record.reactiveFundamental[phase]!),
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
