/** One of the threads that take messages in: its own session, its own keys, messages in the order in which they came. */
import { parentPort, workerData } from "node:worker_threads";
import { Instant } from "@csj/quantity";
import { nodeDigest, nodeVerifier } from "@csj/runtime/node";
import { openDatabase } from "@csj/store";
import { Ingest } from "./ingest.ts";
import { KeyRing } from "./keys.ts";
import {
  packOutcomes,
  type ThreadData,
  type ThreadReply,
  type ThreadRequest,
  unpackMessages,
} from "./thread-protocol.ts";

const port = parentPort;
if (port === null) throw new Error("started as a thread only");
const say = (reply: ThreadReply, moved: readonly ArrayBuffer[] = []) => port.postMessage(reply, moved);

const { address, agreementPem } = workerData as ThreadData;
const database = await openDatabase(address);
const keys = new KeyRing(database, agreementPem);
/** Of the head-end's clock, as it was told last. */
let now = Instant(0);
const clock = { now: () => now };
const ingest = new Ingest({ database, keys, digest: nodeDigest, verifier: nodeVerifier(), clock });

port.on("message", (request: ThreadRequest) => {
  if (request.op === "forget") keys.forget(request.gateway);
  else if (request.op === "close") void database.close().then(() => port.close());
  else void take(request);
});
say({ id: 0 });

async function take(request: Extract<ThreadRequest, { op: "take" }>): Promise<void> {
  const { id } = request;
  now = request.now;
  try {
    const outcomes = packOutcomes(await ingest.take(unpackMessages(request.messages)));
    say({ id, outcomes }, [outcomes.stored.buffer as ArrayBuffer]);
  } catch (error) {
    say({ id, failure: String(error) });
  }
}
