import { isCoded } from "@csj/fault";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatExact, formatMinor, minus, parseDecimal, plus, roundHalfUp, times } from "./rational.ts";

const SEED = 20_261_124;

test("a decimal text is read exactly and written back without trailing zeros", () => {
  for (const [text, exact] of [
    ["0.2450", "0.245"],
    ["-0.05", "-0.05"],
    ["12", "12"],
    ["999999999999.999999999", "999999999999.999999999"],
    ["0.000000000", "0"],
    ["-0", "0"],
  ] as const) {
    expect(formatExact(parseDecimal(text))).toBe(exact);
  }
});

test.each(["", ".5", "5.", "1,5", "1e3", "0x10", " 1", "1 ", "+1", "--1", "1234567890123", "0.1234567890", "NaN"])(
  "%j is refused as a decimal",
  (text) => {
    let thrown: unknown;
    try {
      parseDecimal(text);
    } catch (error) {
      thrown = error;
    }
    expect(isCoded(thrown, "TARIFF_INVALID")).toBe(true);
  },
);

test("a half goes up, and down below zero, so that a charge and its credit cancel", () => {
  const rounded = (text: string, exponent: number) => formatMinor(roundHalfUp(parseDecimal(text), exponent), exponent);
  expect(rounded("0.005", 2)).toBe("0.01");
  expect(rounded("0.0049", 2)).toBe("0.00");
  expect(rounded("-0.005", 2)).toBe("-0.01");
  expect(rounded("1.005", 2)).toBe("1.01");
  expect(rounded("2.5", 0)).toBe("3");
  expect(rounded("1.2345", 3)).toBe("1.235");
  expect(rounded("-0.004", 2)).toBe("0.00");
});

const decimal = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 999_999_999n }), fc.integer({ min: 0, max: 9 }))
  .map(([negative, digits, places]) => formatMinor(negative ? -digits : digits, places));

test("sums and products are those of scaled whole numbers", () => {
  const scaled = (text: string) => {
    const [whole = "", fraction = ""] = text.replace("-", "").split(".");
    const size = BigInt(whole + fraction.padEnd(9, "0"));
    return text.startsWith("-") ? -size : size;
  };
  const nano = (value: { over: bigint; under: bigint }, places: number) =>
    (value.over * 10n ** BigInt(places)) / value.under;
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const [x, y] = [parseDecimal(a), parseDecimal(b)];
      expect(nano(plus(x, y), 9)).toBe(scaled(a) + scaled(b));
      expect(nano(minus(x, y), 9)).toBe(scaled(a) - scaled(b));
      expect(nano(times(x, y), 18)).toBe(scaled(a) * scaled(b));
    }),
    { seed: SEED },
  );
});
