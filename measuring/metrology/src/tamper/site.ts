/**
 * What a tamper detector must know of a site, and its thresholds. The thresholds are proposals of our own (the reference
 * names ranges, no standard fixes them); each is configuration.
 */
import type { Wiring } from "../frame/layout.ts";

/**
 * What may feed in at the site. It decides what a current's direction can prove: `none`: power never leaves the site;
 * `pv`: it may while there is daylight; `other` (a battery, a CHP, wind): it may at any hour, so direction proves nothing.
 */
export type Generation = "none" | "pv" | "other";

export interface TamperSite {
  readonly wiring: Wiring;
  /** V; A of which the accuracy is stated (Ib or In). */
  readonly nominalVolts: number;
  readonly baseAmps: number;
  readonly startingAmps: number;
  readonly generation: Generation;
  /**
   * Hours in which the sun never shines there, all year, as minutes of the UTC day; over midnight where `from` is the
   * larger. Without them nothing is concluded from directions at a PV site.
   */
  readonly dark?: { readonly from: number; readonly to: number };
}

export interface TamperThresholds {
  /** Of the declared voltage: below, a potential is missing; above, a voltage lives. */
  readonly missingVolts: number;
  readonly liveVolts: number;
  /** Of the base current: above, current flows where no voltage is. */
  readonly missingAmps: number;
  /** Zero over positive sequence. */
  readonly neutralShift: number;
  /** Phases against neutral: of the larger current, and of the base current; the larger of both counts. */
  readonly bypassPart: number;
  readonly bypassBase: number;
  /** Negative over positive sequence. */
  readonly unbalance: number;
  /** |mean| over RMS of a current, and its second harmonic over the fundamental; both together. */
  readonly dcPart: number;
  readonly secondHarmonic: number;
  /** mT at the Hall sensor. */
  readonly magnetMillitesla: number;
  /** Power factor of the fundamental from which a direction is believed. */
  readonly directionFactor: number;
  /** Seconds of evidence. */
  readonly reversedSeconds: number;
  /** The same at a PV site, of darkness. */
  readonly reversedDarkSeconds: number;
  readonly wrongPhaseSeconds: number;
  readonly currentSeconds: number;
  readonly unbalanceSeconds: number;
  readonly sequenceSeconds: number;
  readonly magnetSeconds: number;
}

export const tamperThresholds: TamperThresholds = {
  missingVolts: 0.5,
  liveVolts: 0.8,
  missingAmps: 0.02,
  neutralShift: 0.1,
  bypassPart: 0.125,
  bypassBase: 0.2,
  unbalance: 0.02,
  dcPart: 0.2,
  secondHarmonic: 0.05,
  magnetMillitesla: 50,
  directionFactor: 0.5,
  reversedSeconds: 10,
  reversedDarkSeconds: 3600,
  wrongPhaseSeconds: 600,
  currentSeconds: 5,
  unbalanceSeconds: 600,
  sequenceSeconds: 2,
  magnetSeconds: 1,
};

/** Phases that a site has a voltage and a current for. */
export function phasesOf(wiring: Wiring): readonly number[] {
  if (wiring === "1p2w") return [0];
  return wiring === "3p4w" ? [0, 1, 2] : [0, 1];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Whether power that leaves the site at `at` (UTC ms) must be a wiring fault. */
export function importsOnly({ generation, dark }: TamperSite, at: number): boolean {
  if (generation !== "pv") return generation === "none";
  if (dark === undefined || !Number.isFinite(at)) return false;
  const minute = (((at % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS;
  const { from, to } = dark;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
