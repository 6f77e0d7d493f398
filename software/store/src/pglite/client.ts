/** The asking side of PGlite: one worker thread, one session, statements in order. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { lockFolder } from "@csj/runtime/folder";
import { copyStatement, type Database, type Param, type Queries, type Result, within } from "../database.ts";
import { errors } from "../errors.ts";
import { failed } from "../failed.ts";
import { Turns } from "../turns.ts";
import { textOf } from "../values.ts";
import type { Reply, Request, WorkerData } from "./protocol.ts";

/** Built code in both cases: a worker thread cannot be started from TypeScript. */
const WORKER = new URL("../../dist/pglite/worker.js", import.meta.url);

export interface PgliteDatabase extends Database {
  /** How often a file was forced to the disk since the start. */
  syncs(): Promise<number>;
}

export async function openPglite(folder: string): Promise<PgliteDatabase> {
  const lock = lockFolder(folder);
  try {
    const data = join(folder, "pg");
    if (!existsSync(join(data, "PG_VERSION"))) await createData(data);
    const thread = await Thread.start({ folder: data, mode: "serve" });
    return databaseOf(thread, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Made beside its place and moved there when it is whole: one that was cut off is made again. */
async function createData(folder: string): Promise<void> {
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true, mode: 0o700 });
  const thread = await Thread.start({ folder: making, mode: "create" });
  await thread.ended;
  renameSync(making, folder);
}

type Body = Request extends infer One ? (One extends { id: number } ? Omit<One, "id"> : never) : never;

class Thread {
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  #next = 1;
  #over = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.ended = new Promise((resolve) => worker.once("exit", () => resolve()));
    worker.on("message", (reply: Reply) => this.#answered(reply));
    worker.on("error", (error) => this.#end(error));
    worker.on("exit", () => this.#end(undefined));
  }

  /** Resolves when the database answers. */
  static async start(data: WorkerData): Promise<Thread> {
    const thread = new Thread(new Worker(WORKER, { workerData: data, execArgv: [] }));
    await thread.#expect(0);
    return thread;
  }

  async ask(body: Body, moved: readonly ArrayBuffer[] = []): Promise<Reply> {
    if (this.#over) throw errors.STORE_CLOSED("The database's thread has ended.");
    const id = this.#next++;
    const answer = this.#expect(id);
    this.#worker.postMessage({ ...body, id } as Request, moved);
    const reply = await answer;
    if (reply.failure !== undefined) throw failed(reply.failure.state, reply.failure.says);
    return reply;
  }

  #expect(id: number): Promise<Reply> {
    return new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
  }

  #answered(reply: Reply): void {
    this.#open.get(reply.id)?.resolve(reply);
    this.#open.delete(reply.id);
  }

  #end(cause: Error | undefined): void {
    this.#over = true;
    for (const { reject } of this.#open.values()) {
      reject(errors.STORE_CLOSED(`The database's thread ended${cause ? `: ${cause.message}` : "."}`, undefined, cause));
    }
    this.#open.clear();
  }
}

function databaseOf(thread: Thread, release: () => void): PgliteDatabase {
  const turns = new Turns();
  const direct = queriesOf(thread);
  return {
    engine: "pglite",
    query: (sql, params) => turns.take(() => direct.query(sql, params)),
    script: (sql) => turns.take(() => direct.script(sql)),
    copyIn: (table, columns, rows) => turns.take(() => direct.copyIn(table, columns, rows)),
    transaction: (work) => turns.take(() => within(direct, work)),
    syncs: async () => (await thread.ask({ op: "syncs" })).count ?? 0,
    close: () =>
      turns.take(async () => {
        await thread.ask({ op: "close" });
        await thread.ended;
        release();
      }),
  };
}

function queriesOf(thread: Thread): Queries {
  return {
    async query<Row extends object>(sql: string, params: readonly Param[] = []): Promise<Result<Row>> {
      const reply = await thread.ask({ op: "query", sql, params: params.map(textOf) });
      return { rows: (reply.rows ?? []) as Row[], count: reply.count ?? 0 };
    },
    async script(sql) {
      await thread.ask({ op: "script", sql });
    },
    async copyIn(table, columns, rows) {
      const sql = copyStatement(table, columns, "'/dev/blob'");
      return (await thread.ask({ op: "copy", sql, rows }, [rows.buffer])).count ?? 0;
    },
  };
}
