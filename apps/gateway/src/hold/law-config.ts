/** The law's settings from a site's configuration: the running gateway and the commissioning hold by the same ones. */
import type { Config } from "@csj/export-limit";
import { Millis, Watts } from "@csj/quantity";
import type { GatewayConfig } from "../config/schema.ts";
import { cycleOf } from "../devices.ts";

/** A fault of the meter that gives no signal is looked for this often, by a step of this share of the rating. */
const PROBE_MIN = 5;
const PROBE_DEPTH = 0.05;
/** A test lasts some seconds, of which a slow cycle sees nothing. */
const PROBE_CYCLE_MAX_MS = 2_000;

export interface GridFacts {
  /** No grid power beyond this can be real. */
  readonly plausible: Watts;
  /** How often the grid meter renews its values, where its profile states it. */
  readonly gridPeriod: Millis | undefined;
}

export function lawConfig(config: GatewayConfig, rated: Watts, { plausible, gridPeriod }: GridFacts): Config {
  const limit = config.export_limit ?? { allowed_w: 0 };
  const probeMin = limit.probe_min ?? PROBE_MIN;
  return {
    allowedExport: Watts(limit.allowed_w),
    margin: Watts(limit.margin_w ?? 0),
    importFloor: Watts(limit.import_floor_w ?? 0),
    rated,
    safeLimit: Watts(Math.min(limit.safe_limit_w ?? 0, rated)),
    // In a slow cycle every sample is older than any fixed time: two cycles without one are stale at the earliest.
    staleAfter: Millis(Math.max(limit.stale_after_ms ?? 3000, 2 * cycleOf(config))),
    skewMax: Millis(limit.skew_max_ms ?? 500),
    riseRate: (limit.rise_percent_per_s ?? 2) / 100,
    plausible,
    ...(gridPeriod === undefined ? {} : { meterPeriod: gridPeriod }),
    ...(probeMin > 0 && cycleOf(config) <= PROBE_CYCLE_MAX_MS
      ? { probe: { every: Millis(probeMin * 60_000), depth: PROBE_DEPTH } }
      : {}),
  };
}
