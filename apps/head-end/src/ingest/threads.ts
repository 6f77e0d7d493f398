/**
 * Several threads that take messages in. A gateway's messages always go to the same one, so that its day and the
 * half-hours of that day are never stored at the same time, and two deliveries of one message meet in one session.
 */
import { Worker } from "node:worker_threads";
import type { Instant } from "@csj/quantity";
import type { Clock } from "@csj/runtime";
import { errors } from "../errors.ts";
import type { Incoming, Outcome, Taker } from "./outcome.ts";
import {
  packMessages,
  type ThreadData,
  type ThreadReply,
  type ThreadRequest,
  unpackOutcomes,
} from "./thread-protocol.ts";

/** Built code in every case: a worker thread cannot be started from TypeScript. */
const WORKER = new URL("../../dist/ingest/thread.js", import.meta.url);

export class IngestThreads implements Taker {
  readonly #threads: readonly Thread[];
  readonly #clock: Pick<Clock, "now">;

  private constructor(threads: readonly Thread[], clock: Pick<Clock, "now">) {
    this.#threads = threads;
    this.#clock = clock;
  }

  /** Resolves when each thread has its session. */
  static async start(count: number, data: ThreadData, clock: Pick<Clock, "now">): Promise<IngestThreads> {
    const threads = Array.from({ length: count }, () => new Thread(data));
    const ready = await Promise.allSettled(threads.map((thread) => thread.ready));
    const failed = ready.find((one) => one.status === "rejected");
    if (failed !== undefined) {
      await Promise.all(threads.map((thread) => thread.close()));
      throw failed.reason;
    }
    return new IngestThreads(threads, clock);
  }

  async take(messages: readonly Incoming[]): Promise<Outcome[]> {
    const parts = this.#threads.map(() => ({ messages: [] as Incoming[], places: [] as number[] }));
    for (const [at, message] of messages.entries()) {
      const part = parts[threadOf(message.gateway, parts.length)];
      part?.messages.push(message);
      part?.places.push(at);
    }
    const outcomes = new Array<Outcome>(messages.length);
    const now = this.#clock.now();
    const taken = await Promise.all(parts.map((part, at) => this.#threads[at]?.take(part.messages, now)));
    for (const [part, { places }] of parts.entries()) {
      for (const [at, place] of places.entries()) outcomes[place] = taken[part]?.[at] as Outcome;
    }
    return outcomes;
  }

  forget(gateway: string): void {
    this.#threads[threadOf(gateway, this.#threads.length)]?.forget(gateway);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

function threadOf(gateway: string, threads: number): number {
  let sum = 0;
  for (let at = 0; at < gateway.length; at += 1) sum = (sum * 31 + gateway.charCodeAt(at)) >>> 0;
  return sum % threads;
}

class Thread {
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #open = new Map<number, { resolve: (reply: ThreadReply) => void; reject: (error: Error) => void }>();
  #next = 1;
  #over: Error | undefined;

  constructor(workerData: ThreadData) {
    this.#worker = new Worker(WORKER, { workerData, execArgv: [] });
    this.ready = this.#expect(0);
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.on("message", (reply: ThreadReply) => this.#answered(reply));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(errors.HEADEND_INGEST_ENDED("A thread that stores messages has ended.")));
  }

  async take(messages: readonly Incoming[], now: Instant): Promise<Outcome[]> {
    if (messages.length === 0) return [];
    if (this.#over !== undefined) throw this.#over;
    const packed = packMessages(messages);
    const id = this.#next++;
    const answer = this.#expect(id);
    this.#post({ op: "take", id, now, messages: packed }, [packed.bytes.buffer, packed.ends.buffer as ArrayBuffer]);
    const { outcomes, failure } = await answer;
    if (outcomes === undefined) throw new Error(failure);
    return unpackOutcomes(outcomes);
  }

  forget(gateway: string): void {
    this.#post({ op: "forget", gateway });
  }

  async close(): Promise<void> {
    if (this.#over === undefined) this.#post({ op: "close" });
    await this.#ended;
  }

  #post(request: ThreadRequest, moved: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, moved);
  }

  #expect(id: number): Promise<ThreadReply> {
    return new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
  }

  #answered(reply: ThreadReply): void {
    this.#open.get(reply.id)?.resolve(reply);
    this.#open.delete(reply.id);
  }

  #end(cause: Error): void {
    this.#over ??= cause;
    for (const { reject } of this.#open.values()) reject(this.#over);
    this.#open.clear();
  }
}
