import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { killCampaign } from "./kill.ts";

const hasMosquitto = spawnSync("mosquitto", ["-h"]).error === undefined;
const inCi = process.env["CI"] === "true";
/** The whole campaign is `npm run campaign -- kill`; this is its first minute. */
const KILLS = 6;

it.skipIf(!hasMosquitto && !inCi)(
  "loses and doubles nothing when gateway, head-end and broker are killed at random moments (needs mosquitto)",
  async () => {
    const result = await killCampaign({ kills: KILLS, seed: 7, sites: 2, speed: 30, progress: () => {} });
    expect(result.problems).toEqual([]);
    expect(result.boundaries).toBeGreaterThan(10);
  },
  240_000,
);
