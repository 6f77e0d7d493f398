/** Silent faults of the grid meter, found by small steps of the limit within the time that is stated. */
import { Millis, Watts } from "@csj/quantity";
import { expect, test } from "vitest";
import type { Config, Image } from "../control.ts";
import { initialState } from "../state.ts";
import { step } from "../step.ts";
import { config, exportedWh, type PlantSpec, run } from "../test/plant.ts";
import { residualExposure } from "./probe.ts";

const EVERY = Millis(120_000);
const settings: Config = { ...config(), probe: { every: EVERY, depth: 0.04 } };
const site: PlantSpec = {
  rated: 10_000,
  load: (at) => 3_000 + 20 * Math.sin(at / 7),
  sun: () => 10_000,
  cycle: 1,
  deadTime: 1,
  timeConstant: 2,
  meterPeriod: 0.5,
  noise: 3,
};
const FROM = 300;

/** A noise of its own, since a fault that stands still in its last digit is found by other means. */
const seenAs =
  (watts: (honest: number, at: number) => number) =>
  (image: Image): Image => {
    if (image.now < FROM * 1000 || image.grid === undefined) return image;
    const at = image.now / 1000;
    return {
      ...image,
      grid: { at: image.grid.at, watts: Watts(watts(image.grid.watts, at) + 2 * Math.sin(at * 12.9)) },
    };
  };

test.each([
  ["stands still at a plausible value", () => 40],
  ["fell off and reads about nothing", () => 0],
  ["shows half of what there is", (watts: number) => watts / 2],
  ["shows twice what there is", (watts: number) => 2 * watts],
])("a meter that %s is found within the stated time", (_name, wrong) => {
  const points = run({ ...site, seen: seenAs(wrong) }, settings, 900);
  const found = points.find(({ at, decision }) => at > FROM && decision.safe);
  const stated = residualExposure(settings)?.ms ?? 0;
  expect(found?.at).toBeLessThan(FROM + stated / 1000);
  expect(points.at(-1)?.decision).toMatchObject({ limit: 0, safe: true });
});

test("a meter that reads about nothing is found although the output has sunk below a whole step", () => {
  const points = run({ ...site, load: () => 600, seen: seenAs(() => 0) }, settings, 900);
  const found = points.find(({ at, decision }) => at > FROM && decision.note === "probe-failed");
  expect(points.filter(({ at }) => at > FROM).every(({ pv }) => pv < 800)).toBe(true);
  expect(found?.at).toBeLessThan(FROM + (residualExposure(settings)?.ms ?? 0) / 1000);
});

test("a scale of ten is found between loads that switch", () => {
  const load = (at: number) => (Math.floor(at / 30) % 2 === 0 ? 1_500 : 6_000);
  const points = run({ ...site, load, seen: seenAs((watts) => 10 * watts) }, settings, 1_800);
  expect(points.find(({ at, decision }) => at > FROM && decision.note === "probe-failed")).toBeDefined();
});

test("an honest meter passes each test, and the tests cost little and export nothing", () => {
  const points = run(site, settings, 1_800);
  const late = points.filter(({ at }) => at > 60);
  expect(late.filter(({ decision }) => decision.safe)).toEqual([]);
  expect(late.some(({ decision }) => decision.note === "probing")).toBe(true);
  expect(exportedWh(points, 60)).toBeLessThan(2);
  const mean = late.reduce((sum, { pv }) => sum + pv, 0) / late.length;
  expect(mean).toBeGreaterThan(2_850);
});

test("loads that switch spoil single tests and are no fault", () => {
  const load = (at: number) => 2_000 + (Math.floor(at / 17) % 3) * 900 + (Math.floor(at / 41) % 2) * 1_300;
  const points = run({ ...site, load }, settings, 3_600);
  expect(points.filter(({ at, decision }) => at > 60 && decision.safe)).toEqual([]);
});

test("a meter of which every word stands still for three of its periods is not believed, until a word moves", () => {
  const still: Config = { ...config({ safeLimit: 500 }), meterPeriod: Millis(1_000) };
  let state = initialState();
  const said = [0, 1, 2, 3, 4].map((second) => {
    const at = Millis(1_000 * second);
    const image: Image = {
      now: at,
      grid: { watts: Watts(800), at },
      pv: { watts: Watts(1_000 + second), at },
      gridWords: { volts: second < 4 ? 230.1 : 230.2, hertz: 50.01, amps: 3.5 },
    };
    const done = step(state, image, still);
    state = done.state;
    return done.decision.note;
  });
  const after: Image = { now: Millis(5_000), grid: { watts: Watts(800), at: Millis(5_000) }, pv: undefined };
  expect([...said, step(state, after, still).decision.note]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    "frozen",
    undefined,
  ]);
});
