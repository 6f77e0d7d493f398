/** Event codes and protection profiles from the measuring unit's data files, by their id. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { EventCodes, ProtectionProfile } from "@csj/metrology";
import { checked, parseSettings, type Settings } from "@csj/settings";
import { meterErrors } from "../errors.ts";

/** @throws METER_DATA_FILE, with line and column where the file is wrong */
export function readEventCodes(id: string): EventCodes {
  return checked(settingsOf("event-codes", id), EventCodes, meterErrors.METER_DATA_FILE);
}

/** @throws METER_DATA_FILE, with line and column where the file is wrong */
export function readProtection(id: string): ProtectionProfile {
  return checked(settingsOf("protection", id), ProtectionProfile, meterErrors.METER_DATA_FILE);
}

function settingsOf(folder: string, id: string): Settings {
  return parseSettings(textOf(folder, id), `${id}.yaml`, meterErrors.METER_DATA_FILE);
}

function textOf(folder: string, id: string): string {
  try {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(id)) throw new Error("not an id");
    return readFileSync(createRequire(import.meta.url).resolve(`@csj/metrology/${folder}/${id}.yaml`), "utf8");
  } catch (cause) {
    throw meterErrors.METER_DATA_FILE(`There is no ${id} in ${folder}.`, undefined, cause);
  }
}
