/**
 * What others call the meter's events, as data: one file for each companion specification, never a constant, since tables
 * of different vendors move the same block by one. An event that a file does not name has no code there: `none`.
 */
import { type Static, Type } from "typebox";
import type { Edge } from "../tamper/occurrence.ts";
import { type EntryKind, edges, entryKinds } from "./entry.ts";

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });
const oneOf = <Name extends string>(names: readonly Name[]) =>
  Type.Unsafe<Name>(Type.Union(names.map((name) => Type.Literal(name))));

export const EventCode = Type.Object(
  {
    kind: oneOf<EntryKind>(entryKinds),
    /** 1 to 3; for any phase where absent. */
    phase: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
    edge: oneOf<Edge>(edges),
    code: Type.Integer({ minimum: 0 }),
    /** The log of that specification in which it stands. */
    log: Type.Optional(Text),
    source: Text,
    /** True where the named source was read. */
    verified: Type.Boolean(),
  },
  closed,
);
export type EventCode = Static<typeof EventCode>;

export const EventCodes = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$" }),
    name: Text,
    notice: Type.Optional(Text),
    codes: Type.Array(EventCode),
  },
  closed,
);
export type EventCodes = Static<typeof EventCodes>;

export function codeOf(
  { codes }: EventCodes,
  event: { readonly kind: EntryKind; readonly phase: number; readonly edge: Edge },
): number | "none" {
  const found = codes.find(
    ({ kind, phase, edge }) =>
      kind === event.kind && edge === event.edge && (phase === undefined || phase === event.phase),
  );
  return found?.code ?? "none";
}
