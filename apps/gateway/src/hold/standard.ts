/** The standard that a site is held by, from its file. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Standard } from "@csj/export-limit";
import { checked, parseSettings } from "@csj/settings";
import { errors } from "../errors.ts";

export const STANDARD_DEFAULT = "zero";

/** Throws GATEWAY_STANDARD, with line and column where the file is wrong. */
export function readStandard(id: string = STANDARD_DEFAULT): Standard {
  return checked(parseSettings(textOf(id), `${id}.yaml`, errors.GATEWAY_STANDARD), Standard, errors.GATEWAY_STANDARD);
}

function textOf(id: string): string {
  try {
    const { resolve } = createRequire(import.meta.url);
    return readFileSync(resolve(`@csj/export-limit/standards/${id}.yaml`), "utf8");
  } catch (cause) {
    throw errors.GATEWAY_STANDARD(`There is no standard ${id}.`, undefined, cause);
  }
}
