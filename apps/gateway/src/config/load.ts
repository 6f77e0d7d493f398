/** Reads and checks a site's configuration. Everything that is wrong with it is found here, before anything starts. */
import { parseTariff } from "@csj/billing";
import { isCoded } from "@csj/fault";
import { parseBusAddress } from "@csj/modbus";
import { Value } from "typebox/value";
import { errors } from "../errors.ts";
import { type LocatedYaml, type Path, parseYaml, readYaml } from "./located.ts";
import { GatewayConfig } from "./schema.ts";

/** @param profiles ids that a device's profile must be one of; unchecked where not given */
export function loadConfig(file: string, profiles?: readonly string[]): GatewayConfig {
  return checked(readYaml(file), profiles);
}

/** @param file the name that messages give the text */
export function parseConfig(text: string, file = "site.yaml", profiles?: readonly string[]): GatewayConfig {
  return checked(parseYaml(text, file), profiles);
}

/** Checks a configuration that was made by a program. */
export function checkConfig(value: unknown): GatewayConfig {
  return checked({ value, where: (path, key) => ({ path: [...path, ...(key === undefined ? [] : [key])].join(".") }) });
}

function checked(yaml: LocatedYaml, profiles?: readonly string[]): GatewayConfig {
  checkShape(yaml);
  const config = yaml.value as GatewayConfig;
  const refuse: Refuse = (what, path, key) => {
    throw errors.GATEWAY_CONFIG_INVALID(what, yaml.where(path, key));
  };
  checkZone(config, refuse);
  checkBuses(config, refuse);
  checkIds(config, refuse);
  if (profiles !== undefined) checkProfiles(config, profiles, refuse);
  checkRoles(config, refuse);
  checkTariff(config, refuse);
  return config;
}

type Refuse = (what: string, path: Path, key?: string) => never;

function checkShape(yaml: LocatedYaml): void {
  const found = Value.Errors(GatewayConfig, yaml.value);
  // An unknown key comes as a value that nothing may be, before the mistakes of the values that are known.
  const first = found.find(({ keyword }) => keyword === "boolean") ?? found.find(({ keyword }) => keyword !== "const");
  if (first === undefined) return;
  const path = pathOf(first.instancePath);
  if (first.keyword === "boolean") {
    const key = String(path.at(-1));
    throw errors.GATEWAY_CONFIG_INVALID(`${key} is not a known key.`, yaml.where(path.slice(0, -1), key));
  }
  const name = path.length === 0 ? "The configuration" : path.join(".");
  const choices = found.filter(
    ({ keyword, instancePath }) => keyword === "const" && instancePath === first.instancePath,
  );
  const must =
    choices.length === 0
      ? first.message
      : `must be one of ${choices.map((choice) => String((choice.params as { allowedValue: unknown }).allowedValue)).join(", ")}`;
  throw errors.GATEWAY_CONFIG_INVALID(`${name} ${must}.`, yaml.where(path));
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~")));
}

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

function checkTariff({ tariff }: GatewayConfig, refuse: Refuse): void {
  if (tariff === undefined) return;
  try {
    parseTariff(tariff);
  } catch (error) {
    if (!isCoded(error)) throw error;
    const inside = (error.where?.path ?? "").split("/").filter((part) => part !== "");
    refuse(error.message, ["tariff", ...inside.map((part) => (/^\d+$/.test(part) ? Number(part) : part))]);
  }
}
