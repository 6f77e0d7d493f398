import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCoded } from "@csj/fault";
import { Instant, Watts } from "@csj/quantity";
import { afterEach, describe, expect, it } from "vitest";
import { streetOf } from "../street.ts";
import { household } from "./household.ts";
import type { LoadCurve, PvCurve, PvPiece } from "./power.ts";
import { recordedLoad, recordedPv } from "./recorded.ts";
import { MINUTES, readRecordedDays } from "./recorded-files.ts";
import { clearSky, middleOfEngland, rooftop } from "./rooftop.ts";

const DAY_MS = 86_400_000;
const JUNE = Date.parse("2026-06-13T00:00:00Z");
const DECEMBER = Date.parse("2026-12-13T00:00:00Z");

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** kWh of a day, piece by piece as a plant walks it. */
function dayOf(curve: LoadCurve | PvCurve, start: number): number {
  let energy = 0;
  for (let at = start; at < start + DAY_MS; ) {
    const piece = curve(Instant(at));
    expect(piece.until).toBeGreaterThan(at);
    const until = Math.min(piece.until, start + DAY_MS);
    const slope = (piece as PvPiece).slope ?? 0;
    energy += (piece.watts + (slope * (until - at)) / 2) * (until - at);
    at = until;
  }
  return energy / 3.6e9;
}

describe("recorded days", () => {
  const minutes = Float64Array.from({ length: MINUTES }, (_, minute) => minute);

  it("are played exactly on the days that are asked for, and varied on others", () => {
    const load = recordedLoad(minutes, 5, ["2026-06-13"]);
    expect(load(Instant(JUNE + 61_000))).toEqual({ watts: 1, until: JUNE + 120_000 });
    const other = load(Instant(JUNE + DAY_MS + 100 * 60_000)).watts / 100;
    expect(other).toBeGreaterThanOrEqual(0.8);
    expect(other).toBeLessThanOrEqual(1.2);
    expect(other).not.toBe(1);
  });

  it("never give more sun than was recorded", () => {
    const sun = recordedPv(minutes, 5, false);
    for (let minute = 0; minute < MINUTES; minute += 1) {
      const { watts } = sun(Instant(JUNE + minute * 60_000));
      expect(watts).toBeLessThanOrEqual(minute);
      expect(watts).toBeGreaterThanOrEqual(minute * 0.1);
    }
  });

  it("are read from their files by column, without arrays that never ran", () => {
    const folder = recordedFolder(
      (minute) => [0.001 * minute, 0],
      (minute) => [0, minute === 700 ? 2.5 : 0],
    );
    const days = readRecordedDays(folder);
    expect(days.loads[0]?.[1439]).toBe(1439);
    expect(days.pv.map((column) => column[700])).toEqual([2500]);
  });

  it("are refused with file, line and column where a cell is no power", () => {
    const folder = recordedFolder(
      (minute) => [minute === 2 ? Number.NaN : 1],
      () => [1],
    );
    const failure = failureOf(() => readRecordedDays(folder));
    expect(failure).toMatchObject({ code: "WORLD_DATA_BAD", where: { line: 4, column: 2 } });
  });

  it("are refused where the folder or a file is missing, or is short", () => {
    expect(failureOf(() => readRecordedDays("/nowhere"))?.code).toBe("WORLD_DATA_MISSING");
    const folder = recordedFolder(
      () => [1],
      () => [1],
    );
    writeFileSync(join(folder, "pv_1min_test_kw.csv"), ",0\n0,1\n");
    expect(failureOf(() => readRecordedDays(folder))?.code).toBe("WORLD_DATA_BAD");
    rmSync(join(folder, "pv_1min_test_kw.csv"));
    expect(failureOf(() => readRecordedDays(folder))?.code).toBe("WORLD_DATA_MISSING");
  });
});

describe("a generated home", () => {
  it("takes between 3 and 40 kWh on each of 60 days, never less than nothing", () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const energy = dayOf(household(seed), JUNE + seed * DAY_MS);
      expect(energy, `seed ${seed}`).toBeGreaterThan(2);
      expect(energy, `seed ${seed}`).toBeLessThan(45);
    }
  });

  it("is the same whenever it is asked", () => {
    const home = household(3);
    const before = home(Instant(JUNE + 5_000_000));
    home(Instant(JUNE + 3 * DAY_MS));
    expect(home(Instant(JUNE + 5_000_000))).toEqual(before);
  });
});

describe("a generated array", () => {
  it("gives several times more in June than in December, and nothing at night", () => {
    const array = rooftop(Watts(4000), 3);
    expect(dayOf(array, JUNE)).toBeGreaterThan(3 * dayOf(array, DECEMBER));
    expect(array(Instant(JUNE)).watts).toBe(0);
  });

  it("peaks at solar noon below the array's peak power", () => {
    const noon = clearSky(Instant(JUNE + DAY_MS / 2 + 5 * 60_000), middleOfEngland);
    expect(noon).toBeGreaterThan(0.7);
    expect(noon).toBeLessThan(0.95);
    expect(clearSky(Instant(JUNE + 9 * 3_600_000), middleOfEngland)).toBeLessThan(noon);
  });

  it("joins its pieces: the end of one is the start of the next", () => {
    const array = rooftop(Watts(4000), 3);
    for (let minute = 600; minute < 700; minute += 1) {
      const piece = array(Instant(JUNE + minute * 60_000));
      expect(piece.watts + piece.slope * 60_000).toBeCloseTo(array(piece.until).watts, 6);
    }
  });
});

describe("a street", () => {
  it("has a three-phase meter, two-meter wiring, and both kinds of inverter", () => {
    const { sites } = streetOf(12, { seed: 1 });
    expect(new Set(sites.map((site) => site.grid.profile)).size).toBe(6);
    expect(new Set(sites.map((site) => site.inverter.control))).toEqual(new Set(["123", "704"]));
    expect(sites.some((site) => site.phases === 3)).toBe(true);
    expect(sites.some((site) => site.pv !== undefined)).toBe(true);
    expect(new Set(sites.map((site) => site.name)).size).toBe(12);
  });

  it("refuses to be empty or endless", () => {
    for (const count of [0, 1.5, 100_000]) {
      expect(failureOf(() => streetOf(count, { seed: 1 }))?.code).toBe("WORLD_SITES_REFUSED");
    }
  });
});

function recordedFolder(load: (minute: number) => number[], pv: (minute: number) => number[]): string {
  const folder = mkdtempSync(join(tmpdir(), "csj-recorded-"));
  folders.push(folder);
  const table = (row: (minute: number) => number[]) =>
    [["", ...row(0).keys()], ...Array.from({ length: MINUTES }, (_, minute) => [minute, ...row(minute)])]
      .map((cells) => cells.join(","))
      .join("\n");
  writeFileSync(join(folder, "loads_1min_test_kw.csv"), `${table(load)}\n`);
  writeFileSync(join(folder, "pv_1min_test_kw.csv"), `${table(pv)}\n`);
  return folder;
}

function failureOf(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (isCoded(error)) return error;
    throw error;
  }
  return undefined;
}
