import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCoded } from "@csj/fault";
import { Instant } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { parsePlant, readPlant } from "./plant-file.ts";
import { invertersOf } from "./spec.ts";
import { NOON } from "./test-site.ts";

describe("a plant file", () => {
  it("changes what it names and keeps the rest of the street", () => {
    const folder = mkdtempSync(join(tmpdir(), "csj-plant-"));
    const file = join(folder, "plant.yaml");
    writeFileSync(file, "sites:\n  - {name: Mine, load_w: 800, inverter: {rated_w: 4000, tau_ms: 5000}}\n  - {}\n");
    const { sites, loads } = readPlant(file, { seed: 1, start: NOON });
    rmSync(folder, { recursive: true });
    const [mine, other] = sites;
    expect([mine?.name, mine?.inverter.rated, mine?.inverter.response]).toEqual([
      "Mine",
      4000,
      { kind: "first-order", tau: 5000 },
    ]);
    expect(mine?.grid.profile).toBe("eastron-sdm630");
    expect(other?.name).toBe("12 Mill Lane");
    if (mine === undefined) throw new Error("no site");
    expect(loads(mine)(NOON).watts).toBe(800);
  });

  it("describes several inverters, a battery, a relay, and what happens when", () => {
    const folder = mkdtempSync(join(tmpdir(), "csj-plant-"));
    const file = join(folder, "plant.yaml");
    writeFileSync(join(folder, "sun.csv"), "at_s,sun_w\n0,1000\n10,3000\n");
    writeFileSync(
      file,
      `sites:
  - phases: 3
    grid: {profile: sunspec-meter, model: 213}
    inverters:
      - {control: "704", rated_w: 5000, phases: 3}
      - {control: "123", rated_w: 3000, phases: 1, phase: l2, sun_share: 0.25, ramp_percent_per_s: 20}
    battery: {phases: 1, phase: l3, meter: {profile: eastron-sdm120}, power: [{at_s: 0, power_w: 500}, {at_s: 30, power_w: -800}]}
    relay: {unit: 9, opens_in_ms: 250, watchdog_s: 10}
    load: [{at_s: 0, load_w: 900}, {at_s: 20, load_w: 100}]
    sun: sun.csv
    sun_shape: lines
`,
    );
    const { sites, loads, pv, battery } = readPlant(file, { seed: 1, start: NOON });
    rmSync(folder, { recursive: true });
    const [site] = sites;
    if (site === undefined) throw new Error("no site");
    expect(
      invertersOf(site).map(({ unit, control, rated, phase, sunShare }) => [unit, control, rated, phase, sunShare]),
    ).toEqual([
      [1, "704", 5000, undefined, undefined],
      [2, "123", 3000, "l2", 0.25],
    ]);
    expect([site.relay?.opensIn, site.relay?.watchdog, site.grid.model]).toEqual([250, 10_000, 213]);
    const at = (s: number) => Instant(NOON + s * 1000);
    expect([0, 19, 20, 99].map((s) => loads(site)(at(s)).watts)).toEqual([900, 900, 100, 100]);
    expect([0, 5, 10, 99].map((s) => pv(site)(at(s)).watts)).toEqual([1000, 2000, 3000, 3000]);
    expect([0, 30].map((s) => battery?.(site)?.(at(s)).watts)).toEqual([500, -800]);
  });

  it.each([
    ["a file that is not there", "sun: none.csv"],
    ["times that do not rise", "load: [{at_s: 5, load_w: 1}, {at_s: 5, load_w: 2}]"],
  ])("is refused for %s", (_, line) => {
    const folder = mkdtempSync(join(tmpdir(), "csj-plant-"));
    const file = join(folder, "plant.yaml");
    writeFileSync(file, `sites:\n  - ${line}\n`);
    const code = codeOf(() => readPlant(file, { seed: 1, start: NOON }));
    rmSync(folder, { recursive: true });
    expect(code).toBe("WORLD_PLANT_BAD");
  });

  it.each([
    ["a misspelt key", "sites:\n  - inverter:\n      rated: 4000\n", 3, 7],
    ["a value out of range", "sites:\n  - load_w: 1\n    fuse_a: -3\n", 3, 13],
    ["text where a number belongs", "sites:\n  - load_w: much\n", 2, 13],
    ["no sites", "{}\n", 1, 1],
    ["what is no YAML", "sites: [\n", 2, 1],
  ])("is refused with line and column for %s", (_, text, line, column) => {
    expect(placeOf(text)).toEqual({ code: "WORLD_PLANT_BAD", line, column });
  });
});

function codeOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isCoded(error)) return error.code;
    throw error;
  }
  return undefined;
}

function placeOf(text: string) {
  try {
    parsePlant(text, "plant.yaml");
  } catch (error) {
    if (isCoded(error)) return { code: error.code, line: error.where?.line, column: error.where?.column };
    throw error;
  }
  return undefined;
}
