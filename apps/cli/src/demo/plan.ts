/**
 * What a demo is made of, from its options and its seed alone: the main thread and the history's workers each make it
 * again and get the same street. From the day of the first start on, recorded days are played exactly as recorded; the
 * thirty days before are the same days varied, so that a month does not look copied.
 */
import { Instant } from "@csj/quantity";
import { DAY_MS, dayAfter, dayStart, type UtcDay, utcDayOf } from "@csj/reading";
import { createWorld, type LoadCurve, type SiteSpec, type Street, siteConfig, streetOf, type World } from "@csj/world";
import { demoTariff } from "./tariff.ts";

export interface DemoPlan {
  readonly seed: number;
  readonly sites: number;
  /** A folder of recorded homes, or none. */
  readonly data?: string;
  /** Where history ends and life begins, a whole minute. */
  readonly born: number;
  readonly historyDays: number;
}

/** How long recorded days are played exactly; nobody leaves a demo running for longer. */
const EXACT_DAYS = 366;

export function planStreet(plan: DemoPlan): Street {
  const first = utcDayOf(Instant(plan.born));
  const exact: UtcDay[] = Array.from({ length: EXACT_DAYS }, (_, day) => dayAfter(first, day));
  return streetOf(plan.sites, { seed: plan.seed, exact, ...(plan.data === undefined ? {} : { data: plan.data }) });
}

/** The first instant of history: a UTC midnight, so that every day but the last is whole. */
export function historyStart(plan: DemoPlan): Instant {
  return Instant(dayStart(utcDayOf(Instant(plan.born))) - plan.historyDays * DAY_MS);
}

export function planWorld(plan: DemoPlan, street: Street, sites: readonly SiteSpec[]): World {
  return createWorld({ seed: plan.seed, start: historyStart(plan), sites, loads: street.loads, pv: street.pv });
}

/**
 * The past's loads change at whole minutes, as recorded ones do. A kettle that lets go within a minute would meet a
 * gateway that looks once a minute, and a home that may export nothing would have exported for most of that minute.
 */
export function pastStreet(street: Street): Street {
  return { ...street, loads: (site) => heldForMinutes(street.loads(site)) };
}

function heldForMinutes(curve: LoadCurve): LoadCurve {
  return (at) => {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    return { watts: curve(Instant(minute)).watts, until: Instant(minute + MINUTE_MS) };
  };
}

const MINUTE_MS = 60_000;

export interface DemoSiteOptions {
  readonly cycleMs: number;
  readonly addressOf: (deviceId: string) => string;
  readonly headEnd?: { readonly broker: string; readonly enrolment_code: string };
}

/** A site's configuration, as its `site.yaml` would hold it. */
export function demoSiteConfig(site: SiteSpec, { cycleMs, addressOf, headEnd }: DemoSiteOptions) {
  return {
    ...siteConfig(site, addressOf),
    cycle_ms: cycleMs,
    tariff: demoTariff,
    ...(headEnd === undefined ? {} : { head_end: headEnd }),
  };
}
