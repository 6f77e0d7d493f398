/** The recorded day's homes as sites: minute means played as constants, each home with the array and inverter of the street. */
import { Instant } from "@csj/quantity";
import { dayStart } from "@csj/reading";
import { streetOf } from "@csj/world";
import type { Site } from "./no-export-plant.ts";

const DAY = "2026-06-14";
const MINUTES = 1_440;

export function* recordedHomes(folder: string, count: number): Generator<Site> {
  const street = streetOf(count, { seed: 1, data: folder, exact: true });
  for (const site of street.sites) {
    const minutes = (watts: (at: Instant) => { readonly watts: number }) => {
      const values = Float64Array.from({ length: MINUTES + 1 }, (_, minute) => {
        return watts(Instant(dayStart(DAY) + Math.min(minute, MINUTES - 1) * 60_000)).watts;
      });
      return (at: number) => values[Math.floor(at / 60 + 1e-9)] ?? 0;
    };
    yield {
      units: [{ rated: site.inverter.rated, dead: 1, response: { kind: "first-order", time: 2 } }],
      load: minutes(street.loads(site)),
      sun: minutes(street.pv(site)),
      meter: { period: 0.5, lag: 0.3, noise: 2 },
      telemetry: { period: 0.5, lag: 0.5, told: false },
      bus: 0.1,
      cycle: 1,
    };
  }
}
