/** What a site says of itself to its head-end. */
import type { ChannelId } from "@csj/quantity";
import type { GatewayConfig } from "./config/schema.ts";
import { intervalOf, type MeteredDevice, type SiteDevices } from "./devices.ts";
import type { SiteSays } from "./outbox/outbox.ts";

export function siteSays(config: GatewayConfig, devices: SiteDevices, ratedW: number): SiteSays {
  const { site, tariff, export_limit: limit, simulated } = config;
  return {
    site: {
      id: site.id,
      name: site.name,
      zone: site.zone,
      allowed_export_w: limit?.allowed_w ?? 0,
      rated_w: Math.round(ratedW),
      simulated: simulated ?? false,
      tariff: tariff === undefined ? null : JSON.stringify(tariff),
    },
    meters: metersSay(config, devices).map((meter) => ({ ...meter, serial: null })),
  };
}

export interface MeterSays {
  readonly id: string;
  readonly role: "grid" | "pv";
  readonly profile: string;
  readonly interval_s: number;
  readonly channels: readonly ChannelId[];
}

/** Those whose registers are kept; an inverter without a meter of its own is one for the array. */
export function metersSay(config: GatewayConfig, devices: SiteDevices): MeterSays[] {
  return [devices.grid, ...devices.pv].filter(isKept).map((device) => meterSays(device, intervalOf(config)));
}

function isKept(device: MeteredDevice): boolean {
  return device.energy !== undefined;
}

function meterSays({ config, energy }: MeteredDevice, interval: number): MeterSays {
  const role = config.role === "grid" ? "grid" : "pv";
  return { id: config.id, role, profile: config.profile, interval_s: interval, channels: energy?.channels ?? [] };
}
