/** The sites of the no-export campaign: what differs is what a site can do when something fails. */
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

export const plants: readonly SiteSpec[] = [
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
];

export function plantOf(id: string): SiteSpec {
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

/** Why commissioning refuses this site without more, where the fault cannot be survived with what it has. */
export function excuse(site: SiteSpec, { needs }: Expectation): string | undefined {
  if (needs === undefined || site.relay !== undefined) return undefined;
  if (needs === "relay") return "an inverter that does not obey needs a relay";
  const all = invertersOf(site).every(({ control }) => control === "704");
  return all ? undefined : "an inverter without a watchdog needs a relay or a static limit";
}
