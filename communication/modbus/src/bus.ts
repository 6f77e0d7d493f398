/**
 * One bus: a link, the machine that speaks on it, and one bounded queue for everybody who asks. One timer at most is
 * armed per bus, for the earliest thing that can happen; a request that is answered in time costs none.
 */
import type { CodedError } from "@csj/fault";
import { type Instant, Millis } from "@csj/quantity";
import type { Cancel, Clock, LinkFactory, Log, Timers } from "@csj/runtime";
import type {
  Answer,
  Asked,
  BroadcastRequest,
  BusAccess,
  IdentificationObjects,
  IdentificationRequest,
  MaskWriteRequest,
  ReadBitsRequest,
  ReadFileRequest,
  ReadRequest,
  ReadWriteRequest,
  Received,
  WriteBitsRequest,
  WriteRequest,
} from "./access.ts";
import { batching } from "./batch.ts";
import { BusLink } from "./bus-link.ts";
import type { ClientMachine, Exchange } from "./client.ts";
import { type BusCounters, newCounters } from "./counters.ts";
import { errors } from "./errors.ts";
import { readIdentification } from "./identification.ts";
import type { AnswerBody, Identification, Request } from "./pdu.ts";
import { LaneQueue } from "./queue.ts";
import { checkRequest } from "./request-codec.ts";
import { RtuClient } from "./rtu-client.ts";
import { TcpClient } from "./tcp-client.ts";

const TIMEOUT_MS = 1_000;
const QUIET_MS = 50;
/** Requests that wait, per lane. */
const QUEUE_MAX = 1_024;
const PIPELINE_MAX = 256;

export type Framing = "rtu" | "tcp";

export interface BusOptions {
  readonly links: LinkFactory;
  /** `rtu` on serial lines and through serial servers, `tcp` for Modbus TCP. */
  readonly framing: Framing;
  /** The wire's own time: deadlines and quiet times are real, whatever a simulation's clock shows. */
  readonly clock: Clock;
  /** What answers are stamped with; `clock` where it is absent. */
  readonly stamps?: Clock;
  readonly timers: Timers;
  /** For an answer, from when its request is sent; 1 s unless a request says otherwise. */
  readonly timeout?: number;
  /** RTU only: silence after a failure, 50 ms. */
  readonly quiet?: number;
  /** TCP only: requests in flight at once. 1, unless every device on the link is known to queue. */
  readonly pipeline?: number;
  readonly queueMax?: number;
  readonly log?: Log;
}

/** Makes what the caller gets of an answer's body. */
type Shape<Result> = (body: AnswerBody, receivedAt: Instant, receivedMonotonic: Millis) => Result;

interface Pending extends Exchange {
  readonly shape: Shape<unknown>;
  readonly resolve: (result: never) => void;
  readonly reject: (error: CodedError) => void;
}

const asNothing: Shape<void> = () => undefined;
const asIdentification: Shape<Identification> = (body) => body as Identification;
const asAnswer: Shape<Answer> = (body, receivedAt, receivedMonotonic) => ({
  words: body as Uint16Array,
  receivedAt,
  receivedMonotonic,
});
const asBits: Shape<Received & { bits: readonly boolean[] }> = (body, receivedAt, receivedMonotonic) => ({
  bits: body as readonly boolean[],
  receivedAt,
  receivedMonotonic,
});
const asRecords: Shape<Received & { records: readonly Uint16Array[] }> = (body, receivedAt, receivedMonotonic) => ({
  records: body as readonly Uint16Array[],
  receivedAt,
  receivedMonotonic,
});

export class ModbusBus implements BusAccess {
  readonly counters: BusCounters = newCounters();
  readonly #options: BusOptions;
  readonly #link: BusLink;
  readonly #machine: ClientMachine;
  readonly #queue: LaneQueue<Pending>;
  readonly #timeout: number;
  #closed = false;
  #pumping = false;
  #now = 0;
  #wake: { at: number; cancel: Cancel } | undefined;

  constructor(options: BusOptions) {
    this.#options = options;
    this.#timeout = options.timeout ?? TIMEOUT_MS;
    this.#queue = new LaneQueue(options.queueMax ?? QUEUE_MAX);
    this.#link = new BusLink(options.links, options.clock, options.log, {
      opened: () => this.#pump(),
      received: (bytes) => this.#receive(bytes),
      lost: (error) => this.#lost(error),
      failed: (error) => this.#failedToOpen(error),
    });
    this.#machine = this.#makeMachine();
  }

  get name(): string {
    return this.#link.name;
  }

  read(request: ReadRequest): Promise<Answer> {
    return this.#ask(request, request, asAnswer);
  }

  write(request: WriteRequest): Promise<void> {
    return this.#ask(request, request, asNothing);
  }

  readBits(request: ReadBitsRequest): Promise<Received & { readonly bits: readonly boolean[] }> {
    return this.#ask(request, request, asBits);
  }

  writeBits(request: WriteBitsRequest): Promise<void> {
    return this.#ask(request, request, asNothing);
  }

  maskWrite(request: MaskWriteRequest): Promise<void> {
    const { address, and, or } = request;
    return this.#ask({ function: 22, address, and, or }, request, asNothing);
  }

  readWrite(request: ReadWriteRequest): Promise<Answer> {
    const { address, count, writeAddress, words } = request;
    return this.#ask({ function: 23, address, count, writeAddress, words }, request, asAnswer);
  }

  readFileRecord(request: ReadFileRequest): Promise<Received & { readonly records: readonly Uint16Array[] }> {
    return this.#ask({ function: 20, records: request.records }, request, asRecords);
  }

  readDeviceIdentification(request: IdentificationRequest): Promise<IdentificationObjects> {
    const { level } = request;
    return readIdentification((object) => this.#ask({ function: 43, level, object }, request, asIdentification));
  }

  broadcast({ function: code, address, words, lane = "measure" }: BroadcastRequest): Promise<void> {
    if (this.#options.framing !== "rtu") {
      return Promise.reject(errors.MODBUS_REQUEST("A broadcast exists on serial lines only.", { path: this.name }));
    }
    return this.#ask({ function: code, address, words }, { unit: 0, lane }, asNothing);
  }

  /** Opens the link without asking anything, to hear what is said on it; `counters` tell. */
  open(): void {
    this.#link.want();
  }

  /** Whatever still waits is rejected with MODBUS_CLOSED. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake?.cancel();
    this.#link.close();
    const error = errors.MODBUS_CLOSED("The bus was closed.", { path: this.name });
    this.#machine.lost(error);
    for (const pending of this.#queue.drain()) pending.reject(error);
  }

  #makeMachine(): ClientMachine {
    const { framing, quiet = QUIET_MS, pipeline = 1 } = this.#options;
    const depth = Math.min(Math.max(1, pipeline), PIPELINE_MAX);
    const transmit = (frame: Uint8Array) => this.#transmit(frame);
    const events = {
      transmit: framing === "tcp" && depth > 1 ? batching(transmit) : transmit,
      answered: (exchange: Exchange, body: AnswerBody) => this.#answered(exchange as Pending, body),
      failed: (exchange: Exchange, error: CodedError) => (exchange as Pending).reject(error),
      relink: () => this.#relink(),
    };
    if (framing === "rtu") return new RtuClient(this.name, { quiet }, events, this.counters);
    return new TcpClient(this.name, depth, events, this.counters);
  }

  #ask<Result>(request: Request, asked: Asked, shape: Shape<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const problem = this.#refusal(request, asked);
      if (problem !== undefined) return reject(problem);
      const { unit, lane = "measure", timeout = this.#timeout } = asked;
      const pending: Pending = { unit, request, timeout, deadline: 0, transaction: 0, shape, resolve, reject };
      if (!this.#queue.push(lane, pending)) {
        return reject(errors.MODBUS_QUEUE_FULL("Too many requests wait for this bus.", { path: this.name }));
      }
      this.#pump();
    });
  }

  #refusal(request: Request, { unit }: Asked): CodedError | undefined {
    if (this.#closed) return errors.MODBUS_CLOSED("The bus is closed.", { path: this.name });
    const place = `${this.name} unit ${unit}`;
    const broadcast =
      unit === 0 && this.#options.framing === "rtu" && request.function !== 6 && request.function !== 16;
    if (!Number.isInteger(unit) || unit < 0 || unit > 255 || broadcast) {
      return errors.MODBUS_REQUEST(`Unit ${unit} cannot be asked.`, { path: place });
    }
    try {
      checkRequest(request, place);
    } catch (error) {
      return error as CodedError;
    }
    return undefined;
  }

  #pump(): void {
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    while (this.#queue.size > 0 && this.#machine.ready()) {
      if (!this.#link.up) {
        const error = this.#link.want();
        if (error === undefined) break;
        for (const pending of this.#queue.drain()) pending.reject(error);
        break;
      }
      this.#machine.send(this.#queue.shift()!, this.#options.clock.monotonic());
    }
    this.#pumping = false;
    this.#arm();
  }

  #receive(bytes: Uint8Array): void {
    this.counters.bytesReceived += bytes.length;
    this.#now = this.#options.clock.monotonic();
    this.#machine.receive(bytes, this.#now);
    this.#pump();
  }

  #answered(pending: Pending, body: AnswerBody): void {
    const { shape, resolve } = pending;
    const { clock, stamps } = this.#options;
    const [at, monotonic] =
      stamps === undefined ? [clock.now(), Millis(this.#now)] : [stamps.now(), stamps.monotonic()];
    resolve(shape(body, at, monotonic) as never);
  }

  #transmit(frame: Uint8Array): void {
    this.counters.bytesSent += frame.length;
    this.#link.send(frame);
  }

  #relink(): void {
    this.counters.reconnects += 1;
    this.#link.renew();
  }

  #lost(error: CodedError): void {
    if (this.#closed) return;
    this.counters.reconnects += 1;
    this.#machine.lost(error);
    this.#pump();
  }

  /** Whoever waits is told: it may take long until the link opens. */
  #failedToOpen(error: CodedError): void {
    for (const pending of this.#queue.drain()) pending.reject(error);
  }

  /** The machine may want to be woken later than the timer fires; then the timer is armed again, never earlier per request. */
  #arm(): void {
    const at = this.#machine.wakeAt();
    if (at === Number.POSITIVE_INFINITY || this.#closed) return;
    if (this.#wake !== undefined) {
      if (this.#wake.at <= at) return;
      this.#wake.cancel();
    }
    const delay = Millis(Math.max(0, at - this.#options.clock.monotonic()));
    this.#wake = { at, cancel: this.#options.timers.after(delay, () => this.#woken()) };
  }

  #woken(): void {
    this.#wake = undefined;
    this.#now = this.#options.clock.monotonic();
    this.#machine.tick(this.#now);
    this.#pump();
  }
}
