import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import { parsePlant, readPlant } from "./plant-file.ts";
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

function placeOf(text: string) {
  try {
    parsePlant(text, "plant.yaml");
  } catch (error) {
    if (isCoded(error)) return { code: error.code, line: error.where?.line, column: error.where?.column };
    throw error;
  }
  return undefined;
}
