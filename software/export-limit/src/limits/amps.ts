/**
 * A limit in A on each phase as W. A current limit binds at the voltage that is there: at 207 V, 16 A are 3.3 kW and not
 * 3.7. Above the nominal voltage the same current would be more power; it is not given, since voltage rises where much is
 * exported and falls back when less is. So the lower of the two counts. Where the voltage was not read, or makes no sense,
 * it may be as low as supply voltages go.
 */
import type { Amps, Volts } from "@csj/quantity";
import type { PerPhase } from "../site.ts";

export interface AmpsLimit {
  /** On each phase. */
  readonly amps: readonly [Amps, Amps, Amps];
  readonly nominal: Volts;
  /** Lowest power factor of what feeds in: reactive current takes its part of the limit. 1 where not given. */
  readonly powerFactor?: number;
}

/** Lowest supply voltage, as a share of the nominal one. [unverified] EN 50160 names -15 % as the widest dip of the mean. */
const LOWEST_SHARE = 0.85;

/** Beyond these a reading is no supply voltage. */
const PLAUSIBLE_FROM = 0.5;
const PLAUSIBLE_TO = 1.3;

/** W that the current limit allows on each phase; what is no number, or is negative, allows nothing. */
export function wattsOf(limit: AmpsLimit, volts: PerPhase | undefined): PerPhase {
  const factor = limit.powerFactor ?? 1;
  const share = factor > 0 && factor <= 1 ? factor : 0;
  const on = (at: 0 | 1 | 2) => {
    const watts = limit.amps[at] * cautious(limit.nominal, volts?.[at]) * share;
    return watts > 0 && watts < Infinity ? watts : 0;
  };
  return [on(0), on(1), on(2)];
}

function cautious(nominal: number, measured: number | undefined): number {
  const isPlausible =
    measured !== undefined && measured >= PLAUSIBLE_FROM * nominal && measured <= PLAUSIBLE_TO * nominal;
  return isPlausible ? Math.min(nominal, measured) : LOWEST_SHARE * nominal;
}
