/** Reads and checks a meter's configuration. Everything that is wrong with it is found here, before anything starts. */

import { readFileSync } from "node:fs";
import { isCoded } from "@csj/fault";
import { type ChannelId, checkLayout, type Layout, type Wiring } from "@csj/metrology";
import { zoneTableOf } from "@csj/runtime/node";
import { checked, parseSettings, type Settings, unplaced } from "@csj/settings";
import { meterErrors } from "../errors.ts";
import { MeterConfig, type Source, sourceSchemas } from "./schema.ts";

/** @throws METER_CONFIG_UNREADABLE, METER_CONFIG_SYNTAX, METER_CONFIG_INVALID with line and column */
export function loadConfig(file: string): MeterConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw meterErrors.METER_CONFIG_UNREADABLE(`${file} cannot be read.`, { file }, error);
  }
  return configOf(parseSettings(text, file, meterErrors.METER_CONFIG_SYNTAX));
}

/** Checks a configuration that was made by a program. */
export function checkConfig(value: unknown): MeterConfig {
  return configOf(unplaced(value));
}

function configOf(settings: Settings): MeterConfig {
  const { source, ...rest } = checked(withoutSource(settings), MeterConfig, meterErrors.METER_CONFIG_INVALID);
  const refuse = (what: string, path: readonly (string | number)[]): never => {
    throw meterErrors.METER_CONFIG_INVALID(what, settings.where([...path]));
  };
  const schema = sourceSchemas[source.kind];
  if (schema === undefined) return refuse(`There is no source ${source.kind}.`, ["source", "kind"]);
  const inside: Settings = {
    value: (settings.value as { source: unknown }).source,
    where: (path, key) => settings.where(["source", ...path], key),
  };
  const config: MeterConfig = {
    ...rest,
    source: checked(inside, schema, meterErrors.METER_CONFIG_INVALID) as Source,
  };
  checkZone(config.zone, refuse);
  try {
    checkLayout(layoutOf(config));
  } catch (error) {
    if (isCoded(error)) refuse(error.message, ["wiring"]);
    throw error;
  }
  return config;
}

/** The source's own keys are checked by its kind, so that a mistake is named at its key. */
function withoutSource(settings: Settings): Settings {
  const { value } = settings;
  if (typeof value !== "object" || value === null || !("source" in value)) return settings;
  const { source } = value;
  const kind = typeof source === "object" && source !== null && "kind" in source ? { kind: source.kind } : source;
  return { value: { ...value, source: kind }, where: settings.where };
}

function checkZone(zone: string | undefined, refuse: (what: string, path: readonly string[]) => never): void {
  if (zone !== undefined && zoneTableOf(zone) === undefined) {
    refuse(`${zone} is not a time zone of this machine.`, ["zone"]);
  }
}

const usual: Readonly<Record<Wiring, readonly ChannelId[]>> = {
  "1p2w": ["u1", "i1"],
  "1p3w": ["u1", "u2", "i1", "i2"],
  "3p3w": ["u1", "u2", "i1", "i2"],
  "3p4w": ["u1", "u2", "u3", "i1", "i2", "i3"],
};

export function layoutOf(config: MeterConfig): Layout {
  return {
    rate: config.rate,
    channels: config.channels ?? usual[config.wiring],
    wiring: config.wiring,
    nominalHertz: config.nominal_hertz,
    nominalVolts: config.nominal_volts,
  };
}
