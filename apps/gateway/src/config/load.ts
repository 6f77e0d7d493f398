/** Reads and checks a site's configuration. Everything that is wrong with it is found here, before anything starts. */
import { readFileSync } from "node:fs";
import { checkInterval, parseTariff } from "@csj/billing";
import { isCoded } from "@csj/fault";
import { parseBusAddress } from "@csj/modbus";
import { checked, type Path, parseSettings, type Settings, unplaced } from "@csj/settings";
import { INTERVAL_DEFAULT_S } from "../devices.ts";
import { errors } from "../errors.ts";
import { GatewayConfig } from "./schema.ts";

/** @param profiles ids that a device's profile must be one of; unchecked where not given */
export function loadConfig(file: string, profiles?: readonly string[]): GatewayConfig {
  return parseConfig(textOf(file), file, profiles);
}

/** @param file the name that messages give the text */
export function parseConfig(text: string, file = "site.yaml", profiles?: readonly string[]): GatewayConfig {
  return configOf(parseSettings(text, file, errors.GATEWAY_CONFIG_SYNTAX), profiles);
}

/** Checks a configuration that was made by a program. */
export function checkConfig(value: unknown): GatewayConfig {
  return configOf(unplaced(value));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw errors.GATEWAY_CONFIG_UNREADABLE(`${file} cannot be read.`, { file }, error);
  }
}

function configOf(settings: Settings, profiles?: readonly string[]): GatewayConfig {
  const config = checked(settings, GatewayConfig, errors.GATEWAY_CONFIG_INVALID);
  const refuse: Refuse = (what, path) => {
    throw errors.GATEWAY_CONFIG_INVALID(what, settings.where(path));
  };
  checkZone(config, refuse);
  checkBuses(config, refuse);
  checkIds(config, refuse);
  if (profiles !== undefined) checkProfiles(config, profiles, refuse);
  checkRoles(config, refuse);
  checkTariff(config, refuse);
  return config;
}

type Refuse = (what: string, path: Path) => never;

function checkZone({ site }: GatewayConfig, refuse: Refuse): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: site.zone });
  } catch {
    refuse(`${site.zone} is not a time zone of this machine.`, ["site", "zone"]);
  }
}

function checkBuses({ buses }: GatewayConfig, refuse: Refuse): void {
  buses.forEach(({ address }, at) => {
    try {
      parseBusAddress(address);
    } catch (error) {
      if (!isCoded(error)) throw error;
      refuse(error.message, ["buses", at, "address"]);
    }
  });
}

function checkProfiles({ devices }: GatewayConfig, profiles: readonly string[], refuse: Refuse): void {
  devices.forEach(({ profile }, at) => {
    if (profiles.includes(profile)) return;
    refuse(`There is no profile ${profile}; there are ${profiles.join(", ")}.`, ["devices", at, "profile"]);
  });
}

function checkIds({ buses, devices }: GatewayConfig, refuse: Refuse): void {
  for (const [name, list] of [["buses", buses] as const, ["devices", devices] as const]) {
    list.forEach(({ id }, at) => {
      if (list.findIndex((other) => other.id === id) < at)
        refuse(`Two of the ${name} are called ${id}.`, [name, at, "id"]);
    });
  }
  devices.forEach(({ bus }, at) => {
    if (!buses.some(({ id }) => id === bus)) refuse(`There is no bus ${bus}.`, ["devices", at, "bus"]);
  });
}

function checkRoles({ devices, export_limit: limit }: GatewayConfig, refuse: Refuse): void {
  const grids = devices.filter(({ role }) => role === "grid");
  if (grids.length !== 1) refuse(`A site has one device with role grid, not ${grids.length}.`, ["devices"]);
  if (limit !== undefined && !devices.some(({ role }) => role === "inverter")) {
    refuse("There is an export_limit and no device with role inverter to limit.", ["export_limit"]);
  }
}

function checkTariff({ tariff, interval_s: interval }: GatewayConfig, refuse: Refuse): void {
  if (tariff === undefined) return;
  try {
    checkInterval(parseTariff(tariff), (interval ?? INTERVAL_DEFAULT_S) / 60);
  } catch (error) {
    if (!isCoded(error)) throw error;
    const inside = (error.where?.path ?? "").split("/").filter((part) => part !== "");
    refuse(error.message, ["tariff", ...inside.map((part) => (/^\d+$/.test(part) ? Number(part) : part))]);
  }
}
