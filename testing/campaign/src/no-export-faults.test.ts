import { expect, it } from "vitest";
import { noExportFaults } from "./no-export-faults.ts";

/** The whole campaign is `npm run campaign -- no-export`; this is its first minute. */
it("is over the limit for no longer than allowed under any single fault that is expected to be survived", async () => {
  const { problems, rows, pairs } = await noExportFaults({ moments: 1, seed: 1, pairs: 2, progress: () => {} });
  expect(problems).toEqual([]);
  expect(rows.length).toBeGreaterThan(150);
  expect(pairs).toHaveLength(10);
}, 240_000);

it("says the same again for the same seed", async () => {
  const some = { moments: 2, seed: 3, pairs: 1, sites: ["two-704"], faults: ["silent", "noise"], progress: () => {} };
  const [first, second] = [await noExportFaults(some), await noExportFaults(some)];
  expect(second).toEqual(first);
}, 60_000);
