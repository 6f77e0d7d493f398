/**
 * Letting gateways in. A hello proves that its sender holds a device key; a one-time code, or a place on the list, says
 * that this key is wanted. A gateway that is known is welcomed again with the same key and with no other.
 */
import { createHash } from "node:crypto";
import { fromHex } from "@csj/evidence";
import type { CodedError } from "@csj/fault";
import { Instant } from "@csj/quantity";
import type { Clock, Digest, Verifier } from "@csj/runtime";
import { agreedKey, agreementPublicKey } from "@csj/runtime/node";
import { addCode, allowKey, type Database, type EnrolmentResult, enrol } from "@csj/store";
import { checkedHello, checkHello, closePlain, type Envelope, type Hello, macKeyInfo, noMac } from "@csj/uplink";
import { errors } from "./errors.ts";

/** How long a code may wait to be used. */
export const CODE_LIFE_MS = 14 * 86_400_000;
const HELLO_BYTES_MAX = 4_096;

export interface EnrolmentDeps {
  readonly database: Database;
  readonly digest: Digest;
  readonly verifier: Verifier;
  readonly clock: Clock;
  /** Private X25519 key of this head-end, PKCS #8 PEM. */
  readonly agreementPem: string;
}

export interface HelloAnswer {
  /** To be sent to the gateway; undefined where the bytes were no hello. */
  readonly envelope: Envelope | undefined;
  /** Why it was not welcomed. */
  readonly refused?: CodedError;
}

export class Enrolment {
  readonly #deps: EnrolmentDeps;

  constructor(deps: EnrolmentDeps) {
    this.#deps = deps;
  }

  async hello(gateway: string, payload: Uint8Array): Promise<HelloAnswer> {
    const hello = parseHello(payload);
    if (hello === undefined || hello.body.gateway !== gateway) {
      return { envelope: undefined, refused: errors.HEADEND_MESSAGE(`No hello came on the topic of ${gateway}.`) };
    }
    if (!(await checkHello(this.#deps.digest, this.#deps.verifier, hello))) {
      return refuse(gateway, errors.HEADEND_ENROLMENT_SIGNATURE(`The hello of ${gateway} has a wrong signature.`));
    }
    const error = refusalOf(gateway, await this.#enrol(hello));
    return error === undefined ? { envelope: this.#welcome(hello) } : refuse(gateway, error);
  }

  #enrol({ body }: Hello): Promise<EnrolmentResult> {
    const codeHash = body.code === undefined ? undefined : hashOf(body.code);
    return enrol(this.#deps.database, {
      gateway: body.gateway,
      publicKey: fromHex(body.public_key) as Uint8Array,
      agreementKey: fromHex(body.agreement_key) as Uint8Array,
      codeHash,
      now: this.#deps.clock.now(),
    });
  }

  #welcome({ body }: Hello): Envelope {
    const { agreementPem, digest } = this.#deps;
    const peer = fromHex(body.agreement_key) as Uint8Array;
    const key = agreedKey(agreementPem, peer, macKeyInfo(body.gateway));
    const agreementKey = Buffer.from(agreementPublicKey(agreementPem)).toString("hex");
    return closePlain(digest, key, "down", { kind: "welcome", gateway: body.gateway, agreement_key: agreementKey });
  }

  async allow(codes: readonly string[], keys: readonly string[]): Promise<void> {
    const { database, clock } = this.#deps;
    for (const code of codes) await this.addCode(code);
    for (const key of keys) await allowKey(database, fromHex(key) as Uint8Array, clock.now());
  }

  /** Good once, for two weeks. */
  async addCode(code: string): Promise<Instant> {
    const now = this.#deps.clock.now();
    const expires = Instant(now + CODE_LIFE_MS);
    await addCode(this.#deps.database, hashOf(code), now, expires);
    return expires;
  }
}

function hashOf(code: string): Uint8Array {
  return createHash("sha256").update(code).digest();
}

function parseHello(payload: Uint8Array): Hello | undefined {
  if (payload.length > HELLO_BYTES_MAX) return undefined;
  try {
    const checked = checkedHello(JSON.parse(Buffer.from(payload).toString("utf8")));
    return checked.problem === undefined ? (checked.value as Hello) : undefined;
  } catch {
    return undefined;
  }
}

function refusalOf(gateway: string, result: EnrolmentResult): CodedError | undefined {
  switch (result) {
    case "enrolled":
      return undefined;
    case "another-key":
      return errors.HEADEND_ENROLMENT_KEY(`${gateway} is enrolled with another device key.`);
    case "bad-code":
      return errors.HEADEND_ENROLMENT_CODE(`The enrolment code of ${gateway} is not good.`);
    case "unknown-key":
      return errors.HEADEND_ENROLMENT_UNKNOWN(`${gateway} came without a code and is on no list.`);
  }
}

function refuse(gateway: string, error: CodedError): HelloAnswer {
  const body = { kind: "refusal", gateway, code: error.code, says: error.message };
  return { envelope: { body, mac: noMac }, refused: error };
}
