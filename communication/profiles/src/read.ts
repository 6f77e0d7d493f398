/** A YAML file as data, with the place of each value kept, so that a mistake is named by line and column. */
import { isCollection, isMap, LineCounter, type Node, parseDocument } from "yaml";

export interface ReadYaml {
  readonly data: unknown;
  /** Line and column of what lies at the path, or of the nearest thing above it. */
  place(path: readonly (string | number)[]): { line: number; column: number };
  /** What the text itself does wrong. */
  readonly problems: readonly { line: number; column: number; message: string }[];
}

export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return {
    data: document.errors.length > 0 ? undefined : document.toJS(),
    place: (path) => at(offsetOf(document.contents, path)),
    problems: document.errors.map((error) => ({ ...at(error.pos[0]), message: error.message.split("\n")[0] ?? "" })),
  };
}

function offsetOf(top: unknown, path: readonly (string | number)[]): number {
  let node = top;
  let offset = startOf(top) ?? 0;
  for (const part of path) {
    if (!isCollection(node)) break;
    offset = keyOffset(node, part) ?? startOf(node.get(part, true)) ?? offset;
    node = node.get(part, true);
  }
  return offset;
}

function keyOffset(node: unknown, part: string | number): number | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => String(item.key) === String(part));
  return startOf(pair?.key);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
