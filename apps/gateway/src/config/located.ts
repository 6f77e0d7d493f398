/** YAML that remembers where each value stood, so that a mistake can be named by file, line and column. */
import { readFileSync } from "node:fs";
import type { Where } from "@csj/fault";
import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from "yaml";
import { errors } from "../errors.ts";

export type Path = readonly (string | number)[];

export interface LocatedYaml {
  readonly value: unknown;
  /** The place of a value; with `key`, of that key in it. The nearest place that exists, for a value that is missing. */
  where(path: Path, key?: string): Where;
}

export function readYaml(file: string): LocatedYaml {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw errors.GATEWAY_CONFIG_UNREADABLE(`${file} cannot be read.`, { file }, error);
  }
  return parseYaml(text, file);
}

export function parseYaml(text: string, file: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const where = (path: Path, key?: string): Where => {
    const offset = offsetOf(document, path, key);
    const at = lines.linePos(offset);
    return { file, line: at.line, column: at.col, path: [...path, ...(key === undefined ? [] : [key])].join(".") };
  };
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const at = lines.linePos(mistake.pos[0]);
    throw errors.GATEWAY_CONFIG_SYNTAX(`${mistake.message}.`, { file, line: at.line, column: at.col });
  }
  return { value: document.toJS({ maxAliasCount: 100 }), where };
}

function offsetOf(document: Document, path: Path, key?: string): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node)) continue;
    const wholePath = length === path.length;
    return (wholePath && key !== undefined ? keyOffset(node, key) : undefined) ?? node.range?.[0] ?? 0;
  }
  return 0;
}

function keyOffset(node: Node, key: string): number | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => String(item.key) === key);
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
}
