/** A thread that runs one case of the no-export campaign at a time: a run is one thread's work, and a machine has several. */
import { parentPort } from "node:worker_threads";
import { plantOf } from "./no-export-plants.ts";
import type { Task } from "./no-export-pool.ts";
import { runFaults } from "./no-export-run.ts";

const port = parentPort;
if (port === null) throw new Error("this is a worker's program");
port.on("message", ({ site, ...task }: Task) => {
  runFaults({ ...task, site: plantOf(site) }).then(
    (result) => port.postMessage({ result }),
    (error: unknown) =>
      port.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : `${error}` }),
  );
});
