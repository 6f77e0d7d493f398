/**
 * When a limit is written. A volatile register is written every cycle where nothing else is asked for: that re-arms the
 * device's own timer and gives a restarted inverter its limit back within one. Where a profile says that the register is an
 * EEPROM, which keeps its limit over a restart and bears some 100,000 writes, it gets every step down, steps up that are
 * worth one as long as the day's budget lasts, and what its timer needs.
 */
import type { LimiterFacts } from "@csj/device";
import { Millis, type Watts } from "@csj/quantity";

export interface Written {
  readonly watts: Watts;
  readonly at: Millis;
}

export interface WriteContext {
  readonly facts: LimiterFacts;
  readonly rated: Watts;
  readonly now: Millis;
  /** The same value is written again after this time; 0, or never for an EEPROM, where not given. */
  readonly reassertAfter?: Millis;
  /** True where the day's writes of an EEPROM are used up. */
  readonly isSpent?: boolean;
}

export type WriteReason =
  /** Nobody knows what the device holds. */
  | "unknown"
  | "lower"
  | "higher"
  /** The device's own timer would run out. */
  | "re-arm"
  /** It was confirmed too long ago. */
  | "re-assert";

export type KeepReason =
  /** The device must not be written so soon; `dueAt` says when it may. */
  | "too-soon"
  /** The register would hold what it holds. */
  | "same"
  /** A step up that an EEPROM is not worth. */
  | "small-rise"
  | "budget-spent";

export type WriteDecision =
  | { readonly write: true; readonly reason: WriteReason }
  | { readonly write: false; readonly reason: KeepReason; readonly dueAt?: Millis };

/** A step up that an EEPROM is worth, as a share of the rating. */
const EEPROM_RISE = 0.05;
/** A device's timer is armed anew when this share of it is over: two writes may be lost. */
const REARM_SHARE = 1 / 3;
/** Rounding noise of a division, in steps. */
const NOISE = 1e-9;

export function shouldWrite(wanted: Watts, last: Written | undefined, context: WriteContext): boolean {
  return decideWrite(wanted, last, context).write;
}

/** Asked anew every cycle, so that a step down that came too soon is written as soon as it may be, and never dropped. */
export function decideWrite(wanted: Watts, last: Written | undefined, context: WriteContext): WriteDecision {
  if (last === undefined) return { write: true, reason: "unknown" };
  const { facts, now } = context;
  const since = now - last.at;
  const wish = wishOf(wanted, last, since, context);
  if (!wish.write || !(since < facts.smallestWritePeriod)) return wish;
  return { write: false, reason: "too-soon", dueAt: Millis(last.at + facts.smallestWritePeriod) };
}

function wishOf(wanted: Watts, last: Written, since: number, context: WriteContext): WriteDecision {
  const { facts } = context;
  const steps = stepsOf(wanted, context) - stepsOf(last.watts, context);
  if (steps < 0) return { write: true, reason: "lower" };
  if (needsArming(since, context)) return { write: true, reason: "re-arm" };
  const isStale = since >= (context.reassertAfter ?? (facts.memory === "eeprom" ? Infinity : 0));
  if (isStale && !(context.isSpent && facts.memory === "eeprom")) {
    return { write: true, reason: steps > 0 ? "higher" : "re-assert" };
  }
  if (steps === 0) return { write: false, reason: "same" };
  return facts.memory === "eeprom" ? rise(wanted - last.watts, context) : { write: true, reason: "higher" };
}

function rise(watts: number, { rated, isSpent }: WriteContext): WriteDecision {
  if (!(watts >= EEPROM_RISE * rated)) return { write: false, reason: "small-rise" };
  return isSpent === true ? { write: false, reason: "budget-spent" } : { write: true, reason: "higher" };
}

/** A spent budget saves an EEPROM whose timer leads to a safe value, and never one whose timer releases the limit. */
function needsArming(since: number, { facts, isSpent }: WriteContext): boolean {
  if (facts.silenceTimeout === undefined || since < facts.silenceTimeout * REARM_SHARE) return false;
  return !(isSpent === true && facts.memory === "eeprom" && facts.onSilence === "falls-to-value");
}

/** What the register would hold. What is not a number holds nothing, so it is a step down from anything. */
function stepsOf(watts: number, { facts, rated }: WriteContext): number {
  if (!(watts > 0) || !(rated > 0)) return 0;
  const limit = Math.min(watts, rated);
  const step = facts.quantum * rated;
  return step > 0 ? Math.floor(limit / step + NOISE) : limit;
}

const wear = { volatile: 0, unknown: 1, eeprom: 2 } as const;

/** Ways to limit one device, those first that wear nothing out; else in the order given. */
export function volatileFirst<T extends { readonly facts: Pick<LimiterFacts, "memory"> }>(ways: readonly T[]): T[] {
  return [...ways].sort((a, b) => wear[a.facts.memory] - wear[b.facts.memory]);
}
