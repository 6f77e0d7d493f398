/**
 * From the outbox to the head-end: a hello until it is welcomed, then what waits, a window at a time, each message until
 * the head-end says that it is in its database. A broker's own acknowledgement counts for nothing.
 */
import { fromHex, toHex } from "@csj/evidence";
import { Millis } from "@csj/quantity";
import type { Cancel, Clock, Digest, Log, Timers } from "@csj/runtime";
import { agreedKey } from "@csj/runtime/node";
import { type DownBody, type Live, macKeyInfo, macOf, signHello, topics } from "@csj/uplink";
import { errors } from "../errors.ts";
import type { Identity } from "../identity.ts";
import type { Outbox, OutboxMeter } from "../outbox/outbox.ts";
import type { UplinkConnection, UplinkConnector } from "./connector.ts";
import { type Down, openDown } from "./down.ts";
import { InFlight } from "./in-flight.ts";

export interface UplinkDeps {
  readonly gateway: string;
  /** One-time enrolment code, where there is one. */
  readonly code: string | undefined;
  readonly meters: readonly OutboxMeter[];
  readonly outbox: Outbox;
  readonly identity: Identity;
  readonly connect: UplinkConnector;
  /** Time on site. */
  readonly clock: Clock;
  /** Time on the wire: how long an answer takes is real also where the site is simulated. */
  readonly wireClock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly digest: Digest;
}

const SWEEP_MS = 1_000;
const HELLO_RETRY_MS = 5_000;
/** After a refusal; a code may be made on the head-end meanwhile. */
const HELLO_REFUSED_RETRY_MS = 30_000;
/** A head-end that answers nothing for this long may have forgotten this gateway: it is greeted again. */
const SILENCE_MS = 45_000;
/** Also without a new boundary there may be a day to give up. */
const DERIVE_PERIOD_MS = 60_000;

export class Uplink {
  readonly #deps: UplinkDeps;
  readonly #inFlight = new InFlight();
  #connection: UplinkConnection | undefined;
  #up = false;
  /** Agreed with the head-end that welcomed this connection. */
  #key: Uint8Array | undefined;
  #refused = false;
  #helloAt = 0;
  #deriveAt = 0;
  /** When the head-end last answered anything, or had nothing to answer. */
  #heardAt = 0;
  #sweep: Cancel | undefined;

  constructor(deps: UplinkDeps) {
    this.#deps = deps;
  }

  /** True while a head-end has welcomed this gateway on an open connection. */
  get welcomed(): boolean {
    return this.#key !== undefined;
  }

  start(): void {
    if (this.#connection !== undefined) return;
    this.#connection = this.#deps.connect({
      gateway: this.#deps.gateway,
      handlers: {
        onUp: () => this.#connected(),
        onDown: (reason) => this.#disconnected(reason),
        onMessage: (payload) => this.#receive(payload),
      },
    });
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#sweep?.();
    this.#sweep = undefined;
    this.#key = undefined;
    this.#up = false;
    await this.#connection?.close();
  }

  /** The outbox has something new. */
  poke(): void {
    this.#deriveAt = 0;
    this.#pump();
  }

  show(live: Live): void {
    if (this.#key === undefined) return;
    const mac = macOf(this.#deps.digest, this.#key, "up", live);
    this.#connection?.publish(topics.live(this.#deps.gateway), JSON.stringify({ body: live, mac }), 0);
  }

  #schedule(): void {
    this.#sweep = this.#deps.timers.after(Millis(SWEEP_MS), () => {
      this.#schedule();
      const now = this.#deps.wireClock.monotonic();
      this.#checkSilence(now);
      if (this.#up && this.#key === undefined && now >= this.#helloAt) this.#hello();
      this.#pump();
    });
  }

  #checkSilence(now: Millis): void {
    const expired = this.#inFlight.expire(now);
    if (expired === 0 && this.#inFlight.size === 0) this.#heardAt = now;
    if (now - this.#heardAt > SILENCE_MS) this.#key = undefined;
  }

  #connected(): void {
    this.#up = true;
    this.#deps.log.info("connected to the broker", { gateway: this.#deps.gateway });
    this.#inFlight.clear();
    this.#hello();
  }

  #disconnected(reason: string): void {
    if (this.#up) this.#deps.log.warn("the broker is gone; readings are kept", { reason });
    this.#up = false;
    this.#key = undefined;
    this.#inFlight.clear();
  }

  #hello(): void {
    const { gateway, identity, outbox, digest, wireClock, code } = this.#deps;
    this.#helloAt = wireClock.monotonic() + HELLO_RETRY_MS;
    const wantsCode = code !== undefined && (this.#refused || identity.headEndKey() === undefined);
    const hello = signHello(digest, identity.signer, {
      kind: "hello",
      gateway,
      epoch: outbox.epoch,
      public_key: toHex(identity.signer.publicKey),
      agreement_key: toHex(identity.agreement.publicRaw),
      ...(wantsCode ? { code } : {}),
    });
    this.#connection?.publish(topics.hello(gateway), JSON.stringify(hello), 1);
  }

  #pump(): void {
    const key = this.#key;
    if (key === undefined) return;
    this.#derive();
    const { outbox, wireClock, digest, gateway } = this.#deps;
    const now = wireClock.monotonic();
    const messages = this.#inFlight.take((after, limit) => outbox.waitingMessages(after, limit), now);
    for (const { body, seal } of messages) {
      // The body is stored in its canonical text: the MAC is over that, and it is sent as it is.
      const mac = toHex(digest.hmac(key, `up ${body}`));
      const envelope = `{"body":${body},"mac":"${mac}","seal":${JSON.stringify(seal)}}`;
      this.#connection?.publish(topics.up(gateway), envelope, 1);
    }
  }

  #derive(): void {
    const { outbox, clock, wireClock, meters } = this.#deps;
    const now = wireClock.monotonic();
    if (!clock.trusted() || now < this.#deriveAt) return;
    const more = outbox.derive(meters, clock.now());
    // The rest is made with the next pump: an acknowledgement or the sweep.
    this.#deriveAt = more ? now : now + DERIVE_PERIOD_MS;
  }

  #receive(payload: Uint8Array): void {
    const down = openDown(payload, this.#deps.gateway);
    if (down === undefined) {
      this.#deps.log.debug("a message that is none of the head-end's");
      return;
    }
    const { body } = down;
    if (body.kind === "welcome") this.#welcome(down, body.agreement_key);
    else if (body.kind === "refusal" && body.seq === undefined) this.#helloRefused(body.code, body.says);
    else if (this.#isAuthentic(down)) this.#obey(body);
  }

  /** The first head-end is trusted, as its enrolment code was given by hand; from then on only its key is. */
  #welcome(down: Down, agreementKey: string): void {
    const { identity, gateway, log } = this.#deps;
    const raw = fromHex(agreementKey);
    if (raw === undefined) return;
    const known = identity.headEndKey();
    if (known !== undefined && toHex(known) !== agreementKey) {
      log.error(errors.GATEWAY_HEAD_END_CHANGED("Another head-end than before answered the hello.").describe());
      return;
    }
    const key = this.#agree(raw, gateway);
    if (key === undefined || !this.#macFits(down, key)) return;
    if (known === undefined) identity.keepHeadEndKey(raw);
    if (this.#key === undefined) log.info("welcomed by the head-end", { gateway });
    this.#refused = false;
    this.#heardAt = this.#deps.wireClock.monotonic();
    this.#key = key;
    this.#deriveAt = 0;
    this.#pump();
  }

  #agree(raw: Uint8Array, gateway: string): Uint8Array | undefined {
    try {
      return agreedKey(this.#deps.identity.agreement.privatePem, raw, macKeyInfo(gateway));
    } catch {
      return undefined;
    }
  }

  #helloRefused(code: string, says: string): void {
    if (this.#key !== undefined) return;
    const { log, wireClock } = this.#deps;
    this.#helloAt = wireClock.monotonic() + HELLO_REFUSED_RETRY_MS;
    if (!this.#refused) {
      log.warn(errors.GATEWAY_HEAD_END_REFUSED(`The head-end refused this gateway (${code}: ${says})`).describe(), {
        code,
      });
    }
    this.#refused = true;
  }

  #isAuthentic(down: Down): boolean {
    return this.#key !== undefined && this.#macFits(down, this.#key);
  }

  #macFits({ body, mac }: Down, key: Uint8Array): boolean {
    return macOf(this.#deps.digest, key, "down", body) === mac;
  }

  #obey(body: DownBody): void {
    const { outbox, clock, wireClock, log } = this.#deps;
    this.#heardAt = wireClock.monotonic();
    if (body.kind === "ack" && body.epoch === outbox.epoch) {
      outbox.confirm(body.seqs, clock.now());
      this.#inFlight.done(body.seqs);
    } else if (body.kind === "refusal" && body.seq !== undefined && body.epoch === outbox.epoch) {
      log.error("the head-end refused a message", { code: body.code, says: body.says, seq: body.seq });
      outbox.refuse(body.seq, body.code);
      this.#inFlight.done([body.seq]);
    } else if (body.kind === "resend") {
      log.info("the head-end asks for days again", { from: body.from_day, to: body.to_day });
      outbox.sendAgain(body.from_day, body.to_day);
      this.#inFlight.rewind();
    }
    this.#pump();
  }
}
