/** The standards that a log can be held against: those that come with @csj/export-limit, and an operator's own file. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Standard } from "@csj/export-limit";
import { checked, parseSettings } from "@csj/settings";
import { errors } from "../errors.ts";

const ENDING = ".yaml";

export function standardIds(): string[] {
  return readdirSync(dirname(createRequire(import.meta.url).resolve("@csj/export-limit/standards/zero.yaml")))
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .sort();
}

/** Throws GATEWAY_STANDARD, with line and column where the file is wrong. */
export function readStandardFile(file: string): Standard {
  return checked(parseSettings(textOf(file), file, errors.GATEWAY_STANDARD), Standard, errors.GATEWAY_STANDARD);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw errors.GATEWAY_STANDARD("The standard's file cannot be read.", { file }, cause);
  }
}
