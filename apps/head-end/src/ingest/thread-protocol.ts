/**
 * What passes between the head-end's thread and those that take messages in. Bytes move in one piece and the usual
 * outcome, stored, is three numbers: an object for each message would cost as much as opening it.
 */
import { CodedError, type ErrorEntry } from "@csj/fault";
import type { Instant } from "@csj/quantity";
import type { Incoming, Outcome, SettledBody } from "./outcome.ts";

export interface ThreadData {
  readonly address: string;
  readonly agreementPem: string;
}

export interface PackedMessages {
  readonly gateways: readonly string[];
  /** Where each message ends in `bytes`. */
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type ThreadRequest =
  | { readonly op: "take"; readonly id: number; readonly now: Instant; readonly messages: PackedMessages }
  | { readonly op: "forget"; readonly gateway: string }
  | { readonly op: "close" };

export interface PackedOutcomes {
  /** Kind, epoch and seq of each message; kind -1 where `others` has its outcome. */
  readonly stored: Float64Array;
  readonly others: readonly (readonly [at: number, outcome: PackedOutcome])[];
}

interface PackedOutcome {
  readonly kind: Outcome["kind"];
  readonly body?: SettledBody;
  readonly error?: PackedError;
}

interface PackedError {
  readonly code?: string;
  readonly entry?: ErrorEntry;
  readonly message: string;
}

export interface ThreadReply {
  /** Of the request; 0 once the thread is ready. */
  readonly id: number;
  readonly outcomes?: PackedOutcomes;
  readonly failure?: string;
}

export function packMessages(messages: readonly Incoming[]): PackedMessages {
  const ends = new Uint32Array(messages.length);
  let end = 0;
  for (const [at, { payload }] of messages.entries()) {
    end += payload.length;
    ends[at] = end;
  }
  const bytes = new Uint8Array(end);
  for (const [at, { payload }] of messages.entries()) bytes.set(payload, (ends[at] as number) - payload.length);
  return { gateways: messages.map(({ gateway }) => gateway), ends, bytes };
}

export function unpackMessages({ gateways, ends, bytes }: PackedMessages): Incoming[] {
  return gateways.map((gateway, at) => ({ gateway, payload: bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]) }));
}

const PLAIN = ["day", "interval"] as const;
const FIELDS = 3;

export function packOutcomes(outcomes: readonly Outcome[]): PackedOutcomes {
  const stored = new Float64Array(outcomes.length * FIELDS);
  const others: [number, PackedOutcome][] = [];
  for (const [at, outcome] of outcomes.entries()) {
    const kind = outcome.kind === "stored" ? PLAIN.indexOf(outcome.body.kind as "day") : -1;
    stored[at * FIELDS] = kind;
    if (outcome.kind === "stored" && kind >= 0) {
      stored[at * FIELDS + 1] = outcome.body.epoch;
      stored[at * FIELDS + 2] = outcome.body.seq;
    } else others.push([at, packOutcome(outcome)]);
  }
  return { stored, others };
}

export function unpackOutcomes({ stored, others }: PackedOutcomes): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < stored.length; at += FIELDS) {
    const kind = PLAIN[stored[at] as number] ?? "day";
    const [epoch, seq] = [stored[at + 1] as number, stored[at + 2] as number];
    outcomes.push({ kind: "stored", body: { kind, epoch, seq } });
  }
  for (const [at, { kind, body, error }] of others) {
    const thrown = error === undefined ? {} : { error: errorOf(error) };
    outcomes[at] = { kind, ...(body === undefined ? {} : { body }), ...thrown } as Outcome;
  }
  return outcomes;
}

function packOutcome(outcome: Outcome): PackedOutcome {
  const body = "body" in outcome ? { body: settled(outcome.body) } : {};
  const error = "error" in outcome ? { error: packError(outcome.error) } : {};
  return { kind: outcome.kind, ...body, ...error };
}

function settled(body: SettledBody): SettledBody {
  if (body.kind === "site" || body.kind === "loss") return body;
  const { kind, epoch, seq } = body;
  return { kind, epoch, seq };
}

function packError(error: unknown): PackedError {
  if (error instanceof CodedError) return { code: error.code, entry: error.entry, message: error.message };
  return { message: String(error) };
}

function errorOf({ code, entry, message }: PackedError): Error {
  return code === undefined || entry === undefined ? new Error(message) : new CodedError(code, entry, message);
}
