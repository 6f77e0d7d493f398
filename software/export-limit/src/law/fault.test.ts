/** Meter faults where the plant is known and the limit rises at once: they must not be given more room than before. */
import { Millis, Watts } from "@csj/quantity";
import { expect, test } from "vitest";
import type { Image } from "../control.ts";
import { config, longestOver, type PlantSpec, run } from "../test/plant.ts";

const FROM = 100;
const OVER_W = 200;
const site = {
  rated: 10_000,
  sun: () => 10_000,
  cycle: 1,
  deadTime: 1,
  timeConstant: 2,
  meterPeriod: 0.5,
} satisfies Omit<PlantSpec, "load">;
const known = {
  ...config({ staleAfter: 3_000 }),
  plant: [{ share: 1, deadTime: Millis(1_000), response: { kind: "first-order" as const, time: Millis(2_000) } }],
};

const drop =
  (from: number, to: number, at = FROM) =>
  (time: number) =>
    time < at ? from : to;

const turned = (image: Image): Image => {
  if (image.now < FROM * 1000 || image.grid === undefined) return image;
  return { ...image, grid: { at: image.grid.at, watts: Watts(-image.grid.watts) } };
};

const stuckAt =
  (watts: number) =>
  (image: Image): Image =>
    image.now < FROM * 1000 || image.grid === undefined
      ? image
      : { ...image, grid: { at: image.grid.at, watts: Watts(watts) } };

test.each([
  ["drops", drop(3_000, 1_500, 120)],
  ["rises", drop(3_000, 4_500, 120)],
  ["flickers", (at: number) => 3_000 + 300 * Math.sin(at / 3)],
])("a grid meter turned round is found when the load %s", (_name, load) => {
  const points = run({ ...site, load, seen: turned }, known, 300);
  expect(longestOver(points, OVER_W)).toBeLessThan(15);
  expect(points.at(-1)?.decision).toMatchObject({ limit: 0, safe: true });
});

test.each([10, 500, 4_000])(
  "a grid meter that stands still at %d W of import is found before it exports for 15 s",
  (watts) => {
    const points = run({ ...site, load: drop(3_000, 3_000), seen: stuckAt(watts) }, known, 300);
    expect(longestOver(points, OVER_W)).toBeLessThan(15);
    expect(points.at(-1)?.decision).toMatchObject({ limit: 0, safe: true });
  },
);
