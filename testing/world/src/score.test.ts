import { Instant } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { scoreSite } from "./score.ts";
import { withInverters } from "./spec.ts";
import {
  holdAt,
  NOON,
  slopedSun,
  steadyLoad,
  steadySun,
  steppedLoad,
  testInverter,
  testSite,
  testWorld,
} from "./test-site.ts";

const after = (ms: number) => Instant(NOON + ms);

describe("a score", () => {
  it("counts time over, energy, peak and what was lost from what really flowed, whatever the steps", () => {
    const scores = [60_000, 137].map((step) => {
      const world = testWorld(
        steppedLoad([
          [0, 9000],
          [10_000, 1000],
        ]),
        steadySun(10_000),
      );
      holdAt(world, 9000);
      world.advance(after(9_000));
      const scorer = scoreSite(world, "site-01");
      for (let at = 9_000; at < 60_000; at += step) {
        // The drop is answered 2 s after it.
        if (at <= 12_000 && at + step > 12_000) {
          world.advance(after(12_000));
          holdAt(world, 1000);
        }
        world.advance(after(Math.min(60_000, at + step)));
      }
      return scorer.score();
    });
    expect(scores[1]?.over_limit_s).toBeCloseTo(scores[0]?.over_limit_s ?? 0, 3);
    // 8 kW for 2 s and the dead time of 1 s, then down to 200 W with a time constant of 1 s.
    expect(scores[0]?.over_limit_s).toBeCloseTo(3 + Math.log(8000 / 200), 2);
    expect(scores[0]?.exported_wh).toBeCloseTo((8000 * 4) / 3600, 2);
    expect(scores[0]?.peak_w).toBeCloseTo(8000, 0);
    expect(scores[0]?.pv_available_wh).toBeCloseTo((51 * 10_000) / 3600, 3);
    expect(scores[0]?.ripple_w).toBeGreaterThan(0);
  });

  it("counts only what lies beyond what is allowed, and no sun beyond the rating", () => {
    const site = withInverters(testSite, [testInverter, { ...testInverter, unit: 2 }]);
    const world = testWorld(
      steadyLoad(1000),
      slopedSun([
        [0, 10_000],
        [10_000, 30_000],
        [20_000, 10_000],
      ]),
      {
        ...site,
        allowedExport: 14_000 as never,
      },
    );
    const scorer = scoreSite(world, "site-01");
    world.advance(after(20_000));
    const { exported_wh, peak_w, pv_available_wh, pv_lost_wh, over_limit_s } = scorer.score();
    expect(peak_w).toBeCloseTo(5000, 6);
    // 15 to 20 kW in 2.5 s, 5 s at 20 kW, and back.
    expect(exported_wh).toBeCloseTo((2.5 * 2500 + 10 * 5000 + 2.5 * 2500) / 3600, 3);
    expect(over_limit_s).toBeCloseTo(10 + 2 * (2.5 - 0.2), 3);
    expect([pv_available_wh, pv_lost_wh]).toEqual([expect.closeTo((10 * 15_000 + 10 * 20_000) / 3600, 3), 0]);
  });
});
