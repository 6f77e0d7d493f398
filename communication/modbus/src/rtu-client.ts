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
import { LateLedgers, probeFor } from "./late.ts";
import { type AnswerBody, isWrite, type Request } from "./pdu.ts";
import { FrameWindow, rtuAnswerLength, rtuRequest, rtuRequestLength } from "./rtu.ts";
import { Slab } from "./slab.ts";

const EXCEPTION_BIT = 0x80;
/** How many times `quiet` a line that never falls silent is waited for. */
const QUIET_TIMES_MAX = 20;
/** Probes before one request; each can find that it was itself mistaken for an older one. */
const PROBES_MAX = 3;
/** Devices take a broadcast without answering; the specification asks for 100 to 200 ms before the next request. */
const TURNAROUND_MS = 100;

/** A link on which nothing at all was heard for so long, although it was asked, is opened anew: it may be half open. */
const SILENT_LINK_MS = 30_000;

export interface RtuTimes {
  /** Silence that the line is given after a failure. */
  readonly quiet: number;
}

/** What is on the wire now, and what has been heard since it was sent. */
interface Turn {
  readonly exchange: Exchange;
  /** The exchange's request, or a probe before it. */
  asked: Request;
  probes: number;
  hardDeadline: number;
  sawBadCrc: boolean;
  foreignUnit: number | undefined;
}

export class RtuClient implements ClientMachine {
  readonly #link: string;
  readonly #quiet: number;
  readonly #events: ClientEvents;
  readonly #counters: BusCounters;
  readonly #window = new FrameWindow();
  readonly #late = new LateLedgers();
  readonly #slab = new Slab();
  #turn: Turn | undefined;
  /** Until when the line is left alone at most; undefined while it is not. */
  #quietLimit: number | undefined;
  #deadline = Number.POSITIVE_INFINITY;
  #sequence = 0;
  /** When the link was last known to live: bytes came, or it was given up and opened anew. */
  #lastByteAt: number | undefined;

  constructor(link: string, times: RtuTimes, events: ClientEvents, counters: BusCounters) {
    this.#link = link;
    this.#quiet = times.quiet;
    this.#events = events;
    this.#counters = counters;
  }

  ready(): boolean {
    return this.#turn === undefined && this.#quietLimit === undefined;
  }

  send(exchange: Exchange, now: number): void {
    const asked = exchange.request;
    const turn = { exchange, asked, probes: 0, hardDeadline: 0, sawBadCrc: false, foreignUnit: undefined };
    this.#turn = turn;
    this.#begin(turn, now);
  }

  wakeAt(): number {
    return this.#deadline;
  }

  tick(now: number): void {
    if (now < this.#deadline) return;
    if (this.#turn !== undefined) this.#overdue(this.#turn, now);
    else this.#rest();
  }

  lost(error: CodedError): void {
    const turn = this.#turn;
    if (turn !== undefined) this.#owe(turn, this.#deadline);
    this.#rest();
    if (turn !== undefined) this.#events.failed(turn.exchange, error);
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#lastByteAt = now;
    if (this.#quietLimit !== undefined) this.#deadline = Math.min(now + this.#quiet, this.#quietLimit);
    this.#counters.strayBytes += this.#window.push(bytes);
    if (this.#turn !== undefined && this.#isWhole(this.#turn)) this.#ours(this.#turn, 0, this.#window.length, now);
    else this.#search(now);
  }

  #begin(turn: Turn, now: number): void {
    const { unit, request } = turn.exchange;
    const ledger = this.#late.owing(unit, request, now);
    if (ledger === undefined) {
      this.#transmit(turn, request, now);
      return;
    }
    const probe = turn.probes < PROBES_MAX ? probeFor(request, ledger) : undefined;
    if (probe !== undefined) {
      turn.probes += 1;
      this.#counters.probes += 1;
      this.#transmit(turn, probe, now);
    } else if (isWrite(request)) this.#transmit(turn, request, now);
    else {
      const what = "The device still owes answers that could be taken for this one, so it was not asked.";
      this.#rest();
      this.#events.failed(turn.exchange, errors.MODBUS_LATE(what, this.#place(turn)));
    }
  }

  #transmit(turn: Turn, asked: Request, now: number): void {
    const { exchange } = turn;
    turn.asked = asked;
    turn.sawBadCrc = false;
    turn.foreignUnit = undefined;
    this.#sequence += 1;
    this.#lastByteAt ??= now;
    this.#counters.strayBytes += this.#window.length;
    this.#window.clear();
    this.#deadline = now + (exchange.unit === 0 ? TURNAROUND_MS : exchange.timeout);
    turn.hardDeadline = this.#deadline + exchange.timeout;
    if (asked === exchange.request) this.#counters.requests += 1;
    this.#events.transmit(rtuRequest(exchange.unit, asked));
  }

  /** The usual case, which needs no search: the window is exactly the answer that was asked for. */
  #isWhole({ exchange, asked }: Turn): boolean {
    const { bytes, length } = this.#window;
    if (bytes[0] !== exchange.unit || bytes[1] !== asked.function) return false;
    return length === expectedLength(asked) + 3 && this.#window.holds(0, length);
  }

  #search(now: number): void {
    for (;;) {
      const found = this.#window.find([rtuAnswerLength, rtuRequestLength], this.#onBad);
      if (found === undefined) return;
      this.#counters.strayBytes += found.at;
      const turn = this.#turn;
      const { bytes, length } = this.#window;
      const answers = rtuAnswerLength(bytes, found.at, length) === found.end - found.at;
      const mine = turn !== undefined && answers && bytes[found.at] === turn.exchange.unit;
      if (mine && this.#ours(turn, found.at, found.end, now)) return;
      if (!mine) this.#others(found.at, found.end, answers);
      this.#window.drop(found.end);
    }
  }

  readonly #onBad = (at: number, end: number): void => {
    const turn = this.#turn;
    if (turn === undefined) return;
    const { bytes } = this.#window;
    const { exchange, asked } = turn;
    const code = bytes[at + 1]!;
    const expected = code === asked.function && (end - at === expectedLength(asked) + 3 || asked.function === 43);
    const refused = code === (asked.function | EXCEPTION_BIT);
    if (bytes[at] !== exchange.unit || !(expected || refused)) return;
    turn.sawBadCrc = true;
    this.#deadline = Math.min(this.#deadline, (this.#lastByteAt ?? 0) + this.#quiet);
  };

  /** A good frame that nobody waits for: an answer that is late, an adapter's echo, or somebody else's traffic. */
  #others(at: number, end: number, answers: boolean): void {
    const { bytes } = this.#window;
    const unit = bytes[at]!;
    if (answers && this.#late.late(unit, bytes[at + 1]!, end - at - 3)) this.#counters.late += 1;
    else {
      this.#counters.foreign += 1;
      if (this.#turn !== undefined) this.#turn.foreignUnit = unit;
    }
  }

  /** A good frame of the unit that was asked. True if it ends this wait, false if the wait goes on. */
  #ours(turn: Turn, at: number, end: number, now: number): boolean {
    const { bytes } = this.#window;
    const { asked } = turn;
    const code = bytes[at + 1]!;
    if (code === (asked.function | EXCEPTION_BIT) && end - at === 5) this.#refused(turn, bytes[at + 2]!, now);
    else {
      const body =
        code === asked.function ? readAnswer(asked, bytes, at + 1, end - 2, this.#slab) : "it is of another function";
      if (typeof body !== "string") this.#matched(turn, body, now);
      else return this.#unmatched(turn, at, end, body, now);
    }
    return true;
  }

  #unmatched(turn: Turn, at: number, end: number, what: string, now: number): boolean {
    const code = this.#window.bytes[at + 1]!;
    const late = this.#late.late(turn.exchange.unit, code, end - at - 3);
    if (!late && code === turn.asked.function) {
      this.#counters.malformed += 1;
      this.#fail(
        turn,
        errors.MODBUS_MALFORMED(`The answer is not one to this request: ${what}.`, this.#place(turn)),
        now,
      );
      return true;
    }
    if (late) this.#counters.late += 1;
    else {
      this.#counters.foreign += 1;
      turn.foreignUnit = turn.exchange.unit;
    }
    return false;
  }

  #matched(turn: Turn, body: AnswerBody, now: number): void {
    const { exchange, asked } = turn;
    const doubtful = this.#late.answered(exchange.unit, asked, this.#sequence, now);
    if (asked !== exchange.request) this.#begin(turn, now);
    else if (doubtful) this.#doubt(turn, now);
    else {
      this.#counters.answers += 1;
      this.#rest();
      this.#events.answered(exchange, body);
    }
  }

  #refused(turn: Turn, exception: number, now: number): void {
    const { exchange, asked } = turn;
    const doubtful = this.#late.refused(exchange.unit, asked, this.#sequence, now);
    if (asked !== exchange.request) this.#begin(turn, now);
    else if (doubtful) this.#doubt(turn, now);
    else {
      this.#counters.exceptions += 1;
      this.#rest();
      this.#events.failed(exchange, exceptionError(placeOf(this.#link, exchange), exception));
    }
  }

  /** An answer came, but it can be that of an earlier request as well. */
  #doubt(turn: Turn, now: number): void {
    this.#counters.late += 1;
    const what = "An answer came that can belong to an earlier request, so nothing is known.";
    this.#fail(turn, errors.MODBUS_LATE(what, this.#place(turn)), now);
  }

  #overdue(turn: Turn, now: number): void {
    const { exchange } = turn;
    if (exchange.unit === 0) {
      this.#rest();
      this.#events.answered(exchange, undefined);
      return;
    }
    const quietAt = (this.#lastByteAt ?? 0) + this.#quiet;
    const arriving = this.#window.length > 0 && now < quietAt && !turn.sawBadCrc;
    if (arriving && now < turn.hardDeadline) {
      this.#deadline = Math.min(quietAt, turn.hardDeadline);
      return;
    }
    if (turn.sawBadCrc) this.#counters.crcErrors += 1;
    else this.#counters.timeouts += 1;
    if (turn.asked !== exchange.request && isWrite(exchange.request)) {
      this.#owe(turn, now);
      this.#transmit(turn, exchange.request, now);
    } else this.#fail(turn, this.#silence(turn), now);
  }

  #silence(turn: Turn): CodedError {
    const place = this.#place(turn);
    const within = `within ${turn.exchange.timeout} ms`;
    if (turn.sawBadCrc) return errors.MODBUS_CRC("An answer came whose check sum is wrong.", place);
    if (turn.foreignUnit !== undefined) {
      return errors.MODBUS_FOREIGN(`No answer ${within}, but one of unit ${turn.foreignUnit} nobody asked for.`, place);
    }
    const heard = this.#window.length;
    if (heard === 0) return errors.MODBUS_TIMEOUT(`No answer ${within}.`, place);
    return errors.MODBUS_TRUNCATED(`No whole answer ${within}, only ${heard} bytes.`, place);
  }

  #fail(turn: Turn, error: CodedError, now: number): void {
    this.#owe(turn, now);
    this.#rest();
    this.#deadline = now + this.#quiet;
    this.#quietLimit = now + QUIET_TIMES_MAX * this.#quiet;
    if (now - (this.#lastByteAt ?? now) >= SILENT_LINK_MS) {
      this.#lastByteAt = now;
      this.#events.relink();
    }
    this.#events.failed(turn.exchange, error);
  }

  #owe({ exchange, asked }: Turn, now: number): void {
    if (exchange.unit !== 0) this.#late.unanswered(exchange.unit, asked, this.#sequence, now);
  }

  #rest(): void {
    this.#counters.strayBytes += this.#turn === undefined ? this.#window.length : 0;
    this.#window.clear();
    this.#turn = undefined;
    this.#quietLimit = undefined;
    this.#deadline = Number.POSITIVE_INFINITY;
  }

  #place({ exchange }: Turn): { path: string } {
    return { path: placeOf(this.#link, exchange) };
  }
}
