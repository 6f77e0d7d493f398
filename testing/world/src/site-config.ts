/** A simulated site as its gateway is told of it: the plain object that a `site.yaml` holds. */
import { inverterId, invertersOf, type MeterSpec, type SiteSpec } from "./spec.ts";

export interface SiteConfig {
  readonly site: { readonly id: string; readonly name: string; readonly zone: string };
  readonly buses: readonly { readonly id: string; readonly address: string }[];
  readonly devices: readonly {
    readonly id: string;
    readonly role: string;
    readonly profile: string;
    readonly bus: string;
    readonly unit: number;
    readonly fuse_a?: number;
    readonly phase?: string;
  }[];
  readonly export_limit: {
    readonly allowed_w: number;
    readonly relay?: {
      readonly contact_input: number;
      readonly bus: string;
      readonly unit: number;
      readonly coil: number;
      readonly feeds_when: string;
      readonly opens_within_ms: number;
      readonly watchdog_s: number;
    };
  };
  readonly simulated: true;
}

interface Wanted {
  readonly id: string;
  readonly role: string;
  readonly profile: string;
  readonly unit: number;
  readonly fuse_a?: number;
  readonly phase?: string;
}

/** @param addressOf where a device is, by its id; devices with the same address share a bus */
export function siteConfig(site: SiteSpec, addressOf: (deviceId: string) => string): SiteConfig {
  const wanted = wantedOf(site);
  const relayAt = site.relay === undefined ? [] : [addressOf(`${site.id}-relay`)];
  const addresses = [...new Set([...wanted.map((device) => addressOf(device.id)), ...relayAt])];
  const busAt = (address: string) => `bus-${addresses.indexOf(address) + 1}`;
  return {
    site: { id: site.id, name: site.name, zone: site.zone },
    buses: addresses.map((address) => ({ id: busAt(address), address })),
    devices: wanted.map(({ id, role, profile, unit, ...more }) => ({
      id,
      role,
      profile,
      bus: busAt(addressOf(id)),
      unit,
      ...more,
    })),
    export_limit: { allowed_w: site.allowedExport, ...relayOf(site, relayAt.map(busAt)[0]) },
    simulated: true,
  };
}

function wantedOf(site: SiteSpec): readonly Wanted[] {
  const meter = (role: string, { profile, unit }: MeterSpec): Wanted => ({
    id: `${site.id}-${role}`,
    role,
    profile,
    unit,
    fuse_a: site.fuseA,
  });
  return [
    meter("grid", site.grid),
    ...(site.pv === undefined ? [] : [meter("pv", site.pv)]),
    ...invertersOf(site).map(({ profile, unit, phases, phase }, index) => ({
      id: inverterId(site.id, index),
      role: "inverter",
      profile,
      unit,
      // A single-phase one on a site of three phases is named where the plant names it.
      ...(phases === 1 && site.phases === 3 && phase !== undefined ? { phase } : {}),
    })),
    ...(site.battery?.meter === undefined ? [] : [meter("battery", site.battery.meter)]),
  ];
}

function relayOf({ relay }: SiteSpec, bus: string | undefined): Pick<SiteConfig["export_limit"], "relay"> {
  if (relay === undefined || bus === undefined) return {};
  const { unit, opensIn, watchdog } = relay;
  const times = { opens_within_ms: opensIn, watchdog_s: Math.floor(watchdog / 1000) };
  return { relay: { bus, unit, coil: 0, contact_input: 0, feeds_when: "on", ...times } };
}
