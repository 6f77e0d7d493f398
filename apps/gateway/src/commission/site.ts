/**
 * The site's devices as commissioning talks to them: slowly, one thing at a time, and with nobody else on the bus. It
 * opens them by the same profiles as the gateway's cycle does.
 */
import { type Meter, openLimiter, openMeter, type PowerLimiter, type Profile, type Sample } from "@csj/device";
import type { PerPhase, PhaseReading } from "@csj/export-limit";
import type { RegisterAccess } from "@csj/modbus";
import { Millis, type QuantityId, Watts } from "@csj/quantity";
import type { Clock, Timers } from "@csj/runtime";
import type { BusConfig, DeviceConfig, GatewayConfig } from "../config/schema.ts";

export interface SiteDeps {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly timers: Timers;
  accessOf(bus: BusConfig): RegisterAccess;
  profileOf(id: string): Profile;
}

export interface GridSeen extends PhaseReading {
  readonly at: number;
  readonly total: number;
  /** What the answer took, in ms. */
  readonly took: number;
}

export interface Inverter {
  readonly config: DeviceConfig;
  readonly profile: Profile;
  readonly limiter: PowerLimiter;
  readonly meter: Meter;
}

const GRID: readonly QuantityId[] = [
  "power",
  "power.l1",
  "power.l2",
  "power.l3",
  "voltage.l1",
  "voltage.l2",
  "voltage.l3",
  "current.l1",
  "current.l2",
  "current.l3",
];

export class CommissionSite {
  readonly config: GatewayConfig;
  readonly gridConfig: DeviceConfig;
  readonly gridProfile: Profile;
  readonly inverters: readonly Inverter[];
  readonly deps: SiteDeps;
  readonly #grid: Meter;

  constructor(deps: SiteDeps) {
    const { config } = deps;
    this.deps = deps;
    this.config = config;
    this.gridConfig = config.devices.find(({ role }) => role === "grid") as DeviceConfig;
    this.gridProfile = deps.profileOf(this.gridConfig.profile);
    const { id, unit } = this.gridConfig;
    this.#grid = openMeter(this.gridProfile, this.accessTo(this.gridConfig), unit, { id, role: "grid", only: GRID });
    this.inverters = config.devices.filter(({ role }) => role === "inverter").map((device) => this.#inverter(device));
  }

  get phases(): 1 | 3 {
    return this.gridProfile.phases === 3 ? 3 : 1;
  }

  /** The site's share of its safe limit for one inverter. */
  get safeShare(): Watts {
    const safe = this.config.export_limit?.safe_limit_w ?? 0;
    const count = this.config.devices.filter(({ role }) => role === "inverter").length;
    return Watts(Math.floor(safe / Math.max(1, count)));
  }

  accessTo(device: DeviceConfig): RegisterAccess {
    return this.deps.accessOf(this.config.buses.find(({ id }) => id === device.bus) as BusConfig);
  }

  now(): Millis {
    return this.deps.clock.monotonic();
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.deps.timers.after(Millis(Math.max(1, ms)), resolve);
    });
  }

  /** Undefined where it did not answer or did not say its power: never 0. */
  async readGrid(): Promise<GridSeen | undefined> {
    const before = this.now();
    const sample = await this.#grid.readPower().catch(() => undefined);
    const total = sample?.values.get("power");
    if (sample === undefined || total === undefined) return undefined;
    return {
      ...phaseReading(sample, total, this.phases),
      at: sample.measuredMonotonic,
      total,
      took: this.now() - before,
    };
  }

  /** Undefined where it did not answer. */
  async readOutput({ meter }: Inverter): Promise<{ readonly at: number; readonly watts: number } | undefined> {
    const sample = await meter.readPower().catch(() => undefined);
    const watts = sample?.values.get("generation");
    return sample === undefined || watts === undefined ? undefined : { at: sample.measuredMonotonic, watts };
  }

  #inverter(config: DeviceConfig): Inverter {
    const profile = this.deps.profileOf(config.profile);
    const access = this.accessTo(config);
    return {
      config,
      profile,
      limiter: openLimiter(profile, access, config.unit, { id: config.id, fallback: this.safeShare }),
      meter: openMeter(profile, access, config.unit, { id: config.id, role: "inverter", only: ["generation"] }),
    };
  }
}

function phaseReading({ values }: Sample, total: number, count: 1 | 3): PhaseReading {
  const of = (name: "power" | "voltage" | "current"): PerPhase =>
    (["l1", "l2", "l3"] as const).map((phase) => values.get(`${name}.${phase}`) ?? Number.NaN) as unknown as PerPhase;
  const shown = of("power");
  const known = shown.filter(Number.isFinite).length;
  const watts =
    known >= count ? (shown.map((one) => (Number.isFinite(one) ? one : 0)) as unknown as PerPhase) : undefined;
  return { watts: watts ?? [total, 0, 0], volts: of("voltage"), amps: of("current") };
}
