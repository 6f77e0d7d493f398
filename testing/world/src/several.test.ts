/** Sites of several inverters, phases, a battery and a relay: what flows, what is served, and what a fault does. */
import { Instant, Millis, seconds, Watts } from "@csj/quantity";
import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { siteConfig } from "./site-config.ts";
import type { InverterSpec, SiteSpec } from "./spec.ts";
import { withInverters } from "./spec.ts";
import {
  CONTROLS_704,
  NOON,
  slopedSun,
  steadyLoad,
  steadySun,
  steppedLoad,
  testInverter,
  testMeter,
  testSite,
  testWorld,
} from "./test-site.ts";
import { createWorld, type World } from "./world.ts";

const after = (ms: number) => Instant(NOON + ms);
const slow: InverterSpec = {
  ...testInverter,
  unit: 2,
  rated: Watts(5000),
  deadTime: seconds(2),
  response: { kind: "ramp", percentPerSecond: 10 },
};
const onL2: InverterSpec = { ...testInverter, unit: 3, rated: Watts(3000), phases: 1, phase: "l2" };
const three = withInverters(testSite, [testInverter, slow, onL2]);

function limit(world: World, id: string, percent: number): void {
  expect(world.device(id).writeHolding(CONTROLS_704 + 14, [1, percent * 100, 0, 1, 0, 0])).toBeUndefined();
}

function float(world: World, id: string, address: number): number {
  const words = world.device(id).readInput(address, 2) as Uint16Array;
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, words[0] ?? 0);
  view.setUint16(2, words[1] ?? 0);
  return view.getFloat32(0);
}

describe("a site of three inverters", () => {
  it("has a device for each, the first named as ever", () => {
    const world = testWorld(steadyLoad(0), steadySun(0), three);
    expect(world.devices.map(({ id }) => id)).toEqual([
      "site-01-grid",
      "site-01-inverter",
      "site-01-inverter-2",
      "site-01-inverter-3",
    ]);
    const config = siteConfig(three, (id) => `tcp://${id}:502`);
    expect(config.devices.map(({ phase }) => phase)).toEqual([undefined, undefined, undefined, "l2"]);
  });

  it("shares the sun by rating, and each follows its own limit in its own manner", () => {
    const world = testWorld(steadyLoad(0), steadySun(18_000), three);
    expect(world.truth("site-01").unitsW).toEqual([10_000, 5000, 3000]);
    limit(world, "site-01-inverter-2", 50);
    world.advance(after(4000));
    expect(world.truth("site-01").unitsW[1]).toBeCloseTo(4000, 3);
    world.advance(after(60_000));
    expect(world.truth("site-01").unitsW.map(Math.round)).toEqual([10_000, 2500, 3000]);
  });

  it("shows on each phase its load less what feeds it", () => {
    const world = testWorld(steadyLoad(6000), steadySun(9000), three);
    world.advance(after(5000));
    // 5,000 + 2,500 W over three phases and 1,500 W on L2.
    const phases = [3000 - 2500, 1800 - 4000, 1200 - 2500];
    for (const [index, watts] of phases.entries()) {
      expect(world.truth("site-01").phasesW[index]).toBeCloseTo(watts, 6);
      expect(float(world, "site-01-grid", 0x0c + 2 * index)).toBeCloseTo(watts, 1);
    }
    expect(float(world, "site-01-grid", 0x34)).toBeCloseTo(-3000, 1);
  });

  it.each([21, 22, 23])("keeps its energies as a brute-force integration does (seed %i)", (seed) => {
    const dice = seededRandom(seed);
    const steps = Array.from({ length: 12 }, (_, at) => [at * 5000, Math.round(dice.next() * 12_000)] as const);
    const sun = [0, 20_000, 40_000, 60_000].map((at) => [at, Math.round(dice.next() * 15_000)] as const);
    const orders = Array.from({ length: 30 }, () => [Math.round(dice.next() * 60_000), Math.floor(dice.next() * 100)]);
    const runAt = (ms: number) => {
      const world = testWorld(steppedLoad(steps), slopedSun(sun), three);
      const due = [...orders].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
      let exported = 0;
      for (let at = 0; at < 60_000; at += ms) {
        for (; (due[0]?.[0] ?? 99_999) <= at; due.shift()) {
          limit(world, `site-01-inverter${["", "-2", "-3"][due.length % 3]}`, due[0]?.[1] ?? 0);
        }
        exported += (Math.max(0, -world.truth("site-01").gridW) * ms) / 3_600_000;
        world.advance(after(at + ms));
      }
      return { truth: world.truth("site-01"), exported };
    };
    const fine = runAt(2);
    const { loadWh, importWh, exportWh, generationWh } = fine.truth;
    expect(importWh - exportWh + generationWh, `seed ${seed}`).toBeCloseTo(loadWh, 6);
    expect(Math.abs(exportWh - fine.exported), `seed ${seed}`).toBeLessThan(0.02);
  });

  it("comes to the same whatever the steps, and through save and restore", () => {
    const load = steppedLoad([
      [0, 9000],
      [20_000, 2000],
      [40_000, 7000],
    ]);
    const make = () => testWorld(load, steadySun(16_000), three);
    const whole = make();
    const steps = make();
    for (const world of [whole, steps]) limit(world, "site-01-inverter", 30);
    for (let at = 0; at < 30_000; at += 7) steps.advance(after(at));
    const restored = make();
    restored.restore(JSON.parse(JSON.stringify(steps.save())));
    for (const world of [whole, restored]) world.advance(after(60_000));
    expect(restored.truth("site-01").exportWh).toBeCloseTo(whole.truth("site-01").exportWh, 5);
    expect(restored.device("site-01-inverter-3").served()).toEqual(whole.device("site-01-inverter-3").served());
  });

  it("refuses none, more than eight, and a first that is another", () => {
    const many = Array.from({ length: 9 }, () => testInverter);
    for (const inverters of [[], many, [slow]]) {
      expect(() => testWorld(steadyLoad(0), steadySun(0), { inverters })).toThrow("inverter");
    }
  });
});

describe("a battery", () => {
  const withBattery = (measured: boolean): SiteSpec => ({
    ...testSite,
    battery: { phases: 1, phase: "l3", ...(measured ? { meter: { ...testMeter, importWh: 0, exportWh: 0 } } : {}) },
  });
  const worldWith = (site: SiteSpec) =>
    createWorld({
      seed: 1,
      start: NOON,
      sites: [site],
      loads: () => steadyLoad(1000),
      pv: () => steadySun(0),
      battery: () =>
        steppedLoad([
          [0, 3000],
          [1_800_000, -2000],
        ]),
    });

  it("discharges into the home and beyond, and charges from the grid", () => {
    const world = worldWith(withBattery(true));
    world.advance(after(3_600_000));
    const { importWh, exportWh, batteryWh, loadWh } = world.truth("site-01");
    expect([importWh, exportWh, batteryWh, loadWh].map((wh) => Math.round(wh * 1e6) / 1e6)).toEqual([
      1500, 1000, 500, 1000,
    ]);
    expect(world.truth("site-01").phasesW[2]).toBeCloseTo(200 + 2000, 6);
    expect(float(world, "site-01-battery", 0x34)).toBeCloseTo(-2000, 3);
  });

  it("without a meter is seen at the grid only", () => {
    const world = worldWith(withBattery(false));
    world.advance(after(5000));
    expect(world.devices.map(({ role }) => role)).toEqual(["grid", "inverter"]);
    expect(world.truth("site-01").gridW).toBe(-2000);
  });
});

describe("a relay", () => {
  const relayed = (watchdog = 0): SiteSpec => ({
    ...three,
    relay: { unit: 9, opensIn: Millis(300), watchdog: seconds(watchdog), latency: Millis(5) },
  });
  const pvOf = (world: World) => Math.round(world.truth("site-01").pvW);

  it("cuts all inverters off within its time, and lets them return after their boot time", () => {
    const world = testWorld(steadyLoad(0), steadySun(18_000), relayed());
    const relay = world.device("site-01-relay");
    relay.writeCoils?.(0, [false]);
    world.advance(after(299));
    expect([pvOf(world), relay.readDiscrete?.(0, 1)]).toEqual([18_000, [true]]);
    world.advance(after(301));
    expect([pvOf(world), relay.readDiscrete?.(0, 1)]).toEqual([0, [false]]);
    limit(world, "site-01-inverter", 100);
    world.advance(after(10_000));
    expect(pvOf(world)).toBe(0);
    relay.writeCoils?.(0, [true]);
    world.advance(after(25_000));
    expect(pvOf(world)).toBe(0);
    world.advance(after(120_000));
    expect(pvOf(world)).toBe(18_000);
  });

  it("drops out by itself where it has a timer, and stays in where it is welded", () => {
    const world = testWorld(steadyLoad(0), steadySun(18_000), relayed(5));
    const relay = world.device("site-01-relay");
    relay.writeCoils?.(0, [true]);
    world.advance(after(5200));
    expect(pvOf(world)).toBe(18_000);
    world.setFault("site-01-relay", "welded");
    world.advance(after(20_000));
    expect([pvOf(world), relay.readCoils?.(0, 1), relay.readDiscrete?.(0, 1)]).toEqual([18_000, [false], [true]]);
    world.setFault("site-01-relay", "none");
    world.advance(after(21_000));
    expect(pvOf(world)).toBe(0);
  });
});

describe("a fault of a meter", () => {
  const powerUnder = (fault: string, seconds = 30) => {
    const world = testWorld(
      steppedLoad([
        [0, 6000],
        [10_000, 3000],
      ]),
      steadySun(0),
    );
    world.advance(after(5000));
    world.setFault("site-01-grid", fault);
    world.advance(after(seconds * 1000));
    return { watts: float(world, "site-01-grid", 0x34), l2: float(world, "site-01-grid", 0x0e), world };
  };

  it.each([
    ["frozen-power", 6000],
    ["scale-tenth", 300],
    ["scale-ten", 30_000],
    ["ct-reversed", -3000],
    ["wrong-phase", 3000],
  ])("%s shows %i W of 3,000", (fault, watts) => {
    expect(powerUnder(fault).watts).toBeCloseTo(watts, 1);
  });

  it("shows about nothing where the transformer fell off, and nothing to read where there is no value", () => {
    expect(Math.abs(powerUnder("ct-off").watts)).toBeLessThan(3);
    expect(powerUnder("nan").watts).toBeNaN();
    expect(powerUnder("exception").world.device("site-01-grid").readInput(0x34, 2)).toBe(4);
  });

  it("puts another phase's power where it is wired so, and lets voltage go on where only power is frozen", () => {
    expect(powerUnder("wrong-phase").l2).toBeCloseTo(1500, 1);
    const volts = [20, 40].map((at) => float(powerUnder("frozen-power", at).world, "site-01-grid", 0x46));
    expect(volts[0]).not.toBe(volts[1]);
  });

  it("serves what was ten seconds ago where it is late", () => {
    expect(powerUnder("late", 19).watts).toBeCloseTo(6000, 1);
    expect(powerUnder("late", 21).watts).toBeCloseTo(3000, 1);
  });
});

describe("a fault of an inverter", () => {
  const limited = () => {
    const world = testWorld(steadyLoad(0), steadySun(8000));
    limit(world, "site-01-inverter", 20);
    world.advance(after(30_000));
    return world;
  };
  const pvAfter = (world: World, ms: number) => {
    world.advance(after(ms));
    return Math.round(world.truth("site-01").pvW);
  };

  it("refuses writes with an exception and keeps its limit", () => {
    const world = limited();
    world.setFault("site-01-inverter", "refuses");
    expect(world.device("site-01-inverter").writeHolding(CONTROLS_704 + 14, [1, 0, 0, 1, 0, 0])).toBe(4);
    expect(pvAfter(world, 60_000)).toBe(2000);
  });

  it.each([
    ["ignores", 8000],
    ["stuck", 2000],
  ])("takes the words and does not obey when it %s", (fault, watts) => {
    const world = limited();
    world.setFault("site-01-inverter", fault);
    limit(world, "site-01-inverter", 5);
    expect(pvAfter(world, 60_000)).toBe(watts);
    expect((world.device("site-01-inverter").readHolding(CONTROLS_704 + 15, 1) as Uint16Array)[0]).toBe(500);
    world.setFault("site-01-inverter", "none");
    expect(pvAfter(world, 90_000)).toBe(500);
  });

  it("forgets its limit without a word", () => {
    const world = limited();
    world.setFault("site-01-inverter", "forgets");
    expect(pvAfter(world, 60_000)).toBe(8000);
    expect(world.device("site-01-inverter").answers).toBe(true);
  });

  it("is commanded by another master every five seconds", () => {
    const world = limited();
    world.setFault("site-01-inverter", "foreign");
    world.advance(after(33_000));
    limit(world, "site-01-inverter", 20);
    expect(pvAfter(world, 60_000)).toBe(8000);
    world.setFault("site-01-inverter", "none");
    limit(world, "site-01-inverter", 20);
    expect(pvAfter(world, 90_000)).toBe(2000);
  });
});
