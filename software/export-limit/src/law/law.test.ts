/** The law where the plant is known, and where what it was told of the plant is wrong. */
import { Millis, Watts } from "@csj/quantity";
import { expect, test } from "vitest";
import type { Config, Image, PlantPart } from "../control.ts";
import { initialState } from "../state.ts";
import { capped, step } from "../step.ts";
import { config, exportedWh, longestOver, type PlantSpec, ripple, run } from "../test/plant.ts";

const site = {
  rated: 10_000,
  sun: () => 10_000,
  cycle: 1,
  deadTime: 1,
  timeConstant: 2,
  meterPeriod: 0.5,
} satisfies Omit<PlantSpec, "load">;

const OVER_W = 200;
const AT = 100.3;
const drop = (from: number, to: number) => (at: number) => (at < AT ? from : to);

/** The plant as told, off by a factor in dead time and in time constant. */
function told({ dead = 1, time = 1, deadTime = site.deadTime, timeConstant = site.timeConstant }): Config {
  const part: PlantPart = {
    share: 1,
    deadTime: Millis(1000 * deadTime * dead),
    response: { kind: "first-order", time: Millis(1000 * timeConstant * time) },
  };
  return { ...config({ staleAfter: 4_000 }), plant: [part] };
}

const factors = [0.5, 1, 2];
const wrong = factors.flatMap((dead) => factors.map((time) => [dead, time] as const));

test("a load drop from 9 kW to 1 kW exports less than the law that knows no plant, and is over for less", () => {
  const load = drop(9_000, 1_000);
  const [known, unknown] = [run({ ...site, load }, told({}), 160), run({ ...site, load }, config(), 160)];
  expect(longestOver(known, OVER_W)).toBeLessThan(7);
  expect(exportedWh(known, 90)).toBeLessThan(0.92 * exportedWh(unknown, 90));
  expect(ripple(known, 130)).toBeLessThan(20);
});

test("a load that rises is met within seconds where it is known how late each reading is, and nothing is exported", () => {
  const points = run({ ...site, load: drop(3_000, 9_000) }, told({}), 140);
  const met = points.find(({ at, pv }) => at > AT && pv > 8_500);
  expect(met?.at).toBeLessThan(AT + 10);
  expect(exportedWh(points, AT)).toBeLessThan(0.05);
});

test.each(wrong)("a dead time told %d fold and a time constant %d fold leave the site safe", (dead, time) => {
  for (const pvLate of [0, 1, 2]) {
    const slow = { ...site, timeConstant: 1, pvLate };
    const points = run({ ...slow, load: drop(9_000, 4_000) }, told({ dead, time, timeConstant: 1 }), 220);
    const what = `PV ${pvLate} s late`;
    expect(longestOver(points, OVER_W), what).toBeLessThan(10);
    expect(exportedWh(points, 90), what).toBeLessThan(8);
    expect(ripple(points, 180), what).toBeLessThan(OVER_W);
  }
});

test.each(wrong)("a slow inverter told %d and %d fold settles, and the meter has the last word", (dead, time) => {
  const slow = { ...site, deadTime: 3, timeConstant: 5, meterPeriod: 1, load: drop(9_000, 1_000) };
  const points = run(slow, told({ dead, time, deadTime: 3, timeConstant: 5 }), 260);
  expect(longestOver(points, OVER_W)).toBeLessThan(22);
  expect(ripple(points, 220)).toBeLessThan(OVER_W);
});

test("the limit starts again from what was really commanded", () => {
  const image = (at: number, grid: number, pv: number) => ({
    now: Millis(at),
    grid: { watts: Watts(grid), at: Millis(at) },
    pv: { watts: Watts(pv), at: Millis(at) },
  });
  let { state } = step(initialState(), image(0, 3_000, 0), { ...told({}), safeLimit: Watts(2_000) });
  expect(state.last?.limit).toBe(2_000);
  state = capped(state, 500);
  expect(state.last?.limit).toBe(500);
  expect(capped(state, 900).last?.limit).toBe(500);
  expect(capped(state, Number.NaN).last?.limit).toBe(500);
  const next = step(state, image(1_000, 2_500, 500), told({}));
  expect(next.decision.limit).toBeLessThanOrEqual(700);
  expect(next.state.model.commands.map(({ watts }) => watts)).toEqual([500, next.decision.limit]);
});

test("an import floor and a margin for sudden falls of the load are kept back", () => {
  const load = drop(5_000, 4_000);
  const floor = run({ ...site, load }, { ...told({}), importFloor: Watts(300) }, 90).at(-1);
  expect(floor?.grid).toBeGreaterThan(290);
  const calm = run({ ...site, load }, { ...told({}), volatilityMargin: 0.5 }, 130).at(-1);
  expect(calm?.grid).toBeGreaterThan(400);
});

test("a lower grid reading never gives a higher limit where the home's use is known", () => {
  const load = (at: number) => 2_000 + (Math.floor(at / 19) % 4) * 1_500;
  const images: Image[] = [];
  const seen = (image: Image) => {
    images.push(image);
    return image;
  };
  const settings = told({});
  run({ ...site, load, pvLate: 1, noise: 5, seen }, settings, 300);
  let state = initialState();
  let known = 0;
  for (const image of images) {
    const { decision, state: next } = step(state, image, settings);
    for (const less of [1, 20, 300, 2_000, 9_000]) {
      const grid = { at: image.now, watts: Watts((image.grid?.watts ?? 0) - less) };
      const lower = step(state, { ...image, grid }, settings).decision;
      expect(lower.limit, `${image.now} ms, ${less} W less`).toBeLessThanOrEqual(decision.limit + 1e-6);
    }
    if (state.pvLag.found !== undefined && state.limitLag.found !== undefined) known += 1;
    state = next;
  }
  expect(known).toBeGreaterThan(150);
});
