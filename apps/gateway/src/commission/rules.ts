/** The times that a site is held to, as commissioning needs them: the soft limit, the hard limit, and what counts as over. */
import type { Standard } from "@csj/export-limit";
import type { GatewayConfig } from "../config/schema.ts";
import { readStandard } from "../hold/standard.ts";
import type { CommissionRule } from "./shapes.ts";

/** Throws GATEWAY_STANDARD for a standard that there is no file of. */
export function ruleFor(config: GatewayConfig): CommissionRule {
  return ruleOf(readStandard(config.export_limit?.standard));
}

/** A standard without a tolerance counts any export; what no meter can tell is then the meter's business. */
export function ruleOf(standard: Standard): CommissionRule {
  const { tolerance, back_within_s: back, trips } = standard;
  const off = trips.filter(({ action }) => action === "disconnect").map(({ after_s }) => after_s);
  const soonest = off.sort((a, b) => a.value - b.value)[0];
  const figures = [back, ...(soonest === undefined ? [] : [soonest])];
  return {
    id: standard.id,
    name: standard.name,
    backWithinMs: back.value * 1000,
    ...(soonest === undefined ? {} : { tripAfterMs: soonest.value * 1000 }),
    toleranceW: tolerance.watts?.value ?? Number.MAX_SAFE_INTEGER,
    toleranceShare: (tolerance.percent_of_rated?.value ?? 100) / 100,
    disobedience: standard.disobedience?.answer ?? "relay",
    ...(standard.lowest_limit_percent === undefined ? {} : { lowestShare: standard.lowest_limit_percent.value / 100 }),
    source: figures.map(({ clause, source }) => `${clause} (${source})`).join("; "),
    verified: figures.every(({ verified }) => verified),
  };
}
