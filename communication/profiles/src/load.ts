/** Profiles are files that a person reviews; this finds them, checks them and names what is wrong by line and column. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Profile, profileProblems } from "@csj/device";
import { parseSettings } from "@csj/settings";
import { errors } from "./errors.ts";

/** Beside `src` and `dist` alike. */
export const profileFolder = fileURLToPath(new URL("../data/", import.meta.url));

export function profileIds(folder = profileFolder): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length))
    .sort();
}

/** All profiles by id; throws at the first one that is not right. */
export function loadProfiles(folder = profileFolder): ReadonlyMap<string, Profile> {
  return new Map(profileIds(folder).map((id) => [id, profile(id, folder)]));
}

export function profile(id: string, folder = profileFolder): Profile {
  const known = profileIds(folder);
  if (!known.includes(id)) throw errors.PROFILE_UNKNOWN(`There is no profile "${id}"; there are ${known.join(", ")}.`);
  const file = `${folder.endsWith("/") ? folder : `${folder}/`}${id}.yaml`;
  const read = profileFrom(readFileSync(file, "utf8"), file);
  if (read.id === id) return read;
  throw errors.PROFILE_FILE(`The file is named ${id} and its id is ${read.id}.`, { file });
}

/** @param file for the place in an error */
export function profileFrom(text: string, file: string): Profile {
  const { value, where } = parseSettings(text, file, errors.PROFILE_FILE);
  const [problem] = profileProblems(value);
  if (problem === undefined) return value as Profile;
  throw errors.PROFILE_FILE(problem.message, where(problem.path, problem.key));
}
