/** From the configuration's devices to what a cycle asks: who measures the grid, who measures the array, who is limited. */
import { EnergyBelief, type Meter, openLimiter, openMeter, type Profile } from "@csj/device";
import type { BusAccess, RegisterAccess } from "@csj/modbus";
import { Amps, type ChannelId, Millis, type QuantityId, Watts } from "@csj/quantity";
import type { IntervalSeconds } from "@csj/reading";
import type { Log } from "@csj/runtime";
import { Boundaries } from "./boundaries.ts";
import type { BusConfig, DeviceConfig, GatewayConfig } from "./config/schema.ts";
import { EnergyKeeper, type ProfileFill } from "./energy-keeper.ts";
import { Health } from "./health.ts";
import { Relay } from "./hold/relay.ts";
import type { UnitDeps } from "./hold/unit.ts";
import { profileReader } from "./load-profile/reader.ts";
import type { Outbox } from "./outbox/outbox.ts";

export const INTERVAL_DEFAULT_S = 1800;
export const CYCLE_DEFAULT_MS = 1000;
const FUSE_DEFAULT_A = 100;
/** Beside the power what tells a frozen meter, and the phases; most meters have them in one request. */
const FROZEN_TELLS: readonly QuantityId[] = ["voltage.l1", "current.l1", "frequency"];
const GRID_PHASES: readonly QuantityId[] = ["power.l1", "power.l2", "power.l3"];

function gridQuantities(config: GatewayConfig): readonly QuantityId[] {
  const phases = config.export_limit?.basis === "per-phase" ? GRID_PHASES : [];
  // In a slow cycle the power alone tells as much: three equal cycles are minutes.
  const tells = cycleOf(config) > SLOW_CYCLE_MS ? [] : FROZEN_TELLS;
  return ["power", ...phases, ...tells];
}
/** A boundary waits this long for a channel that its meter did not give with the others. */
const GRACE_MS = 10_000;

/** A relay is a coil, everything else is registers. */
export type SiteAccess = RegisterAccess &
  Pick<BusAccess, "writeBits" | "readBits"> &
  Partial<Pick<BusAccess, "readFileRecord">>;

export interface MeteredDevice {
  readonly config: DeviceConfig;
  readonly health: Health;
  readonly meter: Meter;
  readonly quantity: QuantityId;
  /** Absent where another device's registers are the ones that count. */
  readonly energy: EnergyKeeper | undefined;
}

export interface ShownDevice {
  readonly config: DeviceConfig;
  /** Of its reads and, for an inverter, of its limit: the one may fail without the other. */
  readonly healths: readonly Health[];
  /** What nobody has verified of its register map. */
  readonly warning: string | undefined;
}

export interface SiteDevices {
  readonly grid: MeteredDevice;
  /** Those that together are the array's output: its meters, or the inverters where it has none. */
  readonly pv: readonly MeteredDevice[];
  /** Discharge is positive. */
  readonly batteries: readonly MeteredDevice[];
  /** Inverters whose own output can be read: sharing a limit needs it; some of them may be in `pv` too. */
  readonly outputs: readonly MeteredDevice[];
  readonly limited: readonly UnitDeps[];
  readonly relay: Relay | undefined;
  /** All, in the configuration's order, for the picture. */
  readonly all: readonly ShownDevice[];
  /** Grid power beyond this cannot be real. */
  readonly plausible: Watts;
  /** How often the grid meter renews its values, where its profile states it. */
  readonly gridPeriod: Millis | undefined;
}

export interface DeviceDeps {
  readonly config: GatewayConfig;
  readonly outbox: Outbox;
  readonly log: Log;
  accessOf(bus: BusConfig): SiteAccess;
  profileOf(id: string): Profile;
}

export function openDevices(deps: DeviceDeps): SiteDevices {
  const { config } = deps;
  const buses = new Map(config.buses.map((bus) => [bus.id, deps.accessOf(bus)]));
  const opened = config.devices.map((device) => ({
    config: device,
    profile: deps.profileOf(device.profile),
    access: buses.get(device.bus) as SiteAccess,
    health: new Health(device.id, deps.log),
    limitHealth: new Health(`${device.id} (limit)`, deps.log),
  }));
  const of = (role: DeviceConfig["role"]) => opened.filter((device) => device.config.role === role);
  const grid = of("grid")[0] as Opened;
  const array = of("pv").length > 0 ? of("pv") : of("inverter");
  const limited = config.export_limit === undefined ? [] : of("inverter");
  const pv = array.map((device) => metered(device, deps));
  const measured = metered(grid, deps);
  const units = limited.map((device) => unitOf(device, limited.length, config));
  const warnings = new Map([
    ...[measured, ...pv].map(({ config: { id }, meter }) => [id, meter.verification?.warning] as const),
    ...units.map(({ config: { id }, limiter }) => [id, limiter.verification?.warning] as const),
  ]);
  return {
    grid: measured,
    pv,
    batteries: of("battery").map((device) => ({ ...metered(device, deps), energy: undefined })),
    outputs: of("pv").length > 0 ? limited.map((device) => ({ ...metered(device, deps), energy: undefined })) : pv,
    limited: units,
    relay: relayOf(deps, buses),
    all: opened.map((device) => ({
      config: device.config,
      healths: [
        ...(device === grid || array.includes(device) || limited.includes(device) ? [device.health] : []),
        ...(limited.includes(device) ? [device.limitHealth] : []),
      ],
      warning: config.simulated === true ? undefined : warnings.get(device.config.id),
    })),
    plausible: plausibleOf(grid),
    gridPeriod: grid.profile.facts.update_ms === null ? undefined : Millis(grid.profile.facts.update_ms),
  };
}

interface Opened {
  readonly config: DeviceConfig;
  readonly profile: Profile;
  readonly access: SiteAccess;
  readonly health: Health;
  readonly limitHealth: Health;
}

function metered(device: Opened, deps: DeviceDeps): MeteredDevice {
  const { config, profile, access, health } = device;
  const quantity = config.role === "grid" ? "power" : "generation";
  const meter = openMeter(profile, access, config.unit, {
    id: config.id,
    // A battery's meter lies in the house as an array's does.
    role: config.role === "battery" ? "pv" : config.role,
    only: config.role === "grid" ? gridQuantities(deps.config) : [quantity],
    ...(config.wiring === undefined ? {} : { wiring: config.wiring }),
  });
  return { config, health, meter, quantity, energy: energyOf(device, meter, deps) };
}

function energyOf(device: Opened, meter: Meter, deps: DeviceDeps): EnergyKeeper | undefined {
  const { config, profile } = device;
  if (meter.channels.length === 0) return undefined;
  const boundaries = new Boundaries({
    interval: intervalOf(deps.config),
    channels: meter.channels,
    last: deps.outbox.latestBoundary(config.id),
    grace: Math.max(GRACE_MS, 2 * cycleOf(deps.config)),
  });
  const belief = new EnergyBelief({ fuse: Amps(config.fuse_a ?? FUSE_DEFAULT_A), phases: profile.phases });
  const fill = profileFillOf(device, meter, deps);
  const keeper = new EnergyKeeper({
    id: config.id,
    meter,
    belief,
    boundaries,
    cycle: cycleOf(deps.config),
    ...(fill !== undefined && { profile: fill }),
  });
  for (const channel of meter.channels) restore(keeper, channel, deps.outbox);
  return keeper;
}

/** The meter of which it is known how its load profile is read, by the id of its profile. */
const HAS_LOAD_PROFILE = "csj-meter";
const PROFILED_IMPORT = 0;
const PROFILED_EXPORT = 1;

function profileFillOf({ config, profile, access }: Opened, meter: Meter, deps: DeviceDeps): ProfileFill | undefined {
  const readFileRecord = access.readFileRecord?.bind(access);
  if (profile.id !== HAS_LOAD_PROFILE || readFileRecord === undefined) return undefined;
  const generated = config.wiring === "export-is-generation" ? PROFILED_EXPORT : PROFILED_IMPORT;
  const places: Partial<Record<ChannelId, number>> = {
    import: PROFILED_IMPORT,
    export: PROFILED_EXPORT,
    generation: generated,
  };
  const channels = new Map(meter.channels.map((channel) => [channel, places[channel] ?? Number.NaN] as const));
  const at = deps.outbox.latestBoundary(config.id);
  const reads = meter.channels.map((channel) => [channel, deps.outbox.latestRead(config.id, channel)] as const);
  const known = reads.flatMap(([channel, read]) => (read === undefined ? [] : [[channel, read] as const]));
  return {
    reader: profileReader({
      access: { read: access.read.bind(access), readFileRecord },
      unit: config.unit,
      channels,
    }),
    interval: intervalOf(deps.config),
    last: at === undefined ? undefined : { at, channels: new Map(known) },
    failed: (error) =>
      deps.log.warn("the meter's load profile cannot be read", { device: config.id, error: String(error) }),
  };
}

function restore(keeper: EnergyKeeper, channel: ChannelId, outbox: Outbox): void {
  const read = outbox.latestRead(keeper.id, channel);
  if (read !== undefined) keeper.restore(channel, read);
}

function unitOf(device: Opened, count: number, site: GatewayConfig): UnitDeps {
  const unreachableAfter = Millis(Math.max(UNREACHABLE_AFTER_MS, UNREACHABLE_AFTER_CYCLES * cycleOf(site)));
  const limiter = limiterOf(device, count, site);
  return {
    config: device.config,
    limiter,
    health: device.limitHealth,
    unreachableAfter,
    readBackEvery: Millis(
      Math.max(READ_BACK_CYCLES * cycleOf(site), READ_BACK_SLOW_CYCLES * (cycleOf(site) - SLOW_CYCLE_MS)),
    ),
    fallback: fallbackOf(site, count),
  };
}

/** One lost answer is made good by the next cycle's write; from here on the unit counts as out of reach. */
const UNREACHABLE_AFTER_MS = 5_000;
const UNREACHABLE_AFTER_CYCLES = 3;
/** Another master that writes once in a while is overwritten by the next cycle; this is how soon it is told of. */
const READ_BACK_CYCLES = 3;
/** In slow cycles a look costs as much as the rest, and what it finds is overwritten anyway. */
const READ_BACK_SLOW_CYCLES = 10;

function relayOf({ config, log }: DeviceDeps, buses: ReadonlyMap<string, SiteAccess>): Relay | undefined {
  const relay = config.export_limit?.relay;
  if (relay === undefined) return undefined;
  return new Relay(buses.get(relay.bus) as SiteAccess, relay, new Health("relay", log));
}

function limiterOf({ config, profile, access }: Opened, count: number, site: GatewayConfig) {
  const cycle = cycleOf(site);
  return openLimiter(profile, access, config.unit, {
    id: config.id,
    fallback: fallbackOf(site, count),
    ...(config.rated_w === undefined ? {} : { rated: Watts(config.rated_w) }),
    // A timer that is shorter than the pause between two writes would fire in normal work.
    ...(cycle > SLOW_CYCLE_MS ? { silence: Millis(3 * cycle) } : {}),
  });
}

/** What is safe for the site is shared by all who fall silent at once. */
function fallbackOf(site: GatewayConfig, count: number): Watts {
  return Watts(Math.floor((site.export_limit?.safe_limit_w ?? 0) / count));
}

/** Above this a profile's own silence time may be shorter than three cycles. */
const SLOW_CYCLE_MS = 3_000;

function plausibleOf({ config, profile }: Opened): Watts {
  return Watts((config.fuse_a ?? FUSE_DEFAULT_A) * 253 * profile.phases * OVERLOAD);
}

/** A fuse carries this much more than its rating for a while. */
const OVERLOAD = 1.6;

export function intervalOf(config: GatewayConfig): IntervalSeconds {
  return config.interval_s ?? INTERVAL_DEFAULT_S;
}

export function cycleOf(config: GatewayConfig): number {
  return config.cycle_ms ?? CYCLE_DEFAULT_MS;
}
