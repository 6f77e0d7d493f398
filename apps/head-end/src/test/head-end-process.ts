/** A head-end as a process of its own, so that a test can kill it. Says where it listens, then runs until it is told to stop. */
import { nodeClock, nodeLog, nodeTimers } from "@csj/runtime/node";
import { startHeadEnd } from "../head-end.ts";

const [database = "", port = "0", code = "enrolment-code"] = process.argv.slice(2);
const headEnd = await startHeadEnd({
  config: { database, broker_port: Number(port), http: { port: 0 }, enrolment: { codes: [code] } },
  clock: nodeClock(),
  timers: nodeTimers,
  log: nodeLog("error"),
});
process.stdout.write(`${JSON.stringify({ url: headEnd.url, broker: headEnd.broker })}\n`);
process.once("SIGTERM", () => void headEnd.stop());
