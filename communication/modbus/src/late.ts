/**
 * Which answers a device on a serial line may still owe. RTU frames carry no transaction id, so an answer that comes after
 * its timeout looks like the answer to the next request of the same function and length; two widely used libraries
 * return it as such, which on a meter is a wrong bill. A device answers in the order in which it was asked, so one
 * answer proves that everything asked before it is over. This ledger keeps what is not yet over, per unit.
 */

import { expectedLength } from "./answer-codec.ts";
import { isWrite, type Request } from "./pdu.ts";

/** What tells two answers of one unit apart: the function and, where words come back, the length. */
export type Shape = number;

const SHAPES_PER_FUNCTION = 1024;

export function shapeOf(request: Request): Shape {
  const fixed = isWrite(request) && request.function !== 23;
  return request.function * SHAPES_PER_FUNCTION + (fixed ? 0 : expectedLength(request));
}

/** The shape of a good answer that came unasked. */
export function shapeOfAnswer(code: number, pduLength: number): Shape {
  const fixed = code === 5 || code === 6 || code === 15 || code === 16 || code === 22 || code === 43;
  return code * SHAPES_PER_FUNCTION + (fixed ? 0 : pduLength);
}

/** No device is thought to answer later than this. */
const LATEST_ANSWER_MS = 60_000;
const EXCEPTION_BIT = 0x80;

interface Owed {
  readonly shape: Shape;
  /** Sequence numbers of the first and the last request of this shape that may still be answered. */
  first: number;
  last: number;
  sentAt: number;
}

export class LateLedger {
  #owed: Owed[] = [];

  get empty(): boolean {
    return this.#owed.length === 0;
  }

  owes(shape: Shape): boolean {
    return this.#find(shape) !== undefined;
  }

  /** True if an answer of shape `probe`, asked now, would prove that none of `shape` is still to come. */
  wouldSettle(probe: Shape, shape: Shape): boolean {
    const before = this.#find(probe);
    const wanted = this.#find(shape);
    return probe !== shape && (before === undefined || wanted === undefined || before.first > wanted.last);
  }

  add(shape: Shape, sequence: number, now: number): void {
    const known = this.#find(shape);
    if (known === undefined) this.#owed.push({ shape, first: sequence, last: sequence, sentAt: now });
    else {
      known.last = sequence;
      known.sentAt = now;
    }
  }

  /** An answer of this shape came; false if none was owed. It can be the first one's, so only what is older is over. */
  answered(shape: Shape): boolean {
    const known = this.#find(shape);
    if (known === undefined) return false;
    this.passed(known.first);
    return true;
  }

  /** An exception answer names only the function; false if none of it was owed. */
  refused(code: number): boolean {
    let first = Number.POSITIVE_INFINITY;
    for (const owed of this.#owed) {
      if (Math.floor(owed.shape / SHAPES_PER_FUNCTION) === code) first = Math.min(first, owed.first);
    }
    if (first === Number.POSITIVE_INFINITY) return false;
    this.passed(first);
    return true;
  }

  /** Everything up to this request is over: answered, or never to be. */
  passed(sequence: number): void {
    this.#owed = this.#owed.filter((owed) => owed.last > sequence);
    for (const owed of this.#owed) owed.first = Math.max(owed.first, sequence + 1);
  }

  /** Forgets what was asked so long ago that no device can still be working on it. */
  expire(before: number): void {
    this.#owed = this.#owed.filter((owed) => owed.sentAt >= before);
  }

  #find(shape: Shape): Owed | undefined {
    return this.#owed.find((owed) => owed.shape === shape);
  }
}

/** The ledgers of all units on a line; a unit that owes nothing has none. */
export class LateLedgers {
  readonly #units = new Map<number, LateLedger>();

  /** The unit's ledger, if an answer of this shape could be taken for one that it owes. */
  owing(unit: number, request: Request, now: number): LateLedger | undefined {
    const ledger = this.#units.get(unit);
    if (ledger === undefined) return undefined;
    ledger.expire(now - LATEST_ANSWER_MS);
    return ledger.owes(shapeOf(request)) ? ledger : undefined;
  }

  unanswered(unit: number, request: Request, sequence: number, now: number): void {
    let ledger = this.#units.get(unit);
    if (ledger === undefined) {
      ledger = new LateLedger();
      this.#units.set(unit, ledger);
    }
    ledger.add(shapeOf(request), sequence, now);
  }

  /** A good answer to this request came. True if it can be an earlier one's as well; then this one is still owed. */
  answered(unit: number, request: Request, sequence: number, now: number): boolean {
    const ledger = this.#units.get(unit);
    if (ledger === undefined) return false;
    const shape = shapeOf(request);
    const doubtful = ledger.owes(shape);
    if (doubtful) {
      ledger.add(shape, sequence, now);
      ledger.answered(shape);
    } else ledger.passed(sequence);
    this.#tidy(unit, ledger);
    return doubtful;
  }

  /** The same for an exception answer, which names the function only. */
  refused(unit: number, request: Request, sequence: number, now: number): boolean {
    const ledger = this.#units.get(unit);
    if (ledger === undefined) return false;
    const doubtful = ledger.refused(request.function);
    if (doubtful) ledger.add(shapeOf(request), sequence, now);
    else ledger.passed(sequence);
    this.#tidy(unit, ledger);
    return doubtful;
  }

  /** A good frame that nobody waits for. True if it was owed. */
  late(unit: number, code: number, pduLength: number): boolean {
    const ledger = this.#units.get(unit);
    if (ledger === undefined) return false;
    const owed =
      code > EXCEPTION_BIT ? ledger.refused(code - EXCEPTION_BIT) : ledger.answered(shapeOfAnswer(code, pduLength));
    this.#tidy(unit, ledger);
    return owed;
  }

  #tidy(unit: number, ledger: LateLedger): void {
    if (ledger.empty) this.#units.delete(unit);
  }
}

/** How many probes of different length are thought of; beyond that only time settles what is owed. */
const PROBE_SHAPES_MAX = 8;

/**
 * A harmless read whose answer cannot be taken for one that is owed, and which therefore settles what is. It reads at the
 * request's own address, and first fewer registers than it, by two where that is possible: many meters refuse half a
 * value.
 */
export function probeFor(request: Request, ledger: LateLedger): Request | undefined {
  const shape = shapeOf(request);
  return probes(request).find((probe) => ledger.wouldSettle(shapeOf(probe), shape));
}

function probes(request: Request): Request[] {
  if (request.function === 1 || request.function === 2) {
    const code = request.function;
    const max = Math.min(2000, 65_536 - request.address);
    return steps(request.count, [-8, 8, -16, 16, -24, 24, -32, 32], max).map((count) => ({
      ...request,
      function: code,
      count,
    }));
  }
  const address = "address" in request ? request.address : 0;
  const own = request.function === 3 || request.function === 4;
  const count = own ? request.count : 1;
  const offsets = own ? readSteps(count) : [0, 1, 3, 5, 7, 2, 4, 6];
  const max = Math.min(125, 65_536 - address);
  return steps(count, offsets, max).map((wanted) => ({ function: own ? request.function : 3, address, count: wanted }));
}

function readSteps(count: number): readonly number[] {
  return count % 2 === 0 ? [-2, 2, -4, 4, -1, 1, -3, 3] : [-1, 1, -2, 2, -3, 3, -4, 4];
}

function steps(count: number, offsets: readonly number[], max: number): number[] {
  const wanted = offsets.map((offset) => count + offset).filter((sum) => sum >= 1 && sum <= max);
  return wanted.slice(0, PROBE_SHAPES_MAX);
}
