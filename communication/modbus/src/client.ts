/**
 * The client machine: bytes in, events out, time passed in. It knows what is on the wire and what an answer must look
 * like; queueing, links and promises belong to the bus.
 */
import type { CodedError } from "@csj/fault";
import type { AnswerBody, Request } from "./pdu.ts";

/** One request on its way. The machine owns `deadline` and `transaction` while it is in flight. */
export interface Exchange {
  readonly unit: number;
  readonly request: Request;
  readonly timeout: number;
  deadline: number;
  transaction: number;
}

export interface ClientEvents {
  transmit(frame: Uint8Array): void;
  answered(exchange: Exchange, body: AnswerBody): void;
  failed(exchange: Exchange, error: CodedError): void;
  /** The link can no longer be trusted to keep answers and requests together. */
  relink(): void;
}

export interface ClientMachine {
  /** True while another request may be sent. */
  ready(): boolean;
  send(exchange: Exchange, now: number): void;
  receive(bytes: Uint8Array, now: number): void;
  /** When `tick` is wanted; Infinity for never. It may be called at any other time as well. */
  wakeAt(): number;
  tick(now: number): void;
  /** The link is gone: everything in flight fails with this error. */
  lost(error: CodedError): void;
}

export function placeOf(link: string, exchange: Exchange): string {
  const { unit, request } = exchange;
  const address = "address" in request ? ` address ${request.address}` : "";
  return `${link} unit ${unit} function ${request.function}${address}`;
}
