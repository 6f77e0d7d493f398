/** The way out of a server: what leaves for a request, when, and in which order. */
import { Millis } from "@csj/quantity";
import type { ByteLink, Cancel, Timers } from "@csj/runtime";
import { joined } from "./batch.ts";
import type { Request } from "./pdu.ts";

/** Answers that wait for a slow device; a request beyond that is lost, as it is in a device with a small buffer. */
const WAITING_MAX = 64;

export interface ServedRequest {
  readonly unit: number;
  /** Undefined where the request could not be read. */
  readonly request: Request | undefined;
}

export interface DelayedBytes {
  readonly bytes: Uint8Array;
  /** Milliseconds after the device took the request up. */
  readonly delay: number;
}

/** What really leaves for a request whose right answer is `answer`, a whole frame: nothing, something else, or later. */
export type AnswerFilter = (request: ServedRequest, answer: Uint8Array) => readonly DelayedBytes[];

interface Waiting {
  readonly frame: Uint8Array;
  /** After the piece before it has left. */
  readonly pause: number;
}

/** A device does one thing at a time: an answer that takes long holds up those behind it, and none overtakes another. */
export class Sender {
  readonly #link: ByteLink;
  readonly #timers: Timers | undefined;
  readonly #filter: AnswerFilter | undefined;
  readonly #waiting: Waiting[] = [];
  #batch: Uint8Array[] = [];
  #pausing: Cancel | undefined;

  constructor(link: ByteLink, timers: Timers | undefined, filter: AnswerFilter | undefined) {
    this.#link = link;
    this.#timers = timers;
    this.#filter = filter;
  }

  answer(served: ServedRequest, frame: Uint8Array, latency: number): void {
    if (this.#filter === undefined) {
      this.#put(frame, latency);
      return;
    }
    let passed = 0;
    for (const { bytes, delay } of this.#filter(served, frame)) {
      const at = latency + delay;
      this.#put(bytes, Math.max(0, at - passed));
      passed = Math.max(passed, at);
    }
  }

  /** Everything that can leave at once leaves in one write. */
  flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#link.send(joined(batch));
  }

  stop(): void {
    this.#pausing?.();
    this.#pausing = undefined;
    this.#waiting.length = 0;
    this.#batch = [];
  }

  #put(frame: Uint8Array, pause: number): void {
    const free = this.#pausing === undefined;
    if (free && (pause <= 0 || this.#timers === undefined)) this.#batch.push(frame);
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push({ frame, pause });
    if (free) this.#next();
  }

  #next(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    this.#pausing = this.#timers?.after(Millis(first.pause), () => {
      this.#pausing = undefined;
      this.#waiting.shift();
      this.#link.send(first.frame);
      this.#next();
    });
  }
}
