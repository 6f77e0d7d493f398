/**
 * Whether a site can be fast enough at all: what every part of the loop takes, added up and held against the rule's time,
 * before anybody relies on it. No law is faster than its meter, its bus and its inverter.
 */

import { type Disobedience, type Unsurvived, unsurvived, type Watchdog } from "./needs.ts";

export type FigureOrigin = "measured" | "profile" | "configured" | "assumed";

export interface Summand {
  readonly name: "meter-period" | "bus" | "cycle" | "dead-time" | "ramp";
  readonly ms: number;
  readonly origin: FigureOrigin;
}

export interface TimeRule {
  /** Export above the limit must be over within this, in ms. */
  readonly backWithin: number;
  /** What the rule's hard limit allows before the inverters must be off, in ms; absent where it has none. */
  readonly tripAfter?: number;
  /** Without a relay, an inverter that ignores its limit; `relay` where absent. */
  readonly disobedience?: Disobedience;
}

export interface UnitFacts {
  readonly id: string;
  readonly deadTime: { readonly ms: number; readonly origin: FigureOrigin };
  readonly kind: "first-order" | "ramp";
  /** Time constant, or a ramp over the whole rating. */
  readonly time: { readonly ms: number; readonly origin: FigureOrigin };
  /** What it does when nobody talks to it, and after how long. */
  readonly onSilence: "falls-to-value" | "releases" | "keeps" | "unknown";
  readonly silenceMs?: number;
  /** Share of its rating that it falls to, or that an installer's static limit holds it at; 1 where there is none. */
  readonly fallsTo?: number;
  readonly staticShare?: number;
  /** False where the output was not what was commanded. */
  readonly scaleRight?: boolean;
}

export interface SiteFacts {
  readonly meterPeriod: { readonly ms: number; readonly origin: FigureOrigin };
  readonly bus: { readonly ms: number; readonly origin: FigureOrigin };
  readonly cycle: number;
  readonly units: readonly UnitFacts[];
  /** W that may be exported, and all inverters' rating: a device that falls to less than that needs no watchdog. */
  readonly allowed: number;
  readonly rated: number;
  /** The most that the limit may be when nothing is believed. */
  readonly tolerance: number;
  readonly relay: boolean;
  /** From the write to the relay until the inverters are off. */
  readonly relayMs?: number;
  /** From the last write until the relay opens by itself; absent where it keeps its coil. */
  readonly relayDropsMs?: number;
  /** The operator accepted what an inverter that ignores its limit may export. */
  readonly exposureAccepted?: boolean;
  /** True where a battery or a generator is not in what is measured. */
  readonly unmeasuredSource: boolean;
}

export interface UnitSum {
  readonly id: string;
  readonly summands: readonly Summand[];
  readonly ms: number;
  readonly inTime: boolean;
  /** Whether the site stays within its limit when the gateway is dead. */
  readonly watchdog: Watchdog;
  readonly watchdogMs: number | undefined;
}

export type SiteLack =
  | "unmeasured-source"
  | "scale-wrong"
  | "loop-too-slow"
  | "no-watchdog"
  | "watchdog-too-slow"
  | "disobedience"
  | "hard-limit-needs-relay"
  | "relay-keeps"
  | "relay-too-slow";

export interface SumUp {
  readonly verdict: "ok" | "needs-relay" | "refused";
  readonly units: readonly UnitSum[];
  readonly rule: TimeRule;
  readonly missing: readonly { readonly what: SiteLack; readonly unit?: string }[];
  /** What is not survived and only named: the site's residual exposure. */
  readonly named: readonly Unsurvived[];
}

/** After three time constants 5 % of the step are left, which is below what counts as over on most rules. */
const TIME_CONSTANTS = 3;

export function sumUp(site: SiteFacts, rule: TimeRule): SumUp {
  const units = site.units.map((unit) => unitSum(unit, site, rule));
  const faults = unsurvived({ ...site, units }, rule);
  const named = faults.filter(({ answer }) => answer === "named");
  const refusing = faults.filter(({ answer }) => answer === "refused");
  const needsRelay = relayNeeds(units, refusing, rule);
  const refused = refusals(site, rule, refusing, units);
  const rest = { units, rule, named };
  if (refused.length > 0)
    return { verdict: "refused", missing: [...refused, ...(site.relay ? [] : needsRelay)], ...rest };
  if (needsRelay.length > 0 && !site.relay) return { verdict: "needs-relay", missing: needsRelay, ...rest };
  return { verdict: "ok", missing: [], ...rest };
}

type Lack = SumUp["missing"][number];

function needsOf(unit: UnitSum): Lack[] {
  const needs: Lack[] = [];
  if (!unit.inTime) needs.push({ what: "loop-too-slow", unit: unit.id });
  if (unit.watchdog === "none") needs.push({ what: "no-watchdog", unit: unit.id });
  if (unit.watchdog === "too-slow") needs.push({ what: "watchdog-too-slow", unit: unit.id });
  return needs;
}

/** What a relay mends. */
function relayNeeds(units: readonly UnitSum[], faults: readonly Unsurvived[], { tripAfter }: TimeRule): Lack[] {
  const hard = tripAfter !== undefined && units.some(({ ms }) => !(ms <= tripAfter));
  const disobeying = faults.filter(({ fault }) => fault === "inverter-disobeys");
  return [
    ...units.flatMap((unit) => needsOf(unit)),
    ...disobeying.map(({ unit }) => ({ what: "disobedience" as const, unit })),
    ...(hard ? [{ what: "hard-limit-needs-relay" as const }] : []),
  ];
}

/** What no relay mends, or what the relay that is there does not. */
function refusals(site: SiteFacts, rule: TimeRule, faults: readonly Unsurvived[], units: readonly UnitSum[]): Lack[] {
  const leansOnRelay = units.some((unit) => needsOf(unit).length > 0) || relayNeeds(units, faults, rule).length > 0;
  const keeps = faults.filter(({ fault }) => site.relay && fault === "gateway-dead");
  return [
    ...(site.unmeasuredSource ? [{ what: "unmeasured-source" as const }] : []),
    ...site.units
      .filter(({ scaleRight }) => scaleRight === false)
      .map(({ id }) => ({ what: "scale-wrong" as const, unit: id })),
    ...(site.relay && leansOnRelay && relayTooSlow(site, rule) ? [{ what: "relay-too-slow" as const }] : []),
    ...keeps.map(({ unit }) => ({ what: "relay-keeps" as const, unit })),
  ];
}

/** Seen and opened: the relay's way is the meter's, the bus's and the cycle's, and its own. */
function relayTooSlow(
  { meterPeriod, bus, cycle, relayMs = 0 }: SiteFacts,
  { tripAfter, backWithin }: TimeRule,
): boolean {
  return !(meterPeriod.ms + bus.ms + cycle + relayMs <= Math.min(tripAfter ?? backWithin, backWithin));
}

function unitSum(unit: UnitFacts, site: SiteFacts, rule: TimeRule): UnitSum {
  const summands: Summand[] = [
    { name: "meter-period", ...site.meterPeriod },
    { name: "bus", ...site.bus },
    { name: "cycle", ms: site.cycle, origin: "configured" },
    { name: "dead-time", ...unit.deadTime },
    { name: "ramp", ms: rampOf(unit), origin: unit.time.origin },
  ];
  const ms = summands.reduce((sum, part) => sum + part.ms, 0);
  return { id: unit.id, summands, ms, inTime: ms <= rule.backWithin, ...watchdogOf(unit, site, rule) };
}

/** A drop over the whole rating: the largest step that there can be. */
function rampOf({ kind, time }: UnitFacts): number {
  return kind === "ramp" ? time.ms : TIME_CONSTANTS * time.ms;
}

/**
 * What is left when the gateway is dead. A timer that releases the limit is none. One that falls to a value counts where
 * the value is within what may be exported and its time, the dead time and the ramp are within the rule.
 */
function watchdogOf(unit: UnitFacts, site: SiteFacts, rule: TimeRule): Pick<UnitSum, "watchdog" | "watchdogMs"> {
  const share = site.rated > 0 ? (site.allowed + site.tolerance) / site.rated : 0;
  if ((unit.staticShare ?? 1) <= share) return { watchdog: "static-limit", watchdogMs: 0 };
  if (unit.onSilence !== "falls-to-value" || !((unit.fallsTo ?? 0) <= share)) {
    return { watchdog: "none", watchdogMs: undefined };
  }
  const ms = (unit.silenceMs ?? Number.POSITIVE_INFINITY) + unit.deadTime.ms + rampOf(unit);
  return { watchdog: ms <= rule.backWithin ? "in-time" : "too-slow", watchdogMs: Number.isFinite(ms) ? ms : undefined };
}
