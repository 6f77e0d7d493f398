/**
 * A street of homes with what drives them. With recorded data site k is load column k and the k-th array that ran;
 * without, both are generated.
 */
import { Watts } from "@csj/quantity";
import { worldErrors } from "./errors.ts";
import { siteOf } from "./homes.ts";
import { seedOf } from "./seed.ts";
import { household } from "./sources/household.ts";
import type { BatterySource, LoadSource, PvSource } from "./sources/power.ts";
import { type Exact, recordedLoad, recordedPv } from "./sources/recorded.ts";
import { readRecordedDays } from "./sources/recorded-files.ts";
import { rooftop } from "./sources/rooftop.ts";
import { invertersOf, type SiteSpec } from "./spec.ts";

export interface StreetOptions {
  readonly seed: number;
  /** A folder with recorded days; generated homes where it is absent. */
  readonly data?: string;
  /** Which days are played as recorded; none where it is absent. */
  readonly exact?: Exact;
  readonly zone?: string;
}

export interface Street {
  readonly sites: readonly SiteSpec[];
  readonly loads: LoadSource;
  readonly pv: PvSource;
  readonly battery?: BatterySource;
}

const STREET_MAX = 1_000;

export function streetOf(count: number, options: StreetOptions): Street {
  if (!Number.isInteger(count) || count < 1 || count > STREET_MAX) {
    throw worldErrors.WORLD_SITES_REFUSED(`A street has 1 to ${STREET_MAX} sites, not ${count}.`);
  }
  const recorded = options.data === undefined ? undefined : readRecordedDays(options.data);
  const sites = Array.from({ length: count }, (_, index) => siteOf(index, options, recorded));
  const indexOf = new Map(sites.map((site, index) => [site.id, index]));
  const order = (site: SiteSpec) => indexOf.get(site.id) ?? 0;
  const exact = options.exact ?? false;
  return {
    sites,
    loads: (site) => {
      const seed = seedOf(options.seed, site.id, "load");
      const column = recorded?.loads[order(site) % recorded.loads.length];
      return column === undefined ? household(seed) : recordedLoad(column, seed, exact);
    },
    pv: (site) => {
      const seed = seedOf(options.seed, site.id, "sun");
      const column = recorded?.pv[order(site) % recorded.pv.length];
      return column === undefined ? rooftop(peakOf(site), seed) : recordedPv(column, seed, exact);
    },
  };
}

/** Arrays are a little larger than their inverters, as most are built. */
function peakOf(site: SiteSpec): Watts {
  return Watts(invertersOf(site).reduce((sum, { rated }) => sum + rated, 0) * 1.15);
}
