/** From bytes to a body that is known to come from its gateway: parse, schema, MAC, and for what stays the seal. */
import { timingSafeEqual } from "node:crypto";
import { chainStart, checkSealOfHash, toHex } from "@csj/evidence";
import { type CodedError, isCoded } from "@csj/fault";
import type { Digest, Verifier } from "@csj/runtime";
import { checkedEnvelope, checkedStored, type Envelope, macOf, type StoredBody } from "@csj/uplink";
import { errors } from "../errors.ts";
import { canonicalText } from "./canonical-text.ts";
import type { GatewayKeys } from "./keys.ts";
import type { Incoming } from "./outcome.ts";

/** A day of five channels in 300 s intervals takes a third of it. */
export const PAYLOAD_BYTES_MAX = 65_536;

export interface Opened {
  readonly body: StoredBody;
  /** Canonical text of the body. */
  readonly text: string;
  readonly seal: { readonly previous: string; readonly signature: string };
  readonly keys: GatewayKeys;
  /** Set where the message is its gateway's and yet cannot be stored. */
  readonly refusal?: CodedError;
}

/** Gives the error where nobody can be told of it. */
export function open(digest: Digest, incoming: Incoming, keys: GatewayKeys | undefined): Opened | CodedError {
  if (keys === undefined) return errors.HEADEND_MAC(`The gateway ${incoming.gateway} is not enrolled here.`);
  const parsed = parse(incoming.payload);
  if (isCoded(parsed)) return parsed;
  const { envelope, sent } = parsed;
  const checked = checkedStored(envelope.body);
  if (checked.problem !== undefined) return misfit(digest, envelope, keys, checked.problem);
  const body = checked.value;
  const text = textUnderMac(digest, keys, body, envelope.mac, sent);
  if (text === undefined) return foreign(incoming);
  const opened = { body, text, keys, seal: envelope.seal ?? NO_SEAL };
  const refusal = refusalOf(body, envelope, incoming.gateway);
  return refusal === undefined ? opened : { ...opened, refusal };
}

/**
 * The canonical text that the MAC is of; undefined where it is not the gateway's MAC. An interval's body is taken as it
 * was sent where the MAC is of just that text: its gateway vouches for it, and writing it anew would be a fifth of the
 * work. Whatever was sealed is written anew, since the seal must hold for somebody who has the values alone.
 */
function textUnderMac(
  digest: Digest,
  keys: GatewayKeys,
  body: StoredBody,
  mac: string,
  sent: string,
): string | undefined {
  const wanted = Buffer.from(mac, "hex");
  const holds = (text: string) => timingSafeEqual(digest.hmac(keys.macKey, `up ${text}`), wanted);
  if (body.kind === "interval" && holds(sent)) return sent;
  const text = canonicalText(body);
  return holds(text) ? text : undefined;
}

const NO_SEAL = { previous: chainStart, signature: "" };

interface Parsed {
  readonly envelope: Envelope;
  /** The body's own text, where the envelope is written as our gateways write it; else empty. */
  readonly sent: string;
}

const BEFORE_BODY = '{"body":';
const AFTER_BODY = ',"mac":"';

function parse(payload: Uint8Array): Parsed | CodedError {
  if (payload.length > PAYLOAD_BYTES_MAX) return errors.HEADEND_MESSAGE(`${payload.length} bytes are no message.`);
  try {
    const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("utf8");
    const checked = checkedEnvelope(JSON.parse(text));
    if (checked.problem !== undefined) return errors.HEADEND_MESSAGE(`The envelope: ${checked.problem}.`);
    const end = text.startsWith(BEFORE_BODY) ? text.lastIndexOf(AFTER_BODY) : -1;
    return { envelope: checked.value, sent: end < 0 ? "" : text.slice(BEFORE_BODY.length, end) };
  } catch (cause) {
    return errors.HEADEND_MESSAGE("The message is not JSON.", undefined, cause);
  }
}

/** A body against the schema is refused to its gateway, and dropped where the MAC does not say that it is its own. */
function misfit(digest: Digest, envelope: Envelope, keys: GatewayKeys, problem: string): Opened | CodedError {
  const refusal = errors.HEADEND_MESSAGE(`The body: ${problem}.`);
  const { body } = envelope;
  if (!isStamped(body)) return refusal;
  try {
    if (macOf(digest, keys.macKey, "up", body) !== envelope.mac) return refusal;
  } catch {
    return refusal;
  }
  return { body, text: "", keys, seal: NO_SEAL, refusal };
}

function isStamped(body: unknown): body is StoredBody {
  const { epoch, seq } = (body ?? {}) as { epoch?: unknown; seq?: unknown };
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(seq);
}

function foreign({ gateway }: Incoming): CodedError {
  return errors.HEADEND_MAC(`A message on the topic of ${gateway} has another MAC than its key gives.`);
}

function refusalOf(body: StoredBody, envelope: Envelope, gateway: string): CodedError | undefined {
  if (body.gateway !== gateway) return errors.HEADEND_MESSAGE(`The body names ${body.gateway}, the topic ${gateway}.`);
  if (envelope.seal === undefined) return errors.HEADEND_SEAL("The message has no seal.");
  return undefined;
}

/** Intervals are taken on their MAC, and their seal is stored: the day that follows seals the same counts again. */
export function needsSeal({ body }: Opened): boolean {
  return body.kind !== "interval";
}

export function sealHolds(digest: Digest, verifier: Verifier, opened: Opened): Promise<boolean> {
  const hash = toHex(digest.sha256(opened.text));
  return checkSealOfHash(verifier, opened.keys.publicKey, opened.body.kind, hash, opened.seal);
}
