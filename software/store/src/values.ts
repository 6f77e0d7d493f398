/**
 * PostgreSQL's text form to JavaScript values and back, for both drivers: their own conversions differ (pg gives int8 as
 * text and a date as local midnight; PGlite gives a bigint where a number is too small) and would make two databases of
 * one.
 */
import type { Param, Value } from "./database.ts";

type Parse = (text: string) => Value;

const numbers: Parse = (text) => JSON.parse(`[${text.slice(1, -1).replaceAll("NULL", "null")}]`);

/** By type oid (pg_type.dat). A type that is missing here arrives as text. */
export const PARSERS: Readonly<Record<number, Parse>> = {
  16: (text) => text === "t",
  17: (text) => new Uint8Array(Buffer.from(text.slice(2), "hex")),
  20: Number,
  21: Number,
  23: Number,
  26: Number,
  701: Number,
  1005: numbers,
  1007: numbers,
  1009: texts,
  1016: numbers,
  1082: asText,
  1114: asText,
  1184: instant,
  1700: asText,
};

export function parserOf(oid: number): Parse {
  return PARSERS[oid] ?? asText;
}

function asText(text: string): string {
  return text;
}

/** Every session runs in UTC, so an instant's text ends in `+00`. */
function instant(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11).replace(/\+00$/, "Z")}`);
}

function texts(text: string): string[] {
  const found = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^",]+)/g);
  return [...found].map((match) => match[2] ?? (match[1] ?? "").replace(/\\(.)/g, "$1"));
}

export function textOf(param: Param): string | null {
  if (param === null || typeof param === "string") return param;
  if (param instanceof Uint8Array)
    return `\\x${Buffer.from(param.buffer, param.byteOffset, param.length).toString("hex")}`;
  if (typeof param !== "object") return String(param);
  return `{${param.map(element).join(",")}}`;
}

function element(one: number | string | null): string {
  if (one === null) return "NULL";
  return typeof one === "number" ? String(one) : `"${one.replace(/["\\]/g, "\\$&")}"`;
}
