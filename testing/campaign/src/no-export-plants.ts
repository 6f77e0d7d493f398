/** The sites of the no-export campaign: what differs is what a site can do when something fails. */
import { type Standard, unsurvived } from "@csj/export-limit";
import { Millis, seconds, Watts } from "@csj/quantity";
import type { InverterSpec, MeterSpec, SiteSpec } from "@csj/world";
import { invertersOf, withInverters } from "@csj/world";
import type { Expectation, Part } from "./no-export-expectations.ts";

const inverter: InverterSpec = {
  profile: "sunspec-inverter",
  control: "704",
  unit: 1,
  rated: Watts(8000),
  deadTime: seconds(0.5),
  response: { kind: "first-order", tau: seconds(1) },
  floor: 0,
  wake: seconds(5),
  memory: "volatile",
  staticLimit: 1,
  limitScale: -2,
  boot: seconds(20),
  updatePeriod: Millis(400),
  latency: Millis(15),
  phases: 3,
  generationWh: 1_000_000,
};

const meter: MeterSpec = {
  profile: "eastron-sdm630",
  unit: 1,
  updatePeriod: Millis(300),
  latency: Millis(15),
  importWh: 2_000_000,
  exportWh: 500_000,
};

const base: SiteSpec = {
  id: "one-704",
  name: "One inverter that falls by itself",
  zone: "Europe/London",
  fuseA: 63,
  phases: 3,
  loadShares: [0.5, 0.3, 0.2],
  reactiveShare: 0.2,
  allowedExport: Watts(0),
  grid: meter,
  pv: { ...meter, unit: 2, importWh: 0, exportWh: 0 },
  inverter,
};

const small: InverterSpec = {
  ...inverter,
  rated: Watts(4000),
  response: { kind: "ramp", percentPerSecond: 25 },
  unit: 2,
};

/** Without `pv`: the inverters' own telemetry is all that there is. */
function unmetered({ pv: _, ...site }: SiteSpec): SiteSpec {
  return site;
}

export interface CampaignSite extends SiteSpec {
  /** What is judged; all phases together where it is absent. */
  readonly basis?: "per-phase";
}

const onPhase = (phase: "l1" | "l2" | "l3", unit: number): InverterSpec => ({
  ...inverter,
  unit,
  rated: Watts(3000),
  phases: 1,
  phase,
});

export const plants: readonly CampaignSite[] = [
  base,
  unmetered({
    ...withInverters(base, [{ ...inverter, control: "123" }]),
    id: "one-123",
    name: "One inverter that can only keep its limit",
  }),
  { ...withInverters(base, [{ ...inverter, rated: Watts(5000) }, small]), id: "two-704", name: "Two that fall" },
  {
    ...withInverters(base, [
      { ...inverter, control: "123", rated: Watts(5000) },
      { ...small, control: "123" },
      { ...inverter, unit: 3, rated: Watts(3000), phases: 1, phase: "l2" },
    ]),
    id: "three-relay",
    name: "Three of them, and a relay that drops out by itself",
    relay: { unit: 9, opensIn: Millis(300), watchdog: seconds(10), latency: Millis(10) },
  },
  {
    ...unmetered(withInverters(base, [onPhase("l1", 1), onPhase("l2", 2), onPhase("l3", 3)])),
    id: "per-phase",
    name: "One on each phase, where each phase is judged",
    basis: "per-phase",
  },
];

export function plantOf(id: string): CampaignSite {
  const plant = plants.find((one) => one.id === id);
  if (plant === undefined) throw new Error(`there is no site ${id}: ${plants.map((one) => one.id).join(", ")}`);
  return plant;
}

/** The site's devices that a fault of this part concerns, by id; the gateway and the bus are their own. */
export function partsOf(site: SiteSpec, part: Part): readonly string[] {
  const { id } = site;
  if (part === "gateway" || part === "bus") return [part];
  if (part === "inverter")
    return invertersOf(site).map((_, index) => `${id}-inverter${index === 0 ? "" : `-${index + 1}`}`);
  if (part === "pv") return site.pv === undefined ? [] : [`${id}-pv`];
  if (part === "relay") return site.relay === undefined ? [] : [`${id}-relay`];
  return [`${id}-grid`];
}

/**
 * Why commissioning refuses the site for this fault, by the one rule that both have; undefined where it does not. The
 * network operator has accepted nothing here.
 */
export function excuse(site: SiteSpec, { fault, needs }: Expectation, standard: Standard): string | undefined {
  if (needs === undefined) return undefined;
  const units = invertersOf(site).map(({ unit, control }) => ({
    id: `inverter ${unit}`,
    watchdog: control === "704" ? ("in-time" as const) : ("none" as const),
  }));
  const { relay } = site;
  const drops = relay === undefined ? {} : { relayDropsMs: relay.watchdog + relay.opensIn };
  const { disobedience, back_within_s: back } = standard;
  const rule = { backWithin: back.value * 1000, disobedience: disobedience?.answer ?? ("relay" as const) };
  const kind = needs === "relay" ? "inverter-disobeys" : fault === "killed" ? "gateway-dead" : "inverter-silent";
  const lack = unsurvived({ units, relay: relay !== undefined, ...drops }, rule).find(
    (each) => each.fault === kind && each.answer === "refused",
  );
  return lack === undefined ? undefined : `${lack.unit} needs one of: ${lack.missing.join(", ")}`;
}
