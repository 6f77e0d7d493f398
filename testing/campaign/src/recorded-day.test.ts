import { expect, it } from "vitest";
import { recordedDay } from "./recorded-day.ts";

const data = process.env["CSJ_TEST_DATA"];

/** An SDM630 whose float counts 2 Wh, a home with a meter of its own for the sun, an EM340 that counts 100 Wh. */
const SITES = [0, 2, 3];

it.skipIf(data === undefined)(
  "keeps a recorded day exactly, from registers to the API, and exports no more than its plant explains (needs CSJ_TEST_DATA)",
  async () => {
    const day = await recordedDay({ data: `${data}/uk-homes-1min`, sites: SITES, seed: 1, progress: () => {} });
    expect(day.problems).toEqual([]);
    expect(day.halfHours).toBe(48 * SITES.length);
    expect(day.longestOverS).toBeLessThanOrEqual(15);
  },
  180_000,
);
