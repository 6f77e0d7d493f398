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

export interface PhasePowers {
  /** Import positive. */
  readonly grid: Phases;
  readonly pv: Phases;
  readonly battery: Phases;
}

export function phasePowers(site: SiteSpec, plant: Plant): PhasePowers {
  const pv: [number, number, number] = [0, 0, 0];
  for (const unit of plant.units) add(pv, shares(site, unit.inverter.spec), plant.outputOf(unit));
  const battery: [number, number, number] = [0, 0, 0];
  if (site.battery !== undefined) add(battery, shares(site, site.battery), plant.batteryW);
  const grid: [number, number, number] = [0, 0, 0];
  add(grid, site.phases === 3 ? site.loadShares : alone.l1, plant.loadW);
  add(grid, pv, -1);
  add(grid, battery, -1);
  return { grid, pv, battery };
}

function add(to: [number, number, number], parts: Phases, factor: number): void {
  for (const phase of [0, 1, 2] as const) to[phase] += parts[phase] * factor;
}

/** One phase where all that it sees is on one; its only one is L1 then. */
export function meteredPhases(site: SiteSpec, role: "grid" | "pv" | "battery"): 1 | 3 {
  if (site.phases === 1) return 1;
  if (role === "grid") return 3;
  if (role === "battery") return site.battery?.phases ?? 1;
  const inverters = invertersOf(site);
  const [first] = inverters;
  const one = inverters.every(({ phases, phase }) => phases === 1 && (phase ?? "l1") === (first?.phase ?? "l1"));
  return one ? 1 : 3;
}
