/** One simulated site: its plant and its devices, moved on together. */
import type { Instant } from "@csj/quantity";
import type { PlantDevice } from "./devices/device.ts";
import { SimulatedInverter } from "./devices/inverter.ts";
import { SimulatedMeter } from "./devices/meter.ts";
import { SimulatedRelay } from "./devices/relay.ts";
import { Plant, type PlantState } from "./plant/plant.ts";
import type { LoadCurve, PvCurve } from "./sources/power.ts";
import { invertersOf, type SiteSpec } from "./spec.ts";

export interface SiteCurves {
  readonly load: LoadCurve;
  readonly pv: PvCurve;
  /** Discharging positive. */
  readonly battery?: LoadCurve;
}

export interface SiteState {
  readonly plant: PlantState;
  readonly devices: Readonly<Record<string, unknown>>;
}

export class SimulatedSite {
  readonly spec: SiteSpec;
  readonly plant: Plant;
  readonly devices: readonly PlantDevice[];

  constructor(spec: SiteSpec, start: Instant, curves: SiteCurves) {
    this.spec = spec;
    const inverters = invertersOf(spec);
    const { relay, battery } = spec;
    this.plant = new Plant(start, { inverters, ...curves, ...(relay === undefined ? {} : { relay }) });
    this.devices = [
      new SimulatedMeter(spec, "grid", spec.grid, this.plant),
      ...(spec.pv === undefined ? [] : [new SimulatedMeter(spec, "pv", spec.pv, this.plant)]),
      ...inverters.map((_, index) => new SimulatedInverter(spec, this.plant, index)),
      ...(battery?.meter === undefined ? [] : [new SimulatedMeter(spec, "battery", battery.meter, this.plant)]),
      ...(relay === undefined ? [] : [new SimulatedRelay(spec, relay, this.plant)]),
    ];
  }

  /** Goes on to `to`, stopping at each device's last update before it so that its registers hold that moment. */
  advance(to: number): void {
    for (let stop = this.#nextUpdate(to); stop !== undefined; stop = this.#nextUpdate(to)) {
      this.plant.advance(stop.at);
      stop.device.latch(stop.at);
    }
    this.plant.advance(to);
  }

  save(): SiteState {
    const devices = Object.fromEntries(this.devices.map((device) => [device.id, device.save()]));
    return { plant: this.plant.save(), devices };
  }

  restore(state: SiteState): void {
    this.plant.restore(state.plant);
    for (const device of this.devices) device.restore(state.devices[device.id]);
  }

  #nextUpdate(to: number): { readonly device: PlantDevice; readonly at: number } | undefined {
    let next: { readonly device: PlantDevice; readonly at: number } | undefined;
    for (const device of this.devices) {
      const at = device.due(to);
      if (at !== undefined && (next === undefined || at < next.at)) next = { device, at };
    }
    return next;
  }
}
