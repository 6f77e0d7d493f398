/** Cycle records for tests of what is built on them: only what is given is measured, the rest is NaN. */
import type { CycleRecord } from "../cycle/record.ts";
import { CHANNELS, CURRENT_OFFSET, PHASES } from "../frame/channel.ts";

export interface CycleGiven {
  readonly active: readonly number[];
  readonly reactive?: readonly number[];
  /** A; where absent, |P| / 230 V. */
  readonly amps?: readonly number[];
  readonly volts?: readonly number[];
  readonly seconds: number;
  /** UTC ms of the cycle's end. */
  readonly at?: number;
}

const NOMINAL_VOLTS = 230;
const NOMINAL_HERTZ = 50;

export function cycleRecord(given: CycleGiven): CycleRecord {
  const record: CycleRecord = {
    from: 0,
    to: 0,
    at: given.at ?? Number.NaN,
    seconds: given.seconds,
    frequency: NOMINAL_HERTZ,
    locked: true,
    rms: new Float64Array(CHANNELS).fill(Number.NaN),
    mean: new Float64Array(CHANNELS).fill(Number.NaN),
    active: new Float64Array(PHASES).fill(Number.NaN),
    reactive: new Float64Array(PHASES).fill(Number.NaN),
  };
  for (const [phase, watts] of given.active.entries()) {
    record.active[phase] = watts;
    record.reactive[phase] = given.reactive?.[phase] ?? 0;
    record.rms[phase] = given.volts?.[phase] ?? NOMINAL_VOLTS;
    record.rms[phase + CURRENT_OFFSET] = given.amps?.[phase] ?? Math.abs(watts) / NOMINAL_VOLTS;
  }
  return record;
}
