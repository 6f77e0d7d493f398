/**
 * The server machine: request bytes in, answer bytes out, on a link that the caller has accepted or opened. A simulated
 * device can delay, damage or swallow its answers through the filter.
 */
import type { ByteLink, Clock, Timers } from "@csj/runtime";
import { answerRoom, putAnswer } from "./answer-codec.ts";
import { bodyOf } from "./answering.ts";
import type { RegisterBank, UnitLookup } from "./bank.ts";
import { isWrite, type Request } from "./pdu.ts";
import { readRequest } from "./request-codec.ts";
import { FrameWindow, rtuAnswerLength, rtuRequestLength, sealRtu } from "./rtu.ts";
import { type AnswerFilter, Sender } from "./sender.ts";
import { Slab } from "./slab.ts";
import { MBAP_HEADER, MbapStream, sealTcp } from "./tcp.ts";

const GATEWAY_TARGET_SILENT = 11;
const EXCEPTION_BIT = 0x80;
/** A half request that nothing was added to for so long is noise. Only ever drops, never ends a frame. */
const HALF_REQUEST_MS = 500;

export interface ServeOptions {
  readonly framing: "rtu" | "tcp";
  readonly units: UnitLookup;
  /** Needed where a bank has latency or a filter delays. */
  readonly timers?: Timers;
  /** Lets an RTU server drop half requests; without it they stay until the noise around them is recognised. */
  readonly clock?: Clock;
  readonly filter?: AnswerFilter;
  /** Every unit on the serial line, for broadcasts. */
  readonly everyone?: () => Iterable<RegisterBank>;
}

export interface Served {
  close(): void;
}

export function serveLink(link: ByteLink, options: ServeOptions): Served {
  const server = options.framing === "tcp" ? new TcpServer(link, options) : new RtuServer(link, options);
  link.onClose(() => server.stop());
  link.onBytes((bytes) => server.receive(bytes));
  return {
    close: () => {
      server.stop();
      link.close();
    },
  };
}

/** The answer frame with `before` bytes in front of the PDU and `after` behind it, not yet sealed. */
function answerFrame(bank: RegisterBank, request: Request, before: number, after: number, slab: Slab): Uint8Array {
  const body = bodyOf(bank, request);
  if (typeof body === "number") return refusalFrame(request.function, body, before, after);
  const frame = slab.bytes(before + answerRoom(request, body) + after);
  putAnswer(request, body, frame, before);
  return frame;
}

function refusalFrame(code: number, exception: number, before: number, after: number): Uint8Array {
  const frame = new Uint8Array(before + 2 + after);
  frame[before] = code | EXCEPTION_BIT;
  frame[before + 1] = exception;
  return frame;
}

class TcpServer {
  readonly #link: ByteLink;
  readonly #units: UnitLookup;
  readonly #sender: Sender;
  readonly #stream = new MbapStream();
  readonly #slab = new Slab();

  constructor(link: ByteLink, options: ServeOptions) {
    this.#link = link;
    this.#units = options.units;
    this.#sender = new Sender(link, options.timers, options.filter);
  }

  receive(chunk: Uint8Array): void {
    this.#stream.receive(chunk, this.#onFrame);
    this.#sender.flush();
    if (this.#stream.broken) this.#link.close();
  }

  stop(): void {
    this.#sender.stop();
  }

  readonly #onFrame = (transaction: number, unit: number, bytes: Uint8Array, start: number, end: number): void => {
    const request = readRequest(bytes, start, end);
    const bank = this.#units(unit);
    const code = bytes[start]!;
    let frame: Uint8Array;
    if (typeof request === "number") frame = refusalFrame(code, request, MBAP_HEADER, 0);
    else if (bank === undefined) frame = refusalFrame(code, GATEWAY_TARGET_SILENT, MBAP_HEADER, 0);
    else frame = answerFrame(bank, request, MBAP_HEADER, 0, this.#slab);
    sealTcp(frame, transaction, unit);
    const good = typeof request === "number" ? undefined : request;
    const latency = good === undefined ? 0 : (bank?.latency?.(good) ?? 0);
    this.#sender.answer({ unit, request: good }, frame, latency);
  };
}

class RtuServer {
  readonly #options: ServeOptions;
  readonly #sender: Sender;
  readonly #window = new FrameWindow();
  readonly #slab = new Slab();
  #lastByteAt = 0;

  constructor(link: ByteLink, options: ServeOptions) {
    this.#options = options;
    this.#sender = new Sender(link, options.timers, options.filter);
  }

  receive(chunk: Uint8Array): void {
    const { clock } = this.#options;
    if (clock !== undefined) {
      const now = clock.monotonic();
      if (now - this.#lastByteAt > HALF_REQUEST_MS) this.#window.clear();
      this.#lastByteAt = now;
    }
    this.#window.push(chunk);
    // Other devices' answers pass by on a shared line; known as such, they cannot be taken for requests.
    for (let found = this.#next(); found !== undefined; found = this.#next()) this.#window.drop(found.end);
    this.#sender.flush();
  }

  stop(): void {
    this.#sender.stop();
  }

  #next(): { at: number; end: number } | undefined {
    const found = this.#window.find([rtuRequestLength, rtuAnswerLength]);
    if (found === undefined) return undefined;
    const { bytes, length } = this.#window;
    const asked = rtuRequestLength(bytes, found.at, length) === found.end - found.at;
    if (asked) this.#request(bytes, found.at, found.end);
    return found;
  }

  #request(bytes: Uint8Array, at: number, end: number): void {
    const unit = bytes[at]!;
    const request = readRequest(bytes, at + 1, end - 2);
    if (unit === 0) {
      this.#broadcast(request);
      return;
    }
    const bank = this.#options.units(unit);
    if (bank === undefined) return;
    const good = typeof request === "number" ? undefined : request;
    const frame =
      good === undefined
        ? refusalFrame(bytes[at + 1]!, request as number, 1, 2)
        : answerFrame(bank, good, 1, 2, this.#slab);
    sealRtu(frame, unit);
    this.#sender.answer({ unit, request: good }, frame, good === undefined ? 0 : (bank.latency?.(good) ?? 0));
  }

  #broadcast(request: Request | number): void {
    if (typeof request === "number" || !isWrite(request)) return;
    for (const bank of this.#options.everyone?.() ?? []) bodyOf(bank, request);
  }
}
