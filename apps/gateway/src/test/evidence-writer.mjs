// Writes a log of evidence as fast as it can, with an excursion every few cycles, until it is killed. Says each number
// that was written. Runs on the built package.
import { writeSync } from "node:fs";
import { nodeDigest, nodeSigner } from "@csj/runtime/node";
import { openEvidence } from "../../dist/evidence/evidence.js";

const { folder, device, from, budget } = JSON.parse(process.argv[2]);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let now = from;
const clock = { now: () => now, monotonic: () => now - from, trusted: () => true };
const evidence = openEvidence({
  folder,
  site: "site-01",
  signer: nodeSigner(device),
  digest: nodeDigest,
  clock,
  log: silent,
  budgetBytes: budget,
});
for (let cycle = 0; ; cycle += 1) {
  now += 1000;
  const exporting = cycle % 40 === 7;
  evidence.cycle({
    now: now - from,
    wall: now,
    gridW: exporting ? -900 : 20,
    gridAt: now - from,
    pvW: 2000,
    pvAt: now - from,
    limitW: 2000,
    allowedW: 0,
    origin: "installer",
    mode: "normal",
    reason: "following-load",
    units: [{ id: "inverter", limitW: 2000, outputW: 2000, heldW: 2000, state: "ok" }],
  });
  writeSync(1, `${evidence.health.seq}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
