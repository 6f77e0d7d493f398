/** How a site's power lies on its phases. Inverters feed theirs, or all three alike; the load lies as the site says. */
import type { Plant } from "../plant/plant.ts";
import { invertersOf, type Phase, type SiteSpec } from "../spec.ts";
import type { Phases } from "./picture.ts";

interface Placed {
  readonly phases: 1 | 3;
  readonly phase?: Phase;
}

const thirds: Phases = [1 / 3, 1 / 3, 1 / 3];
const alone: Readonly<Record<Phase, Phases>> = { l1: [1, 0, 0], l2: [0, 1, 0], l3: [0, 0, 1] };

/** On a single-phase site all is L1. */
function shares(site: SiteSpec, { phases, phase }: Placed): Phases {
  if (site.phases === 1) return alone.l1;
  return phases === 3 ? thirds : alone[phase ?? "l1"];
}

/** What flows at one instant, as a meter keeps it until somebody reads. */
export interface Flows {
  readonly loadW: number;
  readonly pvW: number;
  readonly batteryW: number;
  /** Of each inverter; absent where there is one only. */
  readonly unitsW: readonly number[] | undefined;
}

export function flowsOf(plant: Plant): Flows {
  const { loadW, pvW, batteryW, units } = plant;
  const unitsW = units.length === 1 ? undefined : units.map((unit) => plant.outputOf(unit));
  return { loadW, pvW, batteryW, unitsW };
}

export type MeterRole = "grid" | "pv" | "battery";

/** Grid power import positive, the others as they feed. */
export function phasesOf(site: SiteSpec, role: MeterRole, flows: Flows): Phases {
  const sum: [number, number, number] = [0, 0, 0];
  if (role !== "battery") addUnits(sum, site, flows, role === "grid" ? -1 : 1);
  if (role !== "pv" && site.battery !== undefined) {
    add(sum, shares(site, site.battery), role === "grid" ? -flows.batteryW : flows.batteryW);
  }
  if (role === "grid") add(sum, site.phases === 3 ? site.loadShares : alone.l1, flows.loadW);
  return sum;
}

function addUnits(sum: [number, number, number], site: SiteSpec, { pvW, unitsW }: Flows, sign: 1 | -1): void {
  for (const [index, spec] of invertersOf(site).entries()) {
    add(sum, shares(site, spec), sign * (unitsW === undefined ? pvW : (unitsW[index] ?? 0)));
  }
}

function add(to: [number, number, number], parts: Phases, factor: number): void {
  for (const phase of [0, 1, 2] as const) to[phase] += parts[phase] * factor;
}

/** One phase where all that it sees is on one; its only one is L1 then. */
export function meteredPhases(site: SiteSpec, role: MeterRole): 1 | 3 {
  if (site.phases === 1) return 1;
  if (role === "grid") return 3;
  if (role === "battery") return site.battery?.phases ?? 1;
  const inverters = invertersOf(site);
  const [first] = inverters;
  const one = inverters.every(({ phases, phase }) => phases === 1 && (phase ?? "l1") === (first?.phase ?? "l1"));
  return one ? 1 : 3;
}
