/**
 * What a person writes for a program: YAML that is checked against a schema, with each mistake named by line and column.
 * The text comes from the caller, which reads the file, and so does the coded error: its help names the caller's own page.
 */
import type { CodedError, Where } from "@csj/fault";
import type { Static, TSchema } from "typebox";
import { type Document, isAlias, isMap, isNode, isSeq, LineCounter, type Pair, parseDocument } from "yaml";
import { type Path, problemsOf } from "./problem.ts";

/** Anchors may stand for one value many times; more than this is a bomb. */
const ALIASES_MAX = 100;

/** One of the caller's `errors`. */
export type Refuse = (what: string, where: Where, cause?: unknown) => CodedError;

export interface Settings {
  readonly value: unknown;
  /** The place of a value; with `key`, of that key in it. The nearest place that exists, for a value that is missing. */
  where(path: Path, key?: string): Where;
}

/**
 * @param file the name that messages give the text
 * @param refuse makes the error of a text that is no YAML
 */
export function parseSettings(text: string, file: string, refuse: Refuse): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Where => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [mistake] = document.errors;
  if (mistake !== undefined) throw refuse(`${mistake.message}.`, at(mistake.pos[0]), mistake);
  return {
    value: dataOf(document, (error) => refuse(`${error.message}.`, { file }, error)),
    where: (path, key) => ({ ...at(offsetOf(document, path, key)), path: nameOf(path, key) }),
  };
}

/** Settings that were made by a program: they have a path and no line. */
export function unplaced(value: unknown): Settings {
  return { value, where: (path, key) => ({ path: nameOf(path, key) }) };
}

/** The value, or the first thing that is wrong with it. */
export function checked<Schema extends TSchema>(settings: Settings, schema: Schema, refuse: Refuse): Static<Schema> {
  const [first] = problemsOf(schema, settings.value);
  if (first !== undefined) throw refuse(first.message, settings.where(first.path, first.key));
  return settings.value as Static<Schema>;
}

/** Aliases are resolved only here; one without an anchor, or too many of them, is thrown by the library, which names no place. */
function dataOf(document: Document.Parsed, refuse: (error: Error) => CodedError): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    throw refuse(error as Error);
  }
}

function nameOf(path: Path, key?: string): string {
  return [...path, ...(key === undefined ? [] : [key])].join(".");
}

function offsetOf(document: Document.Parsed, path: Path, key?: string): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    node = childOf(document, node, part);
    if (node === undefined) return offset;
    offset = startOf(node) ?? offset;
  }
  const keyNode = key === undefined ? undefined : pairOf(wholeOf(document, node), key)?.key;
  return startOf(keyNode) ?? offset;
}

function childOf(document: Document.Parsed, node: unknown, part: string | number): unknown {
  const whole = wholeOf(document, node);
  const child = isSeq(whole) ? whole.items[Number(part)] : pairOf(whole, part)?.value;
  return isNode(child) ? child : undefined;
}

function wholeOf(document: Document.Parsed, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** By name, since a number may be a key as well as a position. */
function pairOf(node: unknown, key: string | number): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => String(pair.key) === String(key)) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
