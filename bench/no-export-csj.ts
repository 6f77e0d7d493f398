/** Our law as a subject of the bench, configured as commissioning leaves it: with the plant that it identified. */
import { type Config, type Image, initialState, step } from "@csj/export-limit";
import { Millis, Watts } from "@csj/quantity";
import type { Site, Subject } from "./no-export-plant.ts";
import { ratedOf } from "./no-export-plant.ts";

export function configOf(site: Site): Config {
  const rated = ratedOf(site);
  return {
    allowedExport: Watts(0),
    margin: Watts(0),
    rated: Watts(rated),
    safeLimit: Watts(0),
    staleAfter: Millis(4_000),
    skewMax: Millis(500),
    riseRate: 0.02,
    plausible: Watts(200_000),
    plant: site.units.map((unit) => ({
      share: unit.rated / rated,
      deadTime: Millis(1000 * (unit.dead + site.bus)),
      response: { kind: unit.response.kind, time: Millis(1000 * unit.response.time) },
    })),
  };
}

export const csj: Subject = {
  name: "csj",
  make(site) {
    const config = configOf(site);
    let state = initialState();
    return (seen) => {
      const image: Image = {
        now: Millis(Math.round(seen.at * 1000)),
        grid: { watts: Watts(seen.gridPhase), at: Millis(Math.round(seen.at * 1000)) },
        pv: { watts: Watts(seen.pv), at: Millis(Math.round(seen.pvAt * 1000)) },
      };
      const done = step(state, image, config);
      state = done.state;
      return done.decision.limit;
    };
  },
};
