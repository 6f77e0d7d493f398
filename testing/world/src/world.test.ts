import { isCoded } from "@csj/fault";
import { Instant } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { streetOf } from "./street.ts";
import { holdAt, NOON, steadyLoad, steadySun, steppedLoad, testMeter, testSite, testWorld } from "./test-site.ts";
import { createWorld, type World } from "./world.ts";

const MIDNIGHT = Instant(Date.parse("2026-06-13T00:00:00Z"));
const DAY_MS = 86_400_000;
const data = process.env["CSJ_TEST_DATA"];

function streetWorld(seed: number, sites: number, folder?: string): World {
  const street = streetOf(sites, { seed, exact: true, ...(folder === undefined ? {} : { data: folder }) });
  return createWorld({ seed, start: MIDNIGHT, ...street });
}

/** The law that the gateway applies, on the truth: the load is the limit. */
function curtail(world: World): void {
  for (const site of world.sites) {
    const { loadW } = world.truth(site.id);
    const percent = 100 / 10 ** site.inverter.limitScale;
    const raw = Math.floor((Math.min(loadW, site.inverter.rated) * percent) / site.inverter.rated);
    const inverter = world.device(`${site.id}-inverter`);
    const at =
      site.inverter.control === "704" ? controlsOf(world, site.id, 704) + 14 : controlsOf(world, site.id, 123) + 5;
    const words = site.inverter.control === "704" ? [1, raw, 0, 1, 0, 0] : [raw, 0, 0, 0, 1];
    expect(inverter.writeHolding(at, words)).toBeUndefined();
  }
}

/** Walks the chain as any SunSpec master does. */
function controlsOf(world: World, siteId: string, model: number): number {
  const inverter = world.device(`${siteId}-inverter`);
  for (let at = 40_002; at < 41_000; ) {
    const [id, length] = inverter.readHolding(at, 2) as Uint16Array;
    if (id === model) return at;
    at += 2 + (length ?? 0);
  }
  throw new Error(`no model ${model}`);
}

function expectBalance(world: World): void {
  for (const site of world.sites) {
    const { importWh, exportWh, generationWh, loadWh } = world.truth(site.id);
    expect(Math.abs(importWh - exportWh + generationWh - loadWh)).toBeLessThan(1e-6);
    const grid = world.device(`${site.id}-grid`).served();
    const inverter = world.device(`${site.id}-inverter`).served();
    expect(grid.import?.count).toBeGreaterThan(0);
    expect(inverter.generation?.count).toBeGreaterThan(0);
  }
}

describe("a world", () => {
  it.skipIf(data === undefined)(
    "keeps import - export + generation = load over a recorded, curtailed day (needs CSJ_TEST_DATA)",
    () => {
      const world = streetWorld(1, 12, `${data}/uk-homes-1min`);
      const before = world.sites.map((site) => registersOf(world, site.id));
      for (let t = 0; t < DAY_MS; t += 10_000) {
        curtail(world);
        world.advance(Instant(MIDNIGHT + t + 10_000));
      }
      expectBalance(world);
      for (const [index, site] of world.sites.entries()) {
        const after = registersOf(world, site.id);
        const { importWh, exportWh, generationWh } = world.truth(site.id);
        const step = site.grid.profile === "carlo-gavazzi-em340" ? 100 : 10;
        const from = before[index] as ReturnType<typeof registersOf>;
        // One step of the register at each end, and what the last update had not seen yet.
        expect(Math.abs(after.importWh - from.importWh - importWh)).toBeLessThanOrEqual(step + 3);
        expect(Math.abs(after.exportWh - from.exportWh - exportWh)).toBeLessThanOrEqual(step + 3);
        expect(Math.abs(after.generationWh - from.generationWh - generationWh)).toBeLessThanOrEqual(3);
      }
    },
  );

  it("keeps the balance over a generated day with a site that is throttled at midday", () => {
    const world = streetWorld(5, 12);
    let throttled = 0;
    for (let t = 0; t < DAY_MS; t += 60_000) {
      curtail(world);
      world.advance(Instant(MIDNIGHT + t + 60_000));
      const noon = t === DAY_MS / 2;
      if (noon)
        throttled = world.sites.filter(({ id }) => world.truth(id).pvW < world.truth(id).availableW - 100).length;
    }
    expect(throttled).toBeGreaterThan(0);
    expectBalance(world);
  });

  it("gives the same registers for the same seed, and others for another", () => {
    const run = (seed: number) => {
      const world = streetWorld(seed, 3);
      world.advance(Instant(MIDNIGHT + DAY_MS));
      return world.devices.map((device) => device.served());
    };
    expect(run(3)).toEqual(run(3));
    expect(run(4)).not.toEqual(run(3));
  });

  it("does not change a site when another is added", () => {
    const few = streetWorld(3, 2);
    const more = streetWorld(3, 5);
    few.advance(Instant(MIDNIGHT + DAY_MS / 2));
    more.advance(Instant(MIDNIGHT + DAY_MS / 2));
    expect(more.truth("site-02")).toEqual(few.truth("site-02"));
  });

  it("goes on after save and restore in the middle of a day as if it had not stopped", () => {
    const steps = (world: World, from: number, to: number) => {
      for (let t = from; t < to; t += 60_000) {
        curtail(world);
        world.advance(Instant(MIDNIGHT + t + 60_000));
      }
    };
    const whole = streetWorld(9, 12);
    steps(whole, 0, DAY_MS);
    const first = streetWorld(9, 12);
    steps(first, 0, DAY_MS / 2);
    const saved = JSON.parse(JSON.stringify(first.save()));
    const second = streetWorld(9, 12);
    second.restore(saved);
    steps(second, DAY_MS / 2, DAY_MS);
    expect(second.save()).toEqual(whole.save());
  });

  it("refuses to restore what another world saved", () => {
    const saved = streetWorld(9, 2).save();
    expect(codeOf(() => streetWorld(8, 2).restore(saved))).toBe("WORLD_SAVE_MISMATCH");
    expect(codeOf(() => streetWorld(9, 3).restore(saved))).toBe("WORLD_SAVE_MISMATCH");
  });

  it("ignores an instant that has passed", () => {
    const world = testWorld(steadyLoad(1000), steadySun(0));
    world.advance(Instant(NOON + 60_000));
    const saved = world.save();
    world.advance(Instant(NOON + 1000));
    expect(world.save()).toEqual(saved);
  });

  it("names what it does not have", () => {
    const world = testWorld(steadyLoad(1000), steadySun(0));
    expect(codeOf(() => world.truth("site-99"))).toBe("WORLD_SITE_UNKNOWN");
    expect(codeOf(() => world.device("site-01-pv"))).toBe("WORLD_DEVICE_UNKNOWN");
    expect(codeOf(() => createWorld({ seed: 1, start: NOON, sites: [testSite, testSite], loads, pv }))).toBe(
      "WORLD_SITES_REFUSED",
    );
  });
});

describe("a fault", () => {
  it("freezes a meter's values, registers and all, and the truth goes on", () => {
    const world = testWorld(
      steppedLoad([
        [0, 1000],
        [60_000, 5000],
      ]),
      steadySun(0),
    );
    world.advance(Instant(NOON + 30_000));
    const shown = [...wordsOf(world)];
    world.setFault("site-01-grid", "frozen");
    world.advance(Instant(NOON + 3_600_000));
    expect([...wordsOf(world)]).toEqual(shown);
    world.setFault("site-01-grid", "none");
    world.advance(Instant(NOON + 3_601_000));
    expect(importOf(world) - 2_000_000).toBe(Math.floor(world.truth("site-01").importWh));
  });

  it("turns a meter's power and its registers round with reversed transformers, and never lets a register fall", () => {
    const world = testWorld(steadyLoad(3600), steadySun(0));
    world.advance(Instant(NOON + 100_000));
    expect(importOf(world)).toBe(2_000_000 + 99);
    world.setFault("site-01-grid", "ct-reversed");
    world.advance(Instant(NOON + 200_000));
    const power = new DataView(wordsOf(world).slice(0x34, 0x36).reverse().buffer).getFloat32(0, true);
    expect(power).toBe(-3600);
    expect(importOf(world)).toBe(2_000_000 + 99);
    expect(world.device("site-01-grid").served().export?.count).toBe(500_000 + 100);
  });

  it("silences a meter for a while when it restarts, and its registers keep", () => {
    const world = testWorld(steadyLoad(3600), steadySun(0));
    world.advance(Instant(NOON + 100_000));
    world.setFault("site-01-grid", "restart");
    const meter = world.device("site-01-grid");
    expect([meter.answers, meter.fault]).toEqual([false, "restart"]);
    world.advance(Instant(NOON + 110_000));
    expect([meter.answers, meter.fault]).toEqual([true, "none"]);
    expect(importOf(world)).toBe(2_000_000 + 109);
  });

  it("brings an inverter back at full power after a restart, since its limit was volatile", () => {
    const world = testWorld(steadyLoad(0), steadySun(8000));
    holdAt(world, 2000);
    world.advance(Instant(NOON + 60_000));
    expect(world.truth("site-01").pvW).toBe(2000);
    world.setFault("site-01-inverter", "restart");
    expect(world.device("site-01-inverter").answers).toBe(false);
    world.advance(Instant(NOON + 70_000));
    expect(world.truth("site-01").pvW).toBe(0);
    world.advance(Instant(NOON + 180_000));
    expect(world.truth("site-01").pvW).toBe(8000);
    expect(world.device("site-01-inverter").fault).toBe("none");
  });

  it("lets a silent inverter's timer run out", () => {
    const world = testWorld(steadyLoad(0), steadySun(8000));
    holdAt(world, 4000, 60, 500);
    world.setFault("site-01-inverter", "silent");
    world.advance(Instant(NOON + 120_000));
    expect(world.truth("site-01").pvW).toBe(500);
  });

  it("is refused where the device cannot have it, or where nobody knows it", () => {
    const world = testWorld(steadyLoad(0), steadySun(0));
    expect(codeOf(() => world.setFault("site-01-inverter", "ct-reversed"))).toBe("WORLD_FAULT_REFUSED");
    expect(codeOf(() => world.setFault("site-01-grid", "on-fire"))).toBe("WORLD_FAULT_REFUSED");
    for (const device of world.devices) for (const fault of device.faults) world.setFault(device.id, fault);
  });

  it("survives save and restore", () => {
    const world = testWorld(steadyLoad(3600), steadySun(0));
    world.setFault("site-01-grid", "ct-reversed");
    const other = testWorld(steadyLoad(3600), steadySun(0));
    other.restore(JSON.parse(JSON.stringify(world.save())));
    expect(other.device("site-01-grid").fault).toBe("ct-reversed");
  });
});

describe("a meter", () => {
  it("returns its register to 0 after its last count", () => {
    const grid = { ...testMeter, profile: "carlo-gavazzi-em340", importWh: 99_999_999_900 } as const;
    const world = testWorld(steadyLoad(3600), steadySun(0), { grid });
    expect(importOf(world)).toBe(999_999_999);
    world.advance(Instant(NOON + 301_000));
    expect(importOf(world)).toBe(2);
    expect([...(world.device("site-01-grid").readInput(0x34, 2) as Uint16Array)]).toEqual([2, 0]);
  });

  it("shows what was at its last update, not what is", () => {
    const slow = { ...testMeter, updatePeriod: 1000 as typeof testMeter.updatePeriod };
    const world = testWorld(
      steppedLoad([
        [0, 1000],
        [5000, 4000],
      ]),
      steadySun(0),
      { grid: slow },
    );
    const meter = world.device("site-01-grid");
    world.advance(Instant(NOON + 20_000));
    expect(world.now - meter.updatedAt).toBeLessThan(1000);
    const updated = meter.updatedAt;
    world.advance(Instant(updated + 999));
    expect(meter.updatedAt).toBe(updated);
    world.advance(Instant(updated + 1000));
    expect(meter.updatedAt).toBe(updated + 1000);
  });
});

const loads = () => steadyLoad(1000);
const pv = () => steadySun(0);
const wordsOf = (world: World) => world.device("site-01-grid").readInput(0, 80) as Uint16Array;
const importOf = (world: World) => world.device("site-01-grid").served().import?.count ?? Number.NaN;

function registersOf(world: World, siteId: string) {
  const grid = world.device(`${siteId}-grid`).served();
  const inverter = world.device(`${siteId}-inverter`).served();
  const wh = (register: { count: number; perCount: number } | undefined) =>
    register === undefined ? Number.NaN : register.count * register.perCount;
  return { importWh: wh(grid.import), exportWh: wh(grid.export), generationWh: wh(inverter.generation) };
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return isCoded(error) ? error.code : String(error);
  }
  return undefined;
}
