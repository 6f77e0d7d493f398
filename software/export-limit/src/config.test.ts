import { expect, test } from "vitest";
import { checkConfig } from "./config.ts";
import { config } from "./test/plant.ts";

test("a configuration that a controller can run on is given back", () => {
  const good = config();
  expect(checkConfig(good)).toBe(good);
});

test.each([
  ["margin", -1, "The export limit's margin is -1; it must be 0 or more."],
  ["riseRate", 0, "The export limit's riseRate is 0; it must be above 0."],
  ["rated", Number.NaN, "The export limit's rated is NaN; it must be a finite number."],
  ["safeLimit", 10_001, "The export limit's safeLimit is 10001; it must be at most the rating, 10000."],
])("a %s of %d is refused by name", (name, value, says) => {
  expect(() => checkConfig(config({ [name]: value }))).toThrow(says);
});
