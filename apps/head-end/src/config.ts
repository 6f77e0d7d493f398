/** The head-end's file. Everything has a default but the database, so that a first one has one line. */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { errors } from "./errors.ts";

const closed = { additionalProperties: false } as const;
const Port = Type.Integer({ minimum: 0, maximum: 65_535 });

export const HeadEndConfig = Type.Object(
  {
    database: Type.String({
      pattern: "^(pglite:.+|postgres(ql)?://.+)$",
      description: "pglite:FOLDER, or postgres://user:password@host:5432/name",
    }),
    broker: Type.Optional(
      Type.String({
        pattern: "^(embedded|mqtts?://.+)$",
        description: "embedded (the default), or mqtt://host:1883, mqtts://host:8883",
      }),
    ),
    broker_port: Type.Optional(Type.Integer({ ...Port, description: "Of the embedded broker; 1883 by default" })),
    http: Type.Optional(
      Type.Object({ host: Type.Optional(Type.String({ minLength: 1 })), port: Type.Optional(Port) }, closed),
    ),
    token_file: Type.Optional(Type.String({ minLength: 1, description: "Made at the first start" })),
    enrolment: Type.Optional(
      Type.Object(
        {
          codes: Type.Optional(Type.Array(Type.String({ minLength: 6, maxLength: 64 }))),
          keys: Type.Optional(Type.Array(Type.String({ pattern: "^[0-9a-f]{64}$" }))),
        },
        { ...closed, description: "One-time codes, and device keys that need none" },
      ),
    ),
  },
  closed,
);
export type HeadEndConfig = Static<typeof HeadEndConfig>;

/** @param file named in what is said about mistakes */
export function parseHeadEndConfig(text: string, file: string): HeadEndConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [mistake] = document.errors;
  if (mistake !== undefined) throw errors.HEADEND_CONFIG(firstLine(mistake.message), at(mistake.pos[0]), mistake);
  const value: unknown = document.toJS();
  if (Value.Check(HeadEndConfig, value)) return value;
  const [first] = Value.Errors(HeadEndConfig, value);
  const path = (first?.instancePath ?? "").split("/").slice(1);
  // A key that the schema does not have fails against the schema `false`.
  const unknown = first?.keyword === "boolean";
  const where = at(offsetOf(document.contents, path, unknown));
  const name = path.join(".");
  if (unknown) throw errors.HEADEND_CONFIG(`There is no key ${name}.`, where);
  throw errors.HEADEND_CONFIG(`${name === "" ? "The file" : name} ${first?.message ?? "is not right"}.`, where);
}

/** Where the node at a path stands in the text; the nearest one that there is. */
function offsetOf(root: Node | null, path: readonly string[], ofKey: boolean): number {
  let node: Node | null | undefined = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [index, name] of path.entries()) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === name)
      : undefined;
    if (pair === undefined) break;
    const key = pair.key as Node;
    node = pair.value as Node | null;
    const takesKey = ofKey && index === path.length - 1;
    offset = (takesKey ? key.range?.[0] : (node?.range?.[0] ?? key.range?.[0])) ?? offset;
  }
  return offset;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
