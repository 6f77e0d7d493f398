/**
 * Reads that go on where they stopped. Asking a device what it is takes a dozen requests; on a line that loses half of the
 * answers, a dozen in a row never come back, though each would within a few tries. So a lost answer ends a try, what came
 * before it is kept for the next, and a try that got something new is followed by another at once. A silent device costs
 * its caller one timeout, as before.
 */
import { type CodedError, isCoded } from "@csj/fault";
import type { Answer, ReadRequest, RegisterAccess, WriteRequest } from "@csj/modbus";

/** Tries of one attempt: so many timeouts a device that answers now and then may cost its caller. */
const TRIES_MAX = 3;
/** Tries in a row without a new answer, after which the device may have become another one. */
const BARREN_MAX = 5;

export class ResumedReads implements RegisterAccess {
  readonly #access: RegisterAccess;
  /** What the device said; that it refused is an answer as well. */
  readonly #answers = new Map<string, Answer | CodedError>();
  #barren = 0;

  constructor(access: RegisterAccess) {
    this.#access = access;
  }

  /** Runs a series of reads. What it read is kept only where it ends by a failure of the wire. */
  async attempt<Result>(series: () => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      const before = this.#answers.size;
      try {
        const result = await series();
        this.#forget();
        return result;
      } catch (error) {
        const progress = this.#answers.size > before;
        this.#failed(error, progress);
        if (!ofTheWire(error) || !progress || tries === TRIES_MAX) throw error;
      }
    }
  }

  async read(request: ReadRequest): Promise<Answer> {
    const key = `${request.unit}:${request.function}:${request.address}:${request.count}`;
    const kept = this.#answers.get(key);
    if (kept === undefined) return this.#ask(request, key);
    if (kept instanceof Error) throw kept;
    return kept;
  }

  write(request: WriteRequest): Promise<void> {
    return this.#access.write(request);
  }

  async #ask(request: ReadRequest, key: string): Promise<Answer> {
    try {
      const answer = await this.#access.read(request);
      this.#answers.set(key, answer);
      return answer;
    } catch (error) {
      if (isCoded(error) && error.entry.fault === "device") this.#answers.set(key, error);
      throw error;
    }
  }

  #failed(error: unknown, progress: boolean): void {
    this.#barren = progress ? 0 : this.#barren + 1;
    if (!ofTheWire(error) || this.#barren >= BARREN_MAX) this.#forget();
  }

  #forget(): void {
    this.#answers.clear();
    this.#barren = 0;
  }
}

function ofTheWire(error: unknown): boolean {
  return isCoded(error) && error.entry.fault === "wire";
}
