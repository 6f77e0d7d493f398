import { describe, expect, it } from "vitest";
import { config } from "../test/plant.ts";
import { type PreviewPlant, preview } from "./preview.ts";

const plant = (over: Partial<PreviewPlant> = {}): PreviewPlant => ({
  deadTime: 1_000,
  kind: "first-order",
  time: 2_000,
  meterPeriod: 500,
  bus: 100,
  cycle: 1_000,
  loadBefore: 9_000,
  loadAfter: 1_000,
  scale: 1,
  ...over,
});

describe("the preview of the worst case", () => {
  it("is about what the law's own simulation gives for the same plant", () => {
    const { overS, exportedWh, peakW, path } = preview(plant(), config(), 200);
    expect(overS).toBeGreaterThan(3);
    expect(overS).toBeLessThan(11);
    expect(exportedWh).toBeLessThan(11);
    expect(peakW).toBeGreaterThan(7_000);
    expect(path[0]?.at).toBe(-2_000);
  });

  it("shows a slow inverter to be slow, and a ramp to be a ramp", () => {
    const slow = preview(plant({ deadTime: 3_000, time: 5_000 }), config(), 200);
    expect(slow.overS).toBeGreaterThan(10);
    const ramp = preview(plant({ kind: "ramp", time: 20_000 }), config(), 200);
    expect(ramp.overS).toBeGreaterThan(10);
  });

  it("shows no export where nothing falls", () => {
    expect(preview(plant({ loadAfter: 9_000 }), config(), 200)).toMatchObject({ overS: 0, peakW: 0 });
  });
});
