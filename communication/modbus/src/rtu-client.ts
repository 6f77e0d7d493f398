/**
 * Modbus RTU, client side, on a serial line or through a serial server. One request at a time. What comes is judged by
 * unit, function, length and CRC; whatever cannot be proven to be this request's answer is thrown away and counted.
 *
 * After a request that failed, the line is left quiet for a while, and what comes then is only noted. A request whose
 * answer could be taken for one that is still owed (see late.ts) is preceded by a probe: a read of another length, whose
 * answer proves that the older one is over. A write is sent even if the probe fails, since a limit must go out, but then
 * its echo is not believed.
 */
import type { CodedError } from "@csj/fault";
import { expectedLength, readAnswer } from "./answer-codec.ts";
import { type ClientEvents, type ClientMachine, type Exchange, placeOf } from "./client.ts";
import type { BusCounters } from "./counters.ts";
import { errors } from "./errors.ts";
import { exceptionError } from "./exception.ts";
import { LateLedger, probeFor, type Shape, shapeOf, shapeOfAnswer } from "./late.ts";
import { type AnswerBody, isWrite, type Request } from "./pdu.ts";
import { FrameWindow, rtuAnswerLength, rtuRequest, rtuRequestLength } from "./rtu.ts";

const EXCEPTION_BIT = 0x80;
/** How many times `quiet` a line that never falls silent is waited for. */
const QUIET_TIMES_MAX = 20;
/** Probes before one request; each can find that it was itself mistaken for an older one. */
const PROBES_MAX = 3;
/** No device is thought to answer later than this. */
const LATEST_ANSWER_MS = 60_000;
/** Devices take a broadcast without answering; the specification asks for 100 to 200 ms before the next request. */
const TURNAROUND_MS = 100;

export interface RtuTimes {
  /** Silence that the line is given after a failure. */
  readonly quiet: number;
}

export class RtuClient implements ClientMachine {
  readonly #link: string;
  readonly #quiet: number;
  readonly #events: ClientEvents;
  readonly #counters: BusCounters;
  readonly #window = new FrameWindow();
  readonly #ledgers = new Map<number, LateLedger>();
  #state: "idle" | "waiting" | "quiet" = "idle";
  #exchange: Exchange | undefined;
  /** What is on the wire: the exchange's request, or a probe before it. */
  #asked: Request | undefined;
  #probes = 0;
  #sequence = 0;
  #deadline = Number.POSITIVE_INFINITY;
  #hardDeadline = Number.POSITIVE_INFINITY;
  #lastByteAt = 0;
  #sawBadCrc = false;
  #foreignUnit: number | undefined;

  constructor(link: string, times: RtuTimes, events: ClientEvents, counters: BusCounters) {
    this.#link = link;
    this.#quiet = times.quiet;
    this.#events = events;
    this.#counters = counters;
  }

  ready(): boolean {
    return this.#state === "idle";
  }

  send(exchange: Exchange, now: number): void {
    this.#exchange = exchange;
    this.#probes = 0;
    this.#begin(now);
  }

  wakeAt(): number {
    return this.#deadline;
  }

  tick(now: number): void {
    if (now < this.#deadline) return;
    if (this.#state === "quiet") this.#rest();
    else if (this.#state === "waiting") this.#overdue(now);
  }

  lost(error: CodedError): void {
    const exchange = this.#exchange;
    if (exchange !== undefined && this.#asked !== undefined && exchange.unit !== 0) {
      this.#ledger(exchange.unit).add(shapeOf(this.#asked), this.#sequence, exchange.deadline);
    }
    this.#rest();
    if (exchange !== undefined) this.#events.failed(exchange, error);
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#lastByteAt = now;
    if (this.#state === "quiet") this.#deadline = Math.min(now + this.#quiet, this.#hardDeadline);
    this.#counters.strayBytes += this.#window.push(bytes);
    if (this.#state === "waiting" && this.#whole(now)) return;
    this.#search(now);
  }

  #begin(now: number): void {
    const exchange = this.#exchange!;
    const ledger = this.#ledgers.get(exchange.unit);
    if (ledger === undefined) return this.#transmit(exchange.request, now);
    ledger.expire(now - LATEST_ANSWER_MS);
    if (!ledger.owes(shapeOf(exchange.request))) return this.#transmit(exchange.request, now);
    const probe = this.#probes < PROBES_MAX ? probeFor(exchange.request, ledger) : undefined;
    if (probe !== undefined) {
      this.#probes += 1;
      this.#counters.probes += 1;
      this.#transmit(probe, now);
    } else this.#unsettled(exchange, now);
  }

  #unsettled(exchange: Exchange, now: number): void {
    if (isWrite(exchange.request)) return this.#transmit(exchange.request, now);
    this.#rest();
    const place = { path: placeOf(this.#link, exchange) };
    const what = "The device still owes answers that could be taken for this one, so it was not asked.";
    this.#events.failed(exchange, errors.MODBUS_LATE(what, place));
  }

  #transmit(request: Request, now: number): void {
    const exchange = this.#exchange!;
    this.#asked = request;
    this.#sequence += 1;
    this.#sawBadCrc = false;
    this.#foreignUnit = undefined;
    this.#counters.strayBytes += this.#window.length;
    this.#window.clear();
    this.#state = "waiting";
    this.#deadline = now + (exchange.unit === 0 ? TURNAROUND_MS : exchange.timeout);
    this.#hardDeadline = this.#deadline + exchange.timeout;
    exchange.deadline = this.#deadline;
    if (request === exchange.request) this.#counters.requests += 1;
    this.#events.transmit(rtuRequest(exchange.unit, request));
  }

  /** The usual case, without a search: the window is exactly the answer that was asked for. */
  #whole(now: number): boolean {
    const { bytes, length } = this.#window;
    const asked = this.#asked!;
    if (bytes[0] !== this.#exchange!.unit || bytes[1] !== asked.function) return false;
    if (length !== expectedLength(asked) + 3) return false;
    const found = this.#window.find([rtuAnswerLength], this.#onBad);
    if (found === undefined || found.at !== 0) {
      this.#window.judged = 0;
      return false;
    }
    this.#ours(found.at, found.end, now);
    return true;
  }

  readonly #onBad = (at: number, end: number): void => {
    const exchange = this.#exchange;
    const asked = this.#asked;
    if (exchange === undefined || asked === undefined || this.#state !== "waiting") return;
    const { bytes } = this.#window;
    const code = bytes[at + 1]!;
    const expected = code === asked.function && (end - at === expectedLength(asked) + 3 || asked.function === 43);
    const refused = code === (asked.function | EXCEPTION_BIT);
    if (bytes[at] !== exchange.unit || !(expected || refused)) return;
    this.#sawBadCrc = true;
    this.#deadline = Math.min(this.#deadline, this.#lastByteAt + this.#quiet);
  };

  #search(now: number): void {
    for (;;) {
      const found = this.#window.find([rtuAnswerLength, rtuRequestLength], this.#onBad);
      if (found === undefined) return;
      this.#counters.strayBytes += found.at;
      const { bytes } = this.#window;
      const mine = this.#state === "waiting" && bytes[found.at] === this.#exchange!.unit;
      if (mine && this.#ours(found.at, found.end, now)) return;
      if (!mine) this.#others(found.at, found.end);
      this.#window.drop(found.end);
    }
  }

  /** A good frame that nobody waits for: an answer that is late, or somebody else's traffic. */
  #others(at: number, end: number): void {
    const { bytes } = this.#window;
    const unit = bytes[at]!;
    if (this.#settledBy(unit, bytes[at + 1]!, end - at - 3)) this.#counters.late += 1;
    else {
      this.#counters.foreign += 1;
      this.#foreignUnit = unit;
    }
  }

  #settledBy(unit: number, code: number, pduLength: number): boolean {
    const ledger = this.#ledgers.get(unit);
    if (ledger === undefined) return false;
    const late = code > EXCEPTION_BIT ? ledger.refused(code & 0x7f) : ledger.answered(shapeOfAnswer(code, pduLength));
    if (ledger.empty) this.#ledgers.delete(unit);
    return late;
  }

  /** A good frame of the unit that was asked. True if it ends this request, false if the wait goes on. */
  #ours(at: number, end: number, now: number): boolean {
    const { bytes } = this.#window;
    const unit = this.#exchange!.unit;
    const asked = this.#asked!;
    const code = bytes[at + 1]!;
    const body: AnswerBody | string =
      code === asked.function ? readAnswer(asked, bytes, at + 1, end - 2) : `it is of function ${code}`;
    if (typeof body !== "string") this.#matched(shapeOf(asked), body, now);
    else if (code === (asked.function | EXCEPTION_BIT)) this.#refused(bytes[at + 2]!, now);
    else if (this.#settledBy(unit, code, end - at - 3)) {
      this.#counters.late += 1;
      return false;
    } else if (code !== asked.function) {
      this.#counters.foreign += 1;
      this.#foreignUnit = unit;
      return false;
    } else this.#malformed(body, now);
    return true;
  }

  #matched(shape: Shape, body: AnswerBody, now: number): void {
    const exchange = this.#exchange!;
    const ledger = this.#ledgers.get(exchange.unit);
    const doubtful = ledger?.owes(shape) === true;
    if (ledger !== undefined) this.#settle(ledger, shape, doubtful, now);
    if (this.#asked !== exchange.request) return this.#begin(now);
    if (doubtful) return this.#doubt(exchange, now);
    this.#counters.answers += 1;
    this.#rest();
    this.#events.answered(exchange, body);
  }

  #settle(ledger: LateLedger, shape: Shape, doubtful: boolean, now: number): void {
    if (doubtful) {
      ledger.add(shape, this.#sequence, now);
      ledger.answered(shape);
    } else ledger.passed(this.#sequence);
    if (ledger.empty) this.#ledgers.delete(this.#exchange!.unit);
  }

  #refused(exception: number, now: number): void {
    const exchange = this.#exchange!;
    const asked = this.#asked!;
    const ledger = this.#ledgers.get(exchange.unit);
    const doubtful = ledger?.refused(asked.function) === true;
    if (doubtful) ledger?.add(shapeOf(asked), this.#sequence, now);
    else ledger?.passed(this.#sequence);
    if (ledger?.empty === true) this.#ledgers.delete(exchange.unit);
    if (asked !== exchange.request) return this.#begin(now);
    if (doubtful) return this.#doubt(exchange, now);
    this.#counters.exceptions += 1;
    this.#rest();
    this.#events.failed(exchange, exceptionError(placeOf(this.#link, exchange), exception));
  }

  /** An answer came, but it can be that of an earlier request as well. */
  #doubt(exchange: Exchange, now: number): void {
    this.#counters.late += 1;
    const place = { path: placeOf(this.#link, exchange) };
    const what = "An answer came that can belong to an earlier request, so nothing is known.";
    this.#fail(errors.MODBUS_LATE(what, place), now);
  }

  #malformed(what: string, now: number): void {
    this.#counters.malformed += 1;
    const place = { path: placeOf(this.#link, this.#exchange!) };
    this.#fail(errors.MODBUS_MALFORMED(`The answer is not one to this request: ${what}.`, place), now);
  }

  #overdue(now: number): void {
    const exchange = this.#exchange!;
    if (exchange.unit === 0) {
      this.#rest();
      return this.#events.answered(exchange, undefined);
    }
    const arriving = this.#window.length > 0 && now < this.#lastByteAt + this.#quiet && !this.#sawBadCrc;
    if (arriving && now < this.#hardDeadline) {
      this.#deadline = Math.min(this.#lastByteAt + this.#quiet, this.#hardDeadline);
      return;
    }
    if (this.#asked !== exchange.request && isWrite(exchange.request)) return this.#sendUnbelieved(exchange, now);
    if (this.#sawBadCrc) this.#counters.crcErrors += 1;
    else this.#counters.timeouts += 1;
    this.#fail(this.#silence(exchange), now);
  }

  #sendUnbelieved(exchange: Exchange, now: number): void {
    this.#counters.timeouts += 1;
    this.#ledger(exchange.unit).add(shapeOf(this.#asked!), this.#sequence, now);
    this.#transmit(exchange.request, now);
  }

  #silence(exchange: Exchange): CodedError {
    const place = { path: placeOf(this.#link, exchange) };
    const within = `within ${exchange.timeout} ms`;
    if (this.#sawBadCrc) return errors.MODBUS_CRC("An answer came whose check sum is wrong.", place);
    if (this.#foreignUnit !== undefined) {
      return errors.MODBUS_FOREIGN(
        `No answer ${within}, but one of unit ${this.#foreignUnit} nobody asked for.`,
        place,
      );
    }
    if (this.#window.length === 0) return errors.MODBUS_TIMEOUT(`No answer ${within}.`, place);
    return errors.MODBUS_TRUNCATED(`No whole answer ${within}, only ${this.#window.length} bytes.`, place);
  }

  #fail(error: CodedError, now: number): void {
    const exchange = this.#exchange!;
    this.#ledger(exchange.unit).add(shapeOf(this.#asked!), this.#sequence, now);
    this.#rest();
    this.#state = "quiet";
    this.#deadline = now + this.#quiet;
    this.#hardDeadline = now + QUIET_TIMES_MAX * this.#quiet;
    this.#events.failed(exchange, error);
  }

  #rest(): void {
    this.#counters.strayBytes += this.#state === "quiet" ? this.#window.length : 0;
    this.#window.clear();
    this.#exchange = undefined;
    this.#asked = undefined;
    this.#state = "idle";
    this.#deadline = Number.POSITIVE_INFINITY;
  }

  #ledger(unit: number): LateLedger {
    let ledger = this.#ledgers.get(unit);
    if (ledger === undefined) {
      ledger = new LateLedger();
      this.#ledgers.set(unit, ledger);
    }
    return ledger;
  }
}
