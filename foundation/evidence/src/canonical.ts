/**
 * One value, one text: the canonical form that is hashed and signed, so that somebody else, offline and in another
 * language, arrives at the same bytes. It is the subset of RFC 8785 (JSON Canonicalization Scheme) that holds integers,
 * strings, booleans, null, arrays and objects; a fraction is refused, since its text is what implementations differ in.
 */
import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  EVIDENCE_NOT_CANONICAL: {
    fault: "bug",
    retry: false,
    help: "Evidence holds integers, strings, booleans, null, arrays and plain objects only.",
  },
});

export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [key: string]: Canonical | undefined };

/** Throws EVIDENCE_NOT_CANONICAL for a fraction, an unsafe integer, NaN or a value that JSON lacks. */
export function canonical(value: Canonical): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw errors.EVIDENCE_NOT_CANONICAL(`${value} is not a safe integer.`);
    return Object.is(value, -0) ? "0" : String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: Canonical) => canonical(item)).join(",")}]`;
  if (typeof value !== "object") throw errors.EVIDENCE_NOT_CANONICAL(`A ${typeof value} cannot be evidence.`);
  const object = value as { readonly [key: string]: Canonical | undefined };
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key] as Canonical)}`);
  return `{${members.join(",")}}`;
}
