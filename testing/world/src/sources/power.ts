/**
 * What drives a plant: the power that a home takes and the power that its panels could give, as pieces whose integrals
 * are known. A source is a function of the instant alone (seeded, never drawing from a stream of dice), so a restored
 * world sees what an uninterrupted one sees.
 */
import type { Instant, Watts } from "@csj/quantity";
import type { SiteSpec } from "../spec.ts";

/** Constant from the asked instant until `until`. */
export interface LoadPiece {
  readonly watts: Watts;
  readonly until: Instant;
}

/** `watts` at the asked instant, then rising by `slope` (W per ms) until `until`. */
export interface PvPiece extends LoadPiece {
  readonly slope: number;
}

export type LoadCurve = (at: Instant) => LoadPiece;
export type PvCurve = (at: Instant) => PvPiece;

export type LoadSource = (site: SiteSpec) => LoadCurve;
export type PvSource = (site: SiteSpec) => PvCurve;
/** Discharging positive; undefined for a site without a battery. */
export type BatterySource = (site: SiteSpec) => LoadCurve | undefined;
