/** A simulated site as its gateway is told of it: the plain object that a `site.yaml` holds. */
import type { SiteSpec } from "./spec.ts";

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
  }[];
  readonly export_limit: { readonly allowed_w: number };
  readonly simulated: true;
}

interface Wanted {
  readonly id: string;
  readonly role: string;
  readonly profile: string;
  readonly unit: number;
  readonly fuse_a?: number;
}

/** @param addressOf where a device is, by its id; devices with the same address share a bus */
export function siteConfig(site: SiteSpec, addressOf: (deviceId: string) => string): SiteConfig {
  const wanted: readonly Wanted[] = [
    { id: `${site.id}-grid`, role: "grid", profile: site.grid.profile, unit: site.grid.unit, fuse_a: site.fuseA },
    ...(site.pv === undefined
      ? []
      : [{ id: `${site.id}-pv`, role: "pv", profile: site.pv.profile, unit: site.pv.unit, fuse_a: site.fuseA }]),
    { id: `${site.id}-inverter`, role: "inverter", profile: site.inverter.profile, unit: site.inverter.unit },
  ];
  const addresses = [...new Set(wanted.map((device) => addressOf(device.id)))];
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
    export_limit: { allowed_w: site.allowedExport },
    simulated: true,
  };
}
