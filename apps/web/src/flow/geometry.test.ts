import { describe, expect, it } from "vitest";
import { flowPicture, scaleTop } from "./geometry.ts";

const box = { width: 400, height: 300, head: 0, house: 100 };
const held = { pv: 2000, grid: 100, home: 2100, limit: 2100, rated: 5000 };

describe("the balance, drawn to scale", () => {
  it("makes the home as high as the sun and the grid together", () => {
    const picture = flowPicture(held, 5000, box);
    expect(picture.home?.height).toBeCloseTo((picture.pv?.height ?? 0) + (picture.imported?.height ?? 0), 6);
  });

  it("lays the limit at the home's roof when the home is what limits", () => {
    const picture = flowPicture(held, 5000, box);
    expect(picture.ceiling?.y).toBeCloseTo(picture.home?.y ?? 0, 6);
  });

  it("puts the grid on top of the sun", () => {
    const picture = flowPicture(held, 5000, box);
    expect((picture.imported?.y ?? 0) + (picture.imported?.height ?? 0)).toBeCloseTo(picture.pv?.y ?? 0, 6);
  });

  it("lets what is exported pass above the roof", () => {
    const picture = flowPicture({ pv: 3000, grid: -900, home: 2100, limit: 2100, rated: 5000 }, 5000, box);
    expect(picture.imported).toBeUndefined();
    expect((picture.exported?.y ?? 0) + (picture.exported?.height ?? 0)).toBeCloseTo(picture.home?.y ?? 0, 6);
    expect(picture.exported?.y).toBeCloseTo(picture.pv?.y ?? 0, 6);
  });

  it("draws nothing for a reading that is not there", () => {
    const picture = flowPicture({ pv: null, grid: null, home: null, limit: null, rated: 5000 }, 5000, box);
    expect([picture.pv, picture.home, picture.imported, picture.exported, picture.ceiling]).toEqual(
      Array(5).fill(undefined),
    );
  });

  it("keeps the scale while readings move, and finds room for any of them", () => {
    expect(scaleTop(held)).toBe(5000);
    expect(scaleTop({ ...held, home: 4900 })).toBe(5000);
    expect(scaleTop({ ...held, home: 7200 })).toBe(8000);
    expect(scaleTop({ ...held, rated: 120_000 })).toBe(150_000);
  });
});
