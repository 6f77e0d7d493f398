import { expect, test } from "vitest";
import { commonFormat, type FormattedCount } from "./common-format.ts";

const count = (value: number, more: Partial<FormattedCount> = {}): FormattedCount => ({
  unit: "Wh",
  perCount: 10,
  digits: 6,
  step: 1,
  count: value,
  broken: false,
  ...more,
});

test("counts of one format travel as they are, with the coarsest step", () => {
  const { format, counts } = commonFormat([count(1), count(2, { step: 4 })]);
  expect(format).toEqual({ unit: "Wh", perCount: 10, digits: 6, step: 4 });
  expect(counts).toEqual([1, 2]);
});

test("after an exchange for a meter with another register both series keep their differences", () => {
  const { format, counts } = commonFormat([
    count(999_990),
    count(5),
    count(400, { perCount: 4, broken: true }),
    count(410, { perCount: 4 }),
  ]);
  expect(format.perCount).toBe(2);
  expect(((counts[1] as number) - (counts[0] as number)) * 2).toBe(150);
  expect(((counts[3] as number) - (counts[2] as number)) * 2).toBe(40);
});
