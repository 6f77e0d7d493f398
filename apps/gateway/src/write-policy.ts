/**
 * When a limit is written. A register is written every cycle: that re-arms the device's own timer and gives a restarted
 * inverter its limit back within one. Where a profile says that the register is an EEPROM, which keeps its limit over a
 * restart and bears some 100,000 writes, it gets every step down, steps up that are worth one, and what its timer needs.
 */
import type { LimiterFacts } from "@csj/device";
import type { Millis, Watts } from "@csj/quantity";

export interface Written {
  readonly watts: Watts;
  readonly at: Millis;
}

/** A step up that an EEPROM is worth, as a share of the rating. */
const EEPROM_RISE = 0.05;
/** A device's timer is armed anew when this share of it is over: two writes may be lost. */
const REARM_SHARE = 1 / 3;

export function shouldWrite(
  wanted: Watts,
  last: Written | undefined,
  { facts, rated, now }: { readonly facts: LimiterFacts; readonly rated: Watts; readonly now: Millis },
): boolean {
  if (last === undefined) return true;
  const since = now - last.at;
  if (since < facts.smallestWritePeriod) return false;
  if (facts.memory !== "eeprom") return true;
  if (facts.silenceTimeout !== undefined && since >= facts.silenceTimeout * REARM_SHARE) return true;
  const rise = wanted - last.watts;
  return rise < 0 || rise >= EEPROM_RISE * rated;
}
