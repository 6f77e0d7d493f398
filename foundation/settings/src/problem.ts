/**
 * What is wrong with a value, in words that its writer knows: an unknown key by its name, a word by those that are allowed.
 * The checker itself says "schema is false" and "must be equal to constant", and stops after eight errors: a list of ten
 * words is cut by that, so the words come from the schema.
 */
import type { TSchema } from "typebox";
import { Errors } from "typebox/value";

/** Keys and positions from the top. */
export type Path = readonly (string | number)[];

export interface Problem {
  /** Of the value that is wrong, or in which a key is unknown. */
  readonly path: Path;
  /** The unknown key. */
  readonly key?: string;
  /** A sentence. */
  readonly message: string;
}

/** Unknown keys first: a misspelt key is often why another is missing. Empty where the value has the schema's shape. */
export function problemsOf(schema: TSchema, value: unknown): Problem[] {
  const found = Errors(schema, value);
  const unknown = found
    .filter(({ keyword }) => keyword === "boolean")
    .map(({ instancePath }) => unknownKey(instancePath));
  const wrong = new Map<string, Problem>();
  for (const { keyword, instancePath, schemaPath, message } of found) {
    // Each unknown key is named by a "boolean"; its object says the same again.
    if (keyword === "boolean" || keyword === "additionalProperties" || wrong.has(instancePath)) continue;
    const path = pathOf(instancePath);
    const must = keyword === "const" ? wordsAt(schema, schemaPath) : message;
    wrong.set(instancePath, { path, message: `${path.join(".") || "The top level"} ${must}.` });
  }
  return [...unknown, ...wrong.values()];
}

function unknownKey(pointer: string): Problem {
  const path = pathOf(pointer);
  const key = String(path.at(-1));
  return { path: path.slice(0, -1), key, message: `${key} is not a known key.` };
}

function wordsAt(schema: TSchema, pointer: string): string {
  const alternative = /\/anyOf\/\d+$/.exec(pointer);
  const union = partAt(schema, alternative === null ? pointer : pointer.slice(0, alternative.index)) as Alternatives;
  const words = (union.anyOf ?? [union]).filter((one) => one.const !== undefined).map((one) => String(one.const));
  return words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(", ")}`;
}

interface Alternatives {
  readonly const?: unknown;
  readonly anyOf?: readonly { readonly const?: unknown }[];
}

function partAt(schema: unknown, pointer: string): unknown {
  return pathOf(pointer).reduce((part, key) => (part as Record<string, unknown>)[key], schema);
}

/** Of a JSON pointer. */
function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~")));
}
