/**
 * Where the cases of the no-export campaign run: one after the other in this thread, or in worker threads, each of which
 * has one case at a time. A case depends on nothing but itself, so the results are the same for any number of threads.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { plantOf } from "./no-export-plants.ts";
import { type RunOptions, type RunResult, runFaults } from "./no-export-run.ts";

/** Plain data, so that it can be sent and written down. */
export interface Task extends Omit<RunOptions, "site"> {
  /** Its id. */
  readonly site: string;
}

export interface Pool {
  run(task: Task): Promise<RunResult>;
  close(): Promise<void>;
}

/** More threads than this gain nothing on any machine that this was tried on. */
export const JOBS_MAX = 64;

/** Also from the sources: threads run what is built. */
const WORKER = new URL("../dist/no-export-worker.js", import.meta.url);

/** @param jobs 1 for this thread */
export function openPool(jobs: number): Pool {
  return jobs > 1 ? threads(Math.min(jobs, JOBS_MAX)) : oneAfterTheOther();
}

function oneAfterTheOther(): Pool {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: ({ site, ...task }) => {
      const result = last.then(() => runFaults({ ...task, site: plantOf(site) }));
      last = result.catch(() => undefined);
      return result;
    },
    close: async () => {
      await last;
    },
  };
}

type Answer = { readonly result: RunResult; readonly error?: never } | { readonly error: string };

/** As many waiting cases as the caller has asked for: at most the moments of one fault. */
function threads(jobs: number): Pool {
  const free = Array.from({ length: jobs }, () => new Worker(WORKER, { execArgv: [] }));
  const all = [...free];
  const waiting: ((worker: Worker) => void)[] = [];
  const take = async () => free.pop() ?? (await new Promise<Worker>((resolve) => waiting.push(resolve)));
  const give = (worker: Worker) => {
    const next = waiting.shift();
    if (next === undefined) free.push(worker);
    else next(worker);
  };
  return {
    run: async (task) => {
      const worker = await take();
      try {
        worker.postMessage(task);
        const [answer] = (await once(worker, "message")) as [Answer];
        if (answer.error !== undefined) throw new Error(`seed ${task.seed}: ${answer.error}`);
        return answer.result;
      } finally {
        give(worker);
      }
    },
    close: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
