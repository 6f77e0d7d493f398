/**
 * Register fixtures: words that come from a manual, a recorded dump or another project's vector, named with their source.
 * A fixture is never computed from a profile, so that a wrong sign or scale in the profile meets words that know better.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { WordsAccess } from "@csj/device";
import { parse } from "yaml";

export const fixtureFolder = fileURLToPath(new URL("../fixtures/", import.meta.url));

export interface FixtureWord {
  readonly address: number;
  readonly words: readonly number[];
  /** Where it differs from the fixture's. */
  readonly function?: 3 | 4;
  /** In the manual's terms. */
  readonly means: string;
  /** A key of `sources`. */
  readonly source: string;
  readonly quantity?: string;
  readonly value?: number;
  readonly channel?: string;
  readonly count?: number;
  readonly per_count?: number;
  readonly step?: number;
  /** What a limiter makes of it, in W. */
  readonly limit?: "rated" | "static" | "held" | "applied";
}

export interface Fixture {
  readonly profile: string;
  readonly function: 3 | 4;
  readonly sources: Readonly<Record<string, string>>;
  /** Registers that the device has and whose words do not matter, both ends included. */
  readonly fill?: readonly { readonly from: number; readonly to: number; readonly function?: 3 | 4 }[];
  readonly dump?: readonly { readonly from: number; readonly words: string; readonly function?: 3 | 4 }[];
  readonly words: readonly FixtureWord[];
}

export function fixture(id: string, folder = fixtureFolder): Fixture {
  return parse(readFileSync(`${folder.endsWith("/") ? folder : `${folder}/`}${id}.yaml`, "utf8")) as Fixture;
}

/** A device that holds the fixture's words and nothing else. */
export function fixtureAccess(read: Fixture): WordsAccess {
  const access = new WordsAccess();
  for (const { from, to, function: table = read.function } of read.fill ?? []) {
    access.set(table, from, new Array(to - from + 1).fill(0));
  }
  for (const { from, words, function: table = read.function } of read.dump ?? []) {
    const numbers = words.trim().split(/\s+/);
    access.set(
      table,
      from,
      numbers.map((word) => Number.parseInt(word, 16)),
    );
  }
  for (const word of read.words) access.set(word.function ?? read.function, word.address, word.words);
  return access;
}
