/**
 * Each peer's law must behave as an earlier simulation of the same published formula did, made apart from this code: first
 * order, 10 kW, threshold 2 % of the rating. How the drop fell into the cycle is not known there, so each tolerance is one
 * cycle, or 15 %; 20 % under skew. One figure of that simulation is not among them: open-dynamic-export every 5 s after a load of 100 kW is
 * 54.3 s there and 47.5 s here, in its favour.
 */
import { expect, test } from "vitest";
import { feedForward, openDynamicExport, openems } from "./no-export-peers.ts";
import { type Site, type Subject, simulate } from "./no-export-plant.ts";

const site: Site = {
  units: [{ rated: 10_000, dead: 1, response: { kind: "first-order", time: 2 } }],
  load: () => 0,
  sun: () => 10_000,
  meter: { period: 0.01, lag: 0.5, noise: 0 },
  telemetry: { period: 0.01, lag: 0.5, told: false },
  bus: 0,
  cycle: 0.2,
};
const AT = 100;
const drop = (from: number, to: number) => (at: number) => (at < AT ? from : to);
const run = { warmUp: AT, seconds: 180, stepS: 0.01 };

/** Mean over where in the cycle of 1 s the drop falls. */
function meanOf(subject: Subject, over: Partial<Site>, cycle = 1) {
  const shifts = [0, 0.25, 0.5, 0.75].map((part) => part * cycle);
  const scores = shifts.map((shift) => {
    const load = over.load ?? site.load;
    return simulate({ ...site, ...over, cycle: Math.min(cycle, 1), load: (at) => load(at - shift) }, subject, run);
  });
  const mean = (of: (score: (typeof scores)[number]) => number) =>
    scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return {
    settledS: mean(({ settledS }) => settledS),
    overS: mean(({ overS }) => overS),
    exportedWh: mean(({ exportedWh }) => exportedWh),
    rippleW: mean(({ rippleW }) => rippleW),
  };
}

function near(value: number, expected: number, within: number): void {
  expect(Math.abs(value - expected), `${value} instead of ${expected}`).toBeLessThanOrEqual(within);
}

test.each([
  ["openems", openems, drop(9_000, 1_000), 13.9, 15],
  ["openems, 100 kW before", openems, drop(100_000, 1_000), 24.8, 42.9],
  ["openems, small", openems, drop(5_000, 4_000), 5.2, undefined],
  ["open-dynamic-export", openDynamicExport(), drop(9_000, 1_000), 14.1, 17],
  ["open-dynamic-export at 5 s", openDynamicExport(5), drop(9_000, 1_000), 44.3, 56.7],
  ["feed-forward", feedForward(1, 0, "plain"), drop(9_000, 1_000), 9.2, 8.9],
  ["feed-forward, 100 kW before", feedForward(1, 0, "plain"), drop(100_000, 1_000), 9.5, 10],
  ["feed-forward, small", feedForward(1, 0, "plain"), drop(5_000, 4_000), 5.2, undefined],
] as const)("%s is over the limit for as long as its formula was seen to be", (name, subject, load, overS, wh) => {
  const score = meanOf(subject, { load }, name.includes("5 s") ? 5 : 1);
  near(score.overS, overS, Math.max(1, 0.15 * overS));
  if (wh !== undefined) near(score.exportedWh, wh, 0.15 * wh);
});

const skewed = (lag: number): Partial<Site> => ({
  units: [{ rated: 10_000, dead: 1, response: { kind: "first-order", time: 1 } }],
  telemetry: { period: 0.01, lag: site.meter.lag + lag, told: false },
  load: drop(9_000, 4_000),
});

test.each([
  [0, 5.1],
  [0.5, 9.5],
  [1, 17.2],
])("feed-forward on a PV reading that is %d s older than the grid settles in about %d s", (lag, settledS) => {
  near(meanOf(feedForward(1, 0, "plain"), skewed(lag)).settledS, settledS, Math.max(1, 0.2 * settledS));
});

test.each([2, 3])("feed-forward on a PV reading that is %d s older than the grid never settles", (lag) => {
  expect(meanOf(feedForward(1, 0, "plain"), skewed(lag)).rippleW).toBeGreaterThan(1_000);
});
