import { Instant, Millis, seconds } from "@csj/quantity";
import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import type { LoadCurve, PvCurve } from "../sources/power.ts";
import type { InverterSpec } from "../spec.ts";
import { NOON, slopedSun, steadyLoad, steadySun, steppedLoad, testInverter } from "../test-site.ts";
import type { Inverter } from "./inverter.ts";
import { Plant } from "./plant.ts";

const plantWith = (spec: InverterSpec, load: LoadCurve, pv: PvCurve) =>
  new Plant(NOON, { inverters: [spec], load, pv });

function inverterOf({ units }: Plant): Inverter {
  const [first] = units;
  if (first === undefined) throw new Error("the plant has no inverter");
  return first.inverter;
}

const after = (ms: number) => NOON + ms;

function limited(plant: Plant, watts: number, revertSeconds = 0): void {
  const share = watts / inverterOf(plant).spec.rated;
  inverterOf(plant).write(
    plant.now,
    { enabled: true, share, revertSeconds, revertShare: 0, revertEnabled: true },
    true,
  );
}

describe("a plant", () => {
  it("imports what the load takes beyond the sun, and exports what the sun gives beyond the load", () => {
    const plant = plantWith(
      testInverter,
      steppedLoad([
        [0, 5000],
        [1_800_000, 1000],
      ]),
      steadySun(3000),
    );
    plant.advance(after(3_600_000));
    expect(plant.energies.importWh).toBeCloseTo(1000, 9);
    expect(plant.energies.exportWh).toBeCloseTo(1000, 9);
    expect(plant.energies.generationWh).toBeCloseTo(3000, 9);
  });

  it("follows a limit after its dead time with its time constant", () => {
    const plant = plantWith(testInverter, steadyLoad(0), steadySun(8000));
    limited(plant, 2000);
    plant.advance(after(1000));
    expect(plant.pvW).toBeCloseTo(8000, 6);
    plant.advance(after(3000));
    expect(plant.pvW).toBeCloseTo(2000 + 6000 * Math.exp(-2), 6);
    plant.advance(after(60_000));
    expect(plant.pvW).toBe(2000);
    // 1 s at 8 kW, then 2 kW and what the lag lets through: 6 kW for one time constant.
    expect(plant.energies.generationWh).toBeCloseTo((8000 + 59 * 2000 + 6000) / 3600, 6);
  });

  it("ramps at its rate where that is its manner", () => {
    const spec: InverterSpec = {
      ...testInverter,
      deadTime: Millis(0),
      response: { kind: "ramp", percentPerSecond: 10 },
    };
    const plant = plantWith(spec, steadyLoad(0), steadySun(8000));
    limited(plant, 3000);
    plant.advance(after(2000));
    expect(plant.pvW).toBeCloseTo(6000, 3);
    plant.advance(after(9000));
    expect(plant.pvW).toBe(3000);
    expect(plant.energies.generationWh).toBeCloseTo((5 * 5500 + 4 * 3000) / 3600, 5);
  });

  it("exports after a load drop no more than drop x (dead time + time constant) once the limit is written", () => {
    const plant = plantWith(
      testInverter,
      steppedLoad([
        [0, 9000],
        [10_000, 1000],
      ]),
      steadySun(10_000),
    );
    limited(plant, 9000);
    plant.advance(after(10_000));
    limited(plant, 1000);
    const before = plant.energies.exportWh;
    plant.advance(after(60_000));
    // The lag had not quite arrived at 9 kW: 10,000 - 9,000 W after nine time constants is 0.12 W.
    expect(plant.energies.exportWh - before).toBeCloseTo((8000 * 2) / 3600, 3);
  });

  it("never gives more than the sun, and a limit above the sun changes nothing", () => {
    const plant = plantWith(
      testInverter,
      steadyLoad(0),
      slopedSun([
        [0, 4000],
        [10_000, 1000],
        [20_000, 6000],
      ]),
    );
    limited(plant, 5000);
    plant.advance(after(10_000));
    expect(plant.pvW).toBeCloseTo(1000, 6);
    plant.advance(after(20_000));
    expect(plant.pvW).toBeCloseTo(5000, 6);
    expect(plant.energies.availableWh).toBeCloseTo((10 * 2500 + 10 * 3500) / 3600, 6);
  });

  it("falls to its reversion value when nobody writes (704)", () => {
    const plant = plantWith(testInverter, steadyLoad(0), steadySun(8000));
    limited(plant, 5000, 30);
    plant.advance(after(30_500));
    expect(plant.pvW).toBe(5000);
    plant.advance(after(60_000));
    expect(plant.pvW).toBe(0);
  });

  it("lets the limit go when nobody writes (123)", () => {
    const plant = plantWith({ ...testInverter, control: "123" }, steadyLoad(0), steadySun(8000));
    limited(plant, 5000, 30);
    plant.advance(after(60_000));
    expect(plant.pvW).toBe(8000);
  });

  it("holds the limit while somebody writes within the timer", () => {
    const plant = plantWith(testInverter, steadyLoad(0), steadySun(8000));
    for (let second = 0; second < 300; second += 20) {
      limited(plant, 5000, 30);
      plant.advance(after((second + 20) * 1000));
    }
    expect(plant.pvW).toBe(5000);
  });

  it("stands by below its floor and takes its time to wake", () => {
    const spec = { ...testInverter, floor: 0.02, wake: seconds(10) };
    const plant = plantWith(spec, steadyLoad(0), steadySun(8000));
    limited(plant, 100);
    plant.advance(after(20_000));
    expect([plant.pvW, inverterOf(plant).standby]).toEqual([0, true]);
    limited(plant, 4000);
    plant.advance(after(30_900));
    limited(plant, 4100);
    expect(plant.pvW).toBe(0);
    plant.advance(after(60_000));
    expect(plant.pvW).toBe(4100);
  });

  it("forgets a volatile limit when it restarts, and keeps a lasting one", () => {
    for (const [memory, watts] of [
      ["volatile", 8000],
      ["eeprom", 3000],
    ] as const) {
      const plant = plantWith({ ...testInverter, memory }, steadyLoad(0), steadySun(8000));
      limited(plant, 3000);
      plant.advance(after(30_000));
      inverterOf(plant).restart(plant.now);
      plant.advance(after(40_000));
      expect(plant.pvW).toBe(0);
      plant.advance(after(120_000));
      expect(plant.pvW).toBe(watts);
    }
  });

  it("comes to the same registers whatever the caller's steps", () => {
    const one = busyPlant(7);
    const many = busyPlant(7);
    one.plant.advance(after(600_000));
    const random = seededRandom(3);
    for (let t = 0; t < 600_000; t += random.next() * 900) many.plant.advance(after(t));
    many.plant.advance(after(600_000));
    for (const key of ["importWh", "exportWh", "generationWh", "loadWh"] as const) {
      expect(many.plant.energies[key]).toBeCloseTo(one.plant.energies[key], 6);
    }
  });

  it.each([11, 12, 13, 14])("agrees with a brute-force integration in steps of 2 ms, seed %d", (seed) => {
    const { plant, load, sun, orders } = busyPlant(seed);
    const slow = bruteForce(inverterOf(plant).spec, load, sun, orders, 120_000);
    for (const { at, watts } of orders) {
      plant.advance(after(at));
      limited(plant, watts);
    }
    plant.advance(after(120_000));
    // 10 kW for one slow step is 0.006 Wh; the slow sum errs at every order and crossing.
    expect(Math.abs(plant.energies.importWh - slow.importWh)).toBeLessThan(0.05);
    expect(Math.abs(plant.energies.exportWh - slow.exportWh)).toBeLessThan(0.05);
    expect(Math.abs(plant.energies.generationWh - slow.generationWh)).toBeLessThan(0.05);
  });
});

interface Order {
  readonly at: number;
  readonly watts: number;
}

/** Loads that step, a sun that slopes, orders every few seconds: all at odd moments. */
function busyPlant(seed: number) {
  const random = seededRandom(seed);
  const until = 600_000;
  const moments = (gap: number) => {
    const at: number[] = [0];
    while ((at.at(-1) ?? 0) < until) at.push((at.at(-1) ?? 0) + 50 + Math.floor(random.next() * gap));
    return at;
  };
  const load = steppedLoad(moments(9000).map((at) => [at, Math.floor(random.next() * 9000)]));
  const sun = slopedSun(moments(15_000).map((at) => [at, Math.floor(random.next() * 11_000)]));
  const orders: Order[] = moments(8000)
    .filter((at) => at < 120_000)
    .map((at) => ({ at, watts: Math.floor(random.next() * 10_000) }));
  const response: InverterSpec["response"] =
    seed % 2 === 0 ? { kind: "ramp", percentPerSecond: 25 } : { kind: "first-order", tau: Millis(1300) };
  return { plant: plantWith({ ...testInverter, response }, load, sun), load, sun, orders };
}

/** The same plant as anybody would write it first: fixed small steps, no closed forms. */
function bruteForce(spec: InverterSpec, load: LoadCurve, sun: PvCurve, orders: readonly Order[], until: number) {
  const step = 2;
  let ceiling = spec.rated as number;
  let goal = ceiling;
  let next = 0;
  const sums = { importWh: 0, exportWh: 0, generationWh: 0 };
  for (let t = 0; t < until; t += step) {
    const middle = Instant(after(t + step / 2));
    const available = sun(middle).watts;
    for (let due = orders[next]; due !== undefined && due.at + spec.deadTime <= t; due = orders[next]) {
      goal = due.watts;
      if (goal < ceiling) ceiling = Math.max(goal, Math.min(ceiling, available));
      next += 1;
    }
    const { response } = spec;
    const change =
      response.kind === "ramp"
        ? Math.sign(goal - ceiling) *
          Math.min(Math.abs(goal - ceiling), (spec.rated * response.percentPerSecond * step) / 100_000)
        : (goal - ceiling) * (1 - Math.exp(-step / response.tau));
    const output = Math.min(available, ceiling + change / 2);
    ceiling += change;
    const net = load(middle).watts - output;
    sums.importWh += (Math.max(0, net) * step) / 3_600_000;
    sums.exportWh += (Math.max(0, -net) * step) / 3_600_000;
    sums.generationWh += (output * step) / 3_600_000;
  }
  return sums;
}
