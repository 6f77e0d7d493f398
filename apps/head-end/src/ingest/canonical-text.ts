/**
 * The canonical text of a body that was just checked against its schema. A gateway writes its keys in order, and then the
 * platform's own JSON text is the canonical one (integers, strings, no spaces) at a fifth of the time.
 */
import { type Canonical, canonical } from "@csj/evidence";

/** @param body holds integers, strings, booleans, null, arrays of one type and objects */
export function canonicalText(body: object): string {
  return keysInOrder(body) ? JSON.stringify(body) : canonical(body as unknown as Canonical);
}

function keysInOrder(value: object): boolean {
  if (Array.isArray(value)) {
    return (
      typeof value[0] !== "object" ||
      value.every((item) => typeof item !== "object" || item === null || keysInOrder(item))
    );
  }
  let before = "";
  for (const [key, item] of Object.entries(value)) {
    if (key < before) return false;
    before = key;
    if (typeof item === "object" && item !== null && !keysInOrder(item)) return false;
  }
  return true;
}
