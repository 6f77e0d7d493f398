/** Voltages that are missing or that moved, from the fundamental's phasors of a window. */
import { CURRENT_OFFSET } from "../frame/channel.ts";
import type { WindowRecord } from "../window/record.ts";
import { phasesOf, type TamperSite, type TamperThresholds } from "./site.ts";

/** No voltage on a phase in which current flows, while another phase lives; undefined where no other phase exists. */
export function isPotentialMissing(
  record: WindowRecord,
  phase: number,
  site: TamperSite,
  limits: TamperThresholds,
): boolean | undefined {
  const others = phasesOf(site.wiring).filter((other) => other !== phase);
  if (!others.some((other) => record.rms[other]! > limits.liveVolts * site.nominalVolts)) return undefined;
  return isFlowingUnseen(record, phase, site, limits);
}

/** Current on some phase while no voltage is left on any: the meter is fed by something else. */
export function isCurrentWithoutVoltage(
  record: WindowRecord,
  site: TamperSite,
  limits: TamperThresholds,
): boolean | undefined {
  const phases = phasesOf(site.wiring);
  const dead = phases.every((phase) => record.rms[phase]! < limits.missingVolts * site.nominalVolts);
  return dead && phases.some((phase) => isFlowingUnseen(record, phase, site, limits));
}

function isFlowingUnseen(record: WindowRecord, phase: number, site: TamperSite, limits: TamperThresholds): boolean {
  const volts = record.rms[phase]!;
  const amps = record.rms[phase + CURRENT_OFFSET]!;
  return volts < limits.missingVolts * site.nominalVolts && amps > limits.missingAmps * site.baseAmps;
}

/** Between which the voltage of two phases counts as normal, of sqrt(3) x declared (two of them with a split phase). */
const LINE_LOW = 0.85;
const LINE_HIGH = 1.15;

/**
 * The star point wanders off while the phases keep their distance from each other: nothing holds the neutral. Undefined
 * where there is no star to see it by.
 */
export function isNeutralMissing(
  record: WindowRecord,
  site: TamperSite,
  limits: TamperThresholds,
): boolean | undefined {
  if (!record.locked) return undefined;
  if (site.wiring === "1p3w") return isMidpointMoved(record, site, limits);
  if (site.wiring !== "3p4w") return undefined;
  const line = Math.sqrt(3) * site.nominalVolts;
  const normal = [0, 1, 2].every((phase) => isNormal(between(record, phase, (phase + 1) % 3) / line));
  // Both are parts of the positive sequence, of which a reversed sequence leaves nothing.
  return normal && record.unbalanceZero > limits.neutralShift * Math.max(1, record.unbalanceNegative);
}

function isMidpointMoved(record: WindowRecord, { nominalVolts }: TamperSite, limits: TamperThresholds): boolean {
  const apart = record.rms[0]! - record.rms[1]!;
  return (
    isNormal(between(record, 0, 1) / (2 * nominalVolts)) && Math.abs(apart) > 2 * limits.neutralShift * nominalVolts
  );
}

function isNormal(part: number): boolean {
  return part > LINE_LOW && part < LINE_HIGH;
}

function between({ re, im }: WindowRecord, one: number, other: number): number {
  const x = re[one]! - re[other]!;
  const y = im[one]! - im[other]!;
  return Math.sqrt(x * x + y * y);
}

/** L2 ahead of L1; undefined unless all three live. */
export function isSequenceReversed(
  record: WindowRecord,
  site: TamperSite,
  limits: TamperThresholds,
): boolean | undefined {
  if (site.wiring !== "3p4w" || !allLive(record, site, limits)) return undefined;
  return record.im[1]! > 0 && record.im[2]! < 0;
}

/** Undefined unless all three live: a missing one is said by its own name, and a reversed sequence by its own. */
export function isUnbalanced(record: WindowRecord, site: TamperSite, limits: TamperThresholds): boolean | undefined {
  if (site.wiring !== "3p4w" || !allLive(record, site, limits) || record.unbalanceNegative > 1) return undefined;
  return record.unbalanceNegative > limits.unbalance;
}

function allLive(record: WindowRecord, site: TamperSite, limits: TamperThresholds): boolean {
  return record.locked && [0, 1, 2].every((phase) => record.rms[phase]! > limits.liveVolts * site.nominalVolts);
}
