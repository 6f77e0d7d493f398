/**
 * What an interface protection watches, as data: one file for each document, each number with its clause and its source.
 * Most of these documents are sold and quoted second-hand; `verified` is true where the named source was read.
 */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });
const oneOf = <Name extends string>(names: readonly Name[]) =>
  Type.Unsafe<Name>(Type.Union(names.map((name) => Type.Literal(name))));

export const Setting = Type.Object(
  { value: Type.Number({ minimum: 0 }), clause: Text, source: Text, verified: Type.Boolean() },
  closed,
);
export type Setting = Static<typeof Setting>;

/** `volts` are parts of the declared voltage by half cycle, `volts-10min` their sliding mean; `thd` a part of the fundamental. */
export const quantities = ["volts", "volts-10min", "hertz", "rocof", "thd"] as const;
export type ProtectedQuantity = (typeof quantities)[number];

export const ProtectionFunction = Type.Object(
  {
    name: Text,
    quantity: oneOf(quantities),
    side: oneOf(["over", "under"] as const),
    level: Setting,
    /** From the step to the separation, at the longest. */
    clearing_s: Setting,
    action: oneOf(["disconnect", "throttle"] as const),
  },
  closed,
);
export type ProtectionFunction = Static<typeof ProtectionFunction>;

const Range = Type.Object({ from: Setting, to: Setting }, closed);

export const ProtectionProfile = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$" }),
    name: Text,
    region: Text,
    nominal_hertz: Type.Unsafe<50 | 60>(Type.Union([Type.Literal(50), Type.Literal(60)])),
    rocof_window_s: Type.Optional(Setting),
    functions: Type.Array(ProtectionFunction, { minItems: 1 }),
    reconnect: Type.Object({ volts: Range, hertz: Range, wait_s: Setting }, closed),
    not_covered: Type.Optional(Type.Array(Text)),
  },
  closed,
);
export type ProtectionProfile = Static<typeof ProtectionProfile>;
