/** Makes the history of all homes, as many at once as there are cores to spare. */
import { Worker } from "node:worker_threads";
import { errors } from "../errors.ts";
import type { HistoryResult, HistoryTask } from "./history-worker.ts";

/** The built file: a worker thread loads no TypeScript. */
const WORKER = new URL("../../dist/demo/history-worker.js", import.meta.url);

/** Runs the tasks over `threads` threads; `onDone` is called as each home is ready. */
export async function makeHistories(
  tasks: readonly HistoryTask[],
  threads: number,
  onDone: (result: HistoryResult, index: number) => void,
): Promise<void> {
  const waiting = [...tasks];
  const worker = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      onDone(await runTask(task), task.index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, worker));
}

function runTask(task: HistoryTask): Promise<HistoryResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: task });
    worker.once("message", resolve);
    worker.once("error", (cause) => {
      reject(errors.DEMO_HISTORY_FAILED(`Home ${task.index + 1} has no history: ${String(cause)}.`, undefined, cause));
    });
    worker.once("exit", (code) => {
      if (code !== 0) reject(errors.DEMO_HISTORY_FAILED(`The thread of home ${task.index + 1} ended with ${code}.`));
    });
  });
}
