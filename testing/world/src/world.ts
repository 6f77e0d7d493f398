/**
 * The world: sites that go on when they are told to, and nothing else. It has no clock and no sockets; who serves it
 * moves it on. The same seed, sites and calls give the same registers, and a saved world goes on as if it had never
 * stopped.
 */
import type { Instant, WattHours, Watts } from "@csj/quantity";
import { Instant as toInstant, WattHours as toWattHours, Watts as toWatts } from "@csj/quantity";
import type { PlantDevice, WorldDevice } from "./devices/device.ts";
import { flowsOf, phasesOf } from "./devices/phases.ts";
import type { Phases } from "./devices/picture.ts";
import { worldErrors } from "./errors.ts";
import { type FaultName, isFault } from "./faults.ts";
import type { Stretch } from "./plant/plant.ts";
import { SimulatedSite, type SiteState } from "./site.ts";
import type { BatterySource, LoadSource, PvSource } from "./sources/power.ts";
import { INVERTERS_MAX, invertersOf, type SiteSpec } from "./spec.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly start: Instant;
  readonly sites: readonly SiteSpec[];
  readonly loads: LoadSource;
  readonly pv: PvSource;
  /** What a site's battery gives (positive) or takes; nothing where it is absent. */
  readonly battery?: BatterySource;
}

/** What really flows and flowed, which no device of the site tells exactly. Energy counts from the world's start. */
export interface Truth {
  readonly at: Instant;
  readonly loadW: Watts;
  /** Generation, after the limit. */
  readonly pvW: Watts;
  /** Import positive. */
  readonly gridW: Watts;
  /** What the panels could give now. */
  readonly availableW: Watts;
  /** What the inverter's control allows now. */
  readonly ceilingW: Watts;
  /** Of a battery that discharges. */
  readonly batteryW: Watts;
  /** Grid power on L1, L2 and L3. */
  readonly phasesW: Phases;
  /** What each inverter gives. */
  readonly unitsW: readonly Watts[];
  readonly loadWh: WattHours;
  readonly importWh: WattHours;
  readonly exportWh: WattHours;
  readonly generationWh: WattHours;
  readonly availableWh: WattHours;
  /** Discharged less charged. */
  readonly batteryWh: WattHours;
}

/** JSON; sites are kept apart, so that worlds that ran in parallel can be put together. */
export interface SavedWorld {
  readonly version: 1;
  readonly seed: number;
  readonly now: Instant;
  readonly sites: Readonly<Record<string, SiteState>>;
}

export interface World {
  readonly seed: number;
  readonly now: Instant;
  readonly sites: readonly SiteSpec[];
  readonly devices: readonly WorldDevice[];
  device(id: string): WorldDevice;
  /** Goes on to `to`. An instant that has passed changes nothing: simulated time never runs backwards. */
  advance(to: Instant): void;
  truth(siteId: string): Truth;
  /** Refuses, coded, a fault that the device cannot have. */
  setFault(deviceId: string, fault: string): void;
  /** Calls with each stretch of the site's power from `from` on; one watcher a site. */
  watch(siteId: string, from: Instant, onStretch: (stretch: Stretch) => void): void;
  save(): SavedWorld;
  restore(saved: SavedWorld): void;
}

/** A street that one machine can still serve in real time. */
const SITES_MAX = 1_000;

export function createWorld(options: WorldOptions): World {
  checkSites(options.sites);
  return new SimulatedWorld(options);
}

class SimulatedWorld implements World {
  readonly seed: number;
  readonly sites: readonly SiteSpec[];
  readonly devices: readonly PlantDevice[];
  readonly #sites: ReadonlyMap<string, SimulatedSite>;
  readonly #devices: ReadonlyMap<string, PlantDevice>;
  #now: Instant;

  constructor({ seed, start, sites, loads, pv, battery }: WorldOptions) {
    this.seed = seed;
    this.sites = sites;
    this.#now = start;
    const curves = (spec: SiteSpec) => {
      const given = spec.battery === undefined ? undefined : battery?.(spec);
      return { load: loads(spec), pv: pv(spec), ...(given === undefined ? {} : { battery: given }) };
    };
    this.#sites = new Map(sites.map((spec) => [spec.id, new SimulatedSite(spec, start, curves(spec))]));
    this.devices = [...this.#sites.values()].flatMap((site) => site.devices);
    this.#devices = new Map(this.devices.map((device) => [device.id, device]));
  }

  get now(): Instant {
    return this.#now;
  }

  device(id: string): PlantDevice {
    const found = this.#devices.get(id);
    if (found === undefined) throw worldErrors.WORLD_DEVICE_UNKNOWN(`This world has no device "${id}".`);
    return found;
  }

  advance(to: Instant): void {
    if (!(to > this.#now)) return;
    this.#now = to;
    for (const site of this.#sites.values()) site.advance(to);
  }

  truth(siteId: string): Truth {
    const { plant, spec } = this.#site(siteId);
    const { loadWh, importWh, exportWh, generationWh, availableWh, dischargedWh, chargedWh } = plant.energies;
    return {
      at: plant.now,
      loadW: plant.loadW,
      pvW: plant.pvW,
      gridW: plant.gridW,
      availableW: plant.availableW,
      ceilingW: toWatts(plant.units.reduce((sum, { inverter }) => sum + inverter.ceiling, 0)),
      batteryW: plant.batteryW,
      phasesW: phasesOf(spec, "grid", flowsOf(plant)),
      unitsW: plant.units.map((unit) => toWatts(plant.outputOf(unit))),
      loadWh: toWattHours(loadWh),
      importWh: toWattHours(importWh),
      exportWh: toWattHours(exportWh),
      generationWh: toWattHours(generationWh),
      availableWh: toWattHours(availableWh),
      batteryWh: toWattHours(dischargedWh - chargedWh),
    };
  }

  setFault(deviceId: string, fault: string): void {
    const device = this.device(deviceId);
    if (!isFault(fault)) throw worldErrors.WORLD_FAULT_REFUSED(`There is no fault "${fault}".`);
    device.setFault(fault satisfies FaultName, this.#now);
  }

  watch(siteId: string, from: Instant, onStretch: (stretch: Stretch) => void): void {
    this.#site(siteId).plant.watch(from, onStretch);
  }

  save(): SavedWorld {
    const sites = Object.fromEntries([...this.#sites].map(([id, site]) => [id, site.save()]));
    return { version: 1, seed: this.seed, now: this.#now, sites };
  }

  restore(saved: SavedWorld): void {
    if (saved.version !== 1 || saved.seed !== this.seed) {
      throw worldErrors.WORLD_SAVE_MISMATCH(
        `The saved world has version ${saved.version} and seed ${saved.seed}; this one has version 1 and seed ${this.seed}.`,
      );
    }
    const missing = this.sites.find((site) => saved.sites[site.id] === undefined);
    if (missing !== undefined) throw worldErrors.WORLD_SAVE_MISMATCH(`The saved world has no site ${missing.id}.`);
    for (const [id, site] of this.#sites) site.restore(saved.sites[id] as SiteState);
    this.#now = toInstant(saved.now);
  }

  #site(id: string): SimulatedSite {
    const found = this.#sites.get(id);
    if (found === undefined) throw worldErrors.WORLD_SITE_UNKNOWN(`This world has no site "${id}".`);
    return found;
  }
}

function checkSites(sites: readonly SiteSpec[]): void {
  if (sites.length > SITES_MAX) {
    throw worldErrors.WORLD_SITES_REFUSED(`${sites.length} sites are asked for; a world has ${SITES_MAX} at most.`);
  }
  if (new Set(sites.map((site) => site.id)).size < sites.length) {
    throw worldErrors.WORLD_SITES_REFUSED("Two sites have the same id.");
  }
  for (const site of sites) checkInverters(site);
}

function checkInverters(site: SiteSpec): void {
  const inverters = invertersOf(site);
  if (inverters.length < 1 || inverters.length > INVERTERS_MAX) {
    throw worldErrors.WORLD_SITES_REFUSED(`${site.id} has ${inverters.length} inverters, not 1 to ${INVERTERS_MAX}.`);
  }
  if (inverters[0] !== site.inverter) {
    throw worldErrors.WORLD_SITES_REFUSED(`The inverter of ${site.id} is not the first of its inverters.`);
  }
}
