/** The standards' files that come with @csj/export-limit, by name. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseStandard, type Standard } from "@csj/export-limit";
import { parseSettings } from "@csj/settings";
import { errors } from "../errors.ts";

const folder = () => dirname(createRequire(import.meta.url).resolve("@csj/export-limit/standards/zero.yaml"));

export function standardIds(): string[] {
  return readdirSync(folder())
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length))
    .sort();
}

/** Throws GATEWAY_STANDARD_UNKNOWN or CONFIG_STANDARD. */
export function loadStandard(id: string): Standard {
  const known = standardIds();
  if (!known.includes(id)) {
    throw errors.GATEWAY_STANDARD_UNKNOWN(`There is no standard ${id}; there are ${known.join(", ")}.`, { path: id });
  }
  return readStandard(join(folder(), `${id}.yaml`));
}

/** One of a site's own, with the operator's numbers in it. */
export function readStandard(file: string): Standard {
  const { value } = parseSettings(readFileSync(file, "utf8"), file, (what, where, cause) =>
    errors.GATEWAY_CONFIG_SYNTAX(what, where, cause),
  );
  return parseStandard(value, file);
}
