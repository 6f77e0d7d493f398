/** Makes the history of all homes, as many at once as there are cores to spare. */
import { Worker } from "node:worker_threads";
import { errors } from "../errors.ts";
import type { HistoryResult, HistoryTask } from "./history-worker.ts";

/** The built file: a worker thread loads no TypeScript. */
const WORKER = new URL("../../dist/demo/history-worker.js", import.meta.url);

export interface HistoryOptions {
  readonly threads: number;
  /** Ends the threads where they are. */
  readonly signal: AbortSignal;
  /** Called as each home is ready. */
  onDone(result: HistoryResult): void;
}

/** Runs the tasks over threads that stay warm from one to the next. */
export async function makeHistories(tasks: readonly HistoryTask[], options: HistoryOptions): Promise<void> {
  const waiting = [...tasks];
  const runs = Array.from({ length: Math.min(options.threads, tasks.length) }, () => runThread(waiting, options));
  await Promise.all(runs);
}

function runThread(waiting: HistoryTask[], { signal, onDone }: HistoryOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER);
    const end = () => void worker.terminate().then(() => resolve());
    signal.addEventListener("abort", end, { once: true });
    const next = () => {
      const task = waiting.shift();
      if (task === undefined || signal.aborted) end();
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
