// Stores one boundary after another, and says each one that is stored, until it is killed. Runs on the built package.
import { createWriteStream } from "node:fs";
import { nodeDigest, nodeSigner } from "@csj/runtime/node";
import { openOutbox } from "../../dist/outbox/outbox.js";

const { path, key, device, gateway, from } = JSON.parse(process.argv[2]);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const outbox = openOutbox({
  path,
  key,
  log: silent,
  newEpoch: () => 1,
  gateway,
  digest: nodeDigest,
  signer: nodeSigner(device),
});
const out = createWriteStream("", { fd: 1 });
const last = outbox.latestBoundary("meter");
const step = 300_000;
for (let at = last === undefined ? from : last + step; ; at += step) {
  const count = (at - from) / step;
  const read = { unit: "Wh", perCount: 1, digits: 9, step: 1, count, measuredAt: at, series: 0 };
  outbox.store(
    [
      {
        meter: "meter",
        at,
        channels: new Map([
          ["import", read],
          ["export", read],
        ]),
      },
    ],
    at,
  );
  outbox.derive([{ id: "meter", interval: 300 }], at);
  const waiting = outbox.waitingMessages(0, 4).map(({ seq }) => seq);
  outbox.confirm(waiting.slice(1), at);
  await new Promise((resolve) => out.write(`${at}\n`, resolve));
}
