/** Makes the history of all homes, as many at once as there are cores to spare. */
import { Worker } from "node:worker_threads";
import { errors } from "../errors.ts";
import type { HistoryResult, HistoryTask } from "./history-worker.ts";

/** The built file: a worker thread loads no TypeScript. */
const WORKER = new URL("../../dist/demo/history-worker.js", import.meta.url);

/** Runs the tasks over `threads` threads, which stay warm; `onDone` is called as each home is ready. */
export async function makeHistories(
  tasks: readonly HistoryTask[],
  threads: number,
  onDone: (result: HistoryResult) => void,
): Promise<void> {
  const waiting = [...tasks];
  const runs = Array.from({ length: Math.min(threads, tasks.length) }, () => runThread(waiting, onDone));
  await Promise.all(runs);
}

function runThread(waiting: HistoryTask[], onDone: (result: HistoryResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER);
    const next = () => {
      const task = waiting.shift();
      if (task === undefined) void worker.terminate().then(() => resolve());
      else worker.postMessage(task);
    };
    worker.on("message", (result: HistoryResult) => {
      onDone(result);
      next();
    });
    worker.once("error", (cause) => {
      waiting.length = 0;
      reject(errors.DEMO_HISTORY_FAILED(`A home has no history: ${String(cause)}.`, undefined, cause));
    });
    next();
  });
}
