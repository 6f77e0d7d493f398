/**
 * A home's thirty days, one home after the other in a thread: the gateway's own code, one cycle a minute, over a wire in memory. What
 * it leaves is a full outbox, which the same gateway sends later as it would after a long outage.
 */
import { parentPort } from "node:worker_threads";
import { checkConfig, createGateway } from "@csj/gateway";
import { ModbusBus } from "@csj/modbus";
import { profile } from "@csj/profiles";
import { type Millis, minutes, seconds } from "@csj/quantity";
import { FakeTime, silentLog } from "@csj/runtime/fake";
import { nodeDigest } from "@csj/runtime/node";
import { memoryLinks, type SavedWorld } from "@csj/world";
import { type DemoPlan, demoSiteConfig, historyStart, pastStreet, planStreet, planWorld } from "./plan.ts";

export interface HistoryTask {
  readonly plan: DemoPlan;
  /** Of the street, from 0. */
  readonly index: number;
  /** The gateway's folder. */
  readonly home: string;
}

export interface HistoryResult {
  readonly site: string;
  readonly saved: SavedWorld;
}

const STEP = minutes(1);
/**
 * Each cycle comes this long after the minute, when every meter has shown what changed at the minute: a limit that were
 * decided just before the change would stand for a whole minute.
 */
const AFTER_MINUTE = seconds(1);

async function makeHistory({ plan, index, home }: HistoryTask): Promise<HistoryResult> {
  const street = pastStreet(planStreet(plan));
  const site = street.sites[index];
  if (site === undefined) throw new Error(`the street has no site ${index}`);
  const world = planWorld(plan, street, [site]);
  const time = new FakeTime(historyStart(plan));
  const gateway = createGateway({
    config: checkConfig(demoSiteConfig(site, { cycleMs: STEP, addressOf: (id) => `tcp://${id}:502` })),
    home,
    clock: time,
    timers: time,
    log: silentLog,
    digest: nodeDigest,
    profileOf: profile,
    accessOf: ({ address }) =>
      new ModbusBus({
        links: memoryLinks(world.device(new URL(address).hostname)),
        framing: "tcp",
        clock: time,
        timers: time,
      }),
    durability: "process",
    evidence: false,
  });
  const goOn = (by: Millis) => {
    time.skip(by);
    world.advance(time.now());
  };
  for (goOn(AFTER_MINUTE); time.now() < plan.born; goOn(STEP)) await gateway.cycle();
  await gateway.stop();
  return { site: site.id, saved: world.save() };
}

const port = parentPort;
port?.on("message", (task: HistoryTask) => {
  makeHistory(task).then(
    (result) => port.postMessage(result),
    // What a listener rejects with would be lost; thrown, it ends the thread with its reason.
    (error: unknown) =>
      setImmediate(() => {
        throw error;
      }),
  );
});
