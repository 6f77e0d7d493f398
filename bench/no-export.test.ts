/** What the bench is for, held for each scenario: near the oracle on export and on lost PV, still, and never behind a peer on both. */
import { expect, test } from "vitest";
import { meets, ripplesLittle, scored } from "./no-export.ts";
import { csj } from "./no-export-csj.ts";
import { oracle } from "./no-export-oracle.ts";
import { peers } from "./no-export-peers.ts";
import type { Score } from "./no-export-plant.ts";
import { scenarios } from "./no-export-scenarios.ts";

const told = ({ exportedWh, lostWh }: Score) => `${exportedWh.toFixed(2)} Wh exported, ${lostWh.toFixed(1)} Wh lost`;

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_name, scenario) => {
  const [ours, best] = [scored(scenario, csj), scored(scenario, oracle)];
  expect(meets(ours, best), `${told(ours)}; the oracle ${told(best)}`).toBe(true);
  expect(ripplesLittle(ours, scenario), `${ours.rippleW} W of ripple`).toBe(true);
  for (const peer of peers) {
    const theirs = scored(scenario, peer);
    const isBehind = theirs.exportedWh < ours.exportedWh && theirs.lostWh < ours.lostWh;
    expect(isBehind, `${peer.name} has ${told(theirs)}; ours ${told(ours)}`).toBe(false);
  }
});
