/**
 * Modbus TCP, client side. An answer belongs to the request whose transaction id it carries; ids go on counting over
 * reconnects. After a timeout the socket is given up all the same: behind many servers sits a serial line or a single
 * task whose lateness would otherwise be handed on to each following request.
 */
import type { CodedError } from "@csj/fault";
import { readAnswer } from "./answer-codec.ts";
import { type ClientEvents, type ClientMachine, type Exchange, placeOf } from "./client.ts";
import type { BusCounters } from "./counters.ts";
import { errors } from "./errors.ts";
import { exceptionError } from "./exception.ts";
import { Slab } from "./slab.ts";
import { MbapStream, tcpRequest } from "./tcp.ts";

const TRANSACTIONS = 65_536;
const EXCEPTION_BIT = 0x80;

export class TcpClient implements ClientMachine {
  readonly #link: string;
  readonly #depth: number;
  readonly #events: ClientEvents;
  readonly #counters: BusCounters;
  readonly #stream = new MbapStream();
  readonly #slab = new Slab();
  /** Nothing in flight expires before this. */
  #earliest = Number.POSITIVE_INFINITY;
  readonly #inFlight = new Map<number, Exchange>();
  #transaction = 0;
  readonly #onFrame = (transaction: number, unit: number, bytes: Uint8Array, start: number, end: number) =>
    this.#frame(transaction, unit, bytes, start, end);

  /** `depth`: how many requests may be in flight at once; 1 for a device that does not promise to queue them. */
  constructor(link: string, depth: number, events: ClientEvents, counters: BusCounters) {
    this.#link = link;
    this.#depth = depth;
    this.#events = events;
    this.#counters = counters;
  }

  ready(): boolean {
    return this.#inFlight.size < this.#depth;
  }

  send(exchange: Exchange, now: number): void {
    this.#transaction = (this.#transaction + 1) % TRANSACTIONS;
    exchange.transaction = this.#transaction;
    exchange.deadline = now + exchange.timeout;
    this.#earliest = Math.min(this.#earliest, exchange.deadline);
    this.#inFlight.set(exchange.transaction, exchange);
    this.#counters.requests += 1;
    this.#events.transmit(tcpRequest(exchange.transaction, exchange.unit, exchange.request));
  }

  receive(bytes: Uint8Array, _now: number): void {
    this.#stream.receive(bytes, this.#onFrame);
    if (!this.#stream.broken) return;
    this.#counters.malformed += 1;
    this.#giveUp(errors.MODBUS_MALFORMED("What came is not Modbus TCP.", { path: this.#link }));
  }

  /** Not later than the first deadline in flight; what is answered meanwhile is not looked for. */
  wakeAt(): number {
    return this.#inFlight.size === 0 ? Number.POSITIVE_INFINITY : this.#earliest;
  }

  tick(now: number): void {
    if (now < this.#earliest) return;
    const expired = [...this.#inFlight.values()].filter(({ deadline }) => deadline <= now);
    this.#look();
    if (expired.length === 0) return;
    for (const exchange of expired) {
      this.#inFlight.delete(exchange.transaction);
      this.#counters.timeouts += 1;
      const place = { path: placeOf(this.#link, exchange) };
      this.#events.failed(exchange, errors.MODBUS_TIMEOUT(`No answer within ${exchange.timeout} ms.`, place));
    }
    this.#giveUp(errors.MODBUS_LINK("The connection was given up after a timeout.", { path: this.#link }));
  }

  lost(error: CodedError): void {
    this.#stream.reset();
    const cut = [...this.#inFlight.values()];
    this.#inFlight.clear();
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const exchange of cut) this.#events.failed(exchange, error);
  }

  #look(): void {
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#inFlight.values()) this.#earliest = Math.min(this.#earliest, deadline);
  }

  #giveUp(error: CodedError): void {
    this.lost(error);
    this.#events.relink();
  }

  #frame(transaction: number, unit: number, bytes: Uint8Array, start: number, end: number): void {
    const exchange = this.#inFlight.get(transaction);
    if (exchange === undefined) {
      this.#counters.foreign += 1;
      return;
    }
    this.#inFlight.delete(transaction);
    const code = bytes[start]!;
    if (unit !== exchange.unit) {
      this.#counters.foreign += 1;
      const place = { path: placeOf(this.#link, exchange) };
      this.#events.failed(exchange, errors.MODBUS_FOREIGN(`Unit ${unit} answered instead.`, place));
    } else if (code === exchange.request.function) this.#answer(exchange, bytes, start, end);
    else if (code === (exchange.request.function | EXCEPTION_BIT) && end - start === 2) {
      this.#counters.exceptions += 1;
      this.#events.failed(exchange, exceptionError(placeOf(this.#link, exchange), bytes[start + 1]!));
    } else this.#malformed(exchange, `it is of function ${code}`);
  }

  #answer(exchange: Exchange, bytes: Uint8Array, start: number, end: number): void {
    const body = readAnswer(exchange.request, bytes, start, end, this.#slab);
    if (typeof body === "string") {
      this.#malformed(exchange, body);
      return;
    }
    this.#counters.answers += 1;
    this.#events.answered(exchange, body);
  }

  #malformed(exchange: Exchange, what: string): void {
    this.#counters.malformed += 1;
    const place = { path: placeOf(this.#link, exchange) };
    this.#events.failed(exchange, errors.MODBUS_MALFORMED(`The answer is not one to this request: ${what}.`, place));
  }
}
