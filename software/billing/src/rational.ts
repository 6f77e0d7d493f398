/** Exact numbers for money: nothing is rounded before a bill line is, and no price passes through a float. */
import { errors } from "./errors.ts";

export interface Rational {
  readonly over: bigint;
  /** Above 0. */
  readonly under: bigint;
}

export const ZERO: Rational = { over: 0n, under: 1n };

const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?$/;

/** `0.2450`, `-1.5`, `12`: up to 12 digits before the point and 9 after it. Anything else is TARIFF_INVALID. */
export function parseDecimal(text: string): Rational {
  const parts = DECIMAL.exec(text);
  if (parts === null) throw errors.TARIFF_INVALID(`"${text}" is not a decimal number such as "0.2450".`);
  const [, sign, whole, fraction = ""] = parts;
  const over = BigInt(`${whole}${fraction}`);
  return { over: sign === "-" ? -over : over, under: 10n ** BigInt(fraction.length) };
}

export function plus(a: Rational, b: Rational): Rational {
  if (a.under === b.under) return { over: a.over + b.over, under: a.under };
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under };
}

export function minus(a: Rational, b: Rational): Rational {
  return plus(a, negated(b));
}

export function times(a: Rational, b: Rational): Rational {
  return { over: a.over * b.over, under: a.under * b.under };
}

export function negated(a: Rational): Rational {
  return { over: -a.over, under: a.under };
}

export function sum(values: readonly Rational[]): Rational {
  return values.reduce(plus, ZERO);
}

/** In units of 10^-exponent; a half goes away from zero, so a charge and its credit cancel. */
export function roundHalfUp(value: Rational, exponent: number): bigint {
  const scaled = value.over * 10n ** BigInt(exponent);
  const size = scaled < 0n ? -scaled : scaled;
  const rounded = (2n * size + value.under) / (2n * value.under);
  return scaled < 0n ? -rounded : rounded;
}

/** A count of 10^-exponent as text: `formatMinor(-5n, 2)` is `-0.05`. */
export function formatMinor(minor: bigint, exponent: number): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const text = exponent === 0 ? whole : `${whole}.${digits.slice(digits.length - exponent)}`;
  return minor < 0n ? `-${text}` : text;
}

/** The exact decimal text, without trailing zeros. The denominator must be a product of twos and fives. */
export function formatExact(value: Rational): string {
  let exponent = 0;
  let { over } = value;
  while (over % value.under !== 0n) {
    if (exponent === EXACT_DIGITS_MAX) throw errors.TARIFF_INPUT(`${value.over}/${value.under} has no short decimal.`);
    over *= 10n;
    exponent += 1;
  }
  return formatMinor(over / value.under, exponent);
}

/** Wh x a price of 9 digits: 12; the rest is room for sums. */
const EXACT_DIGITS_MAX = 40;
