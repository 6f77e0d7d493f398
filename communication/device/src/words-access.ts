/**
 * A device that is nothing but words, for tests and for trying a profile without a bus. It answers only what it was given:
 * a request that touches another register is refused, as a meter refuses it.
 */
import type { Answer, ReadRequest, RegisterAccess, WriteRequest } from "@csj/modbus";
import type { Instant, Millis } from "@csj/quantity";
import { errors } from "./errors.ts";

export class WordsAccess implements RegisterAccess {
  readonly #words = new Map<string, number>();
  #now = 0;
  /** What was asked, oldest first. */
  readonly reads: ReadRequest[] = [];
  readonly writes: WriteRequest[] = [];

  set(table: 3 | 4, address: number, words: readonly number[]): this {
    for (const [at, word] of words.entries()) this.#words.set(`${table}:${address + at}`, word);
    return this;
  }

  /** The moment, wall and monotonic, at which following answers arrive. */
  at(now: number): this {
    this.#now = now;
    return this;
  }

  /** The words without a request; undefined where one of them is not there. */
  peek(table: 3 | 4, address: number, count: number): Uint16Array | undefined {
    const words = new Uint16Array(count);
    for (let at = 0; at < count; at += 1) {
      const word = this.#words.get(`${table}:${address + at}`);
      if (word === undefined) return undefined;
      words[at] = word;
    }
    return words;
  }

  async read(request: ReadRequest): Promise<Answer> {
    this.reads.push(request);
    const { address, count } = request;
    const words = this.peek(request.function, address, count);
    if (words === undefined)
      throw errors.DEVICE_WORDS(`Not all of the registers ${address} to ${address + count - 1} are there.`);
    return { words, receivedAt: this.#now as Instant, receivedMonotonic: this.#now as Millis };
  }

  async write(request: WriteRequest): Promise<void> {
    this.writes.push(request);
    this.set(3, request.address, request.words);
  }
}
