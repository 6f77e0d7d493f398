/** The channel lines: 10 fields (analogue) and 3 (digital) in the 1991 edition, 13 and 5 since. */
import type { AnalogChannel, DigitalChannel } from "../recording.ts";
import type { Fields } from "./lines.ts";

/** Some recorders number from 0, some repeat numbers: the position counts, the number is kept. */
const NUMBER_MAX = 999_999;

export function readAnalog(fields: Fields): AnalogChannel {
  fields.expect(10, 13);
  return {
    number: fields.whole(0, "Number", NUMBER_MAX),
    name: fields.text(1),
    phase: fields.text(2),
    component: fields.text(3),
    unit: fields.text(4),
    multiplier: fields.number(5, "Multiplier"),
    offset: fields.number(6, "Offset"),
    skew: fields.optional(7, "Skew") ?? 0,
    ...given("min", fields.optional(8, "Minimum")),
    ...given("max", fields.optional(9, "Maximum")),
    ...given("primary", fields.optional(10, "Primary factor")),
    ...given("secondary", fields.optional(11, "Secondary factor")),
    ...given("side", side(fields)),
  };
}

function side(fields: Fields): "primary" | "secondary" | undefined {
  const text = fields.text(12).toUpperCase();
  if (text === "") return undefined;
  if (text === "P") return "primary";
  if (text === "S") return "secondary";
  throw fields.wrong(12, "Side", "P or S");
}

export function readDigital(fields: Fields): DigitalChannel {
  const short = fields.count === 3;
  if (!short) fields.expect(5, 5);
  return {
    number: fields.whole(0, "Number", NUMBER_MAX),
    name: fields.text(1),
    phase: short ? "" : fields.text(2),
    component: short ? "" : fields.text(3),
    ...given("normal", normalState(fields, short ? 2 : 4)),
  };
}

function normalState(fields: Fields, at: number): 0 | 1 | undefined {
  const text = fields.text(at);
  if (text === "") return undefined;
  if (text === "0") return 0;
  if (text === "1") return 1;
  throw fields.wrong(at, "Normal state", "0 or 1");
}

/** A property only where there is a value: an absent field is absent, not undefined. */
export function given<const Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [one in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [one in Key]?: Value });
}
