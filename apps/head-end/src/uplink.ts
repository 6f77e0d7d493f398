/** Between the broker and the rest: what comes up goes to its place, what has to be told goes down. */
import { timingSafeEqual } from "node:crypto";
import type { CodedError } from "@csj/fault";
import type { UtcDay } from "@csj/reading";
import type { Digest, Log } from "@csj/runtime";
import { type AckBody, checkedEnvelope, checkedLive, closePlain, type DownBody, type Live, macOf } from "@csj/uplink";
import type { Broker, BrokerMessage } from "./broker/port.ts";
import type { Enrolment } from "./enrolment.ts";
import type { KeyRing } from "./ingest/keys.ts";
import { PAYLOAD_BYTES_MAX } from "./ingest/opened.ts";
import type { Incoming, Outcome, Taker } from "./ingest/outcome.ts";
import type { IngestQueue } from "./ingest/queue.ts";
import type { LiveBoard } from "./live-board.ts";
import type { Metrics } from "./metrics.ts";
import type { Presence } from "./presence.ts";

export interface UplinkDeps {
  readonly broker: Broker;
  readonly enrolment: Enrolment;
  readonly ingest: Taker;
  readonly keys: KeyRing;
  readonly digest: Digest;
  readonly board: LiveBoard;
  readonly presence: Presence;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Bounds what is logged of messages that nobody is told of: anybody can send them. */
const DROPS_LOGGED_MAX = 100;

export class Uplink {
  readonly #deps: UplinkDeps;
  #dropsLogged = 0;

  constructor(deps: UplinkDeps) {
    this.#deps = deps;
  }

  receive(message: BrokerMessage, queue: IngestQueue): void {
    const { gateway, payload } = message;
    if (message.kind === "data") queue.add({ gateway, payload });
    else if (message.kind === "live") this.#live(gateway, payload);
    else if (message.kind === "status") this.#deps.presence.set(gateway, Buffer.from(payload).toString() === "online");
    else void this.#hello(gateway, payload);
  }

  async take(batch: readonly Incoming[]): Promise<void> {
    const { ingest, keys, metrics, log } = this.#deps;
    const done = metrics.batch.startTimer();
    try {
      const outcomes = await ingest.take(batch);
      // Who is answered was looked up where the messages were opened, which may be another thread.
      await keys.load(batch.flatMap(({ gateway }, at) => (outcomes[at]?.kind === "dropped" ? [] : [gateway])));
      for (const [at, outcome] of outcomes.entries()) this.#settle(batch[at]?.gateway ?? "", outcome);
      this.#acknowledge(batch, outcomes);
    } catch (error) {
      log.error("a batch was not taken", { says: String(error), messages: batch.length });
    }
    done();
  }

  /** Asks a gateway for its days again. False where it is not enrolled. */
  async resend(gateway: string, from: UtcDay, to: UtcDay): Promise<boolean> {
    await this.#deps.keys.load([gateway]);
    return this.#send(gateway, { kind: "resend", gateway, from_day: from, to_day: to });
  }

  async #hello(gateway: string, payload: Uint8Array): Promise<void> {
    const { enrolment, broker, ingest, keys, log } = this.#deps;
    try {
      const { envelope, refused } = await enrolment.hello(gateway, payload);
      if (refused !== undefined) this.#logDrop(gateway, refused);
      else log.info("gateway welcomed", { gateway });
      keys.forget(gateway);
      ingest.forget(gateway);
      await keys.load([gateway]);
      if (envelope !== undefined) broker.send(gateway, JSON.stringify(envelope));
    } catch (error) {
      log.error("a hello was not answered", { gateway, says: String(error) });
    }
  }

  #settle(gateway: string, outcome: Outcome): void {
    const { metrics, log } = this.#deps;
    metrics.count(outcome);
    if (outcome.kind === "dropped") this.#logDrop(gateway, outcome.error);
    else if (outcome.kind === "refused") this.#refuse(gateway, outcome.body, outcome.error);
    else if (outcome.kind === "failed") log.error("a message was not stored", { gateway, says: String(outcome.error) });
    else if (outcome.body.kind === "site") this.#deps.presence.setOwner(outcome.body.site.id, gateway);
    else if (outcome.body.kind === "loss") {
      const { dropped, first_day: first, last_day: last } = outcome.body;
      log.warn("a gateway lost readings", { gateway, dropped, first, last });
    }
  }

  #refuse(gateway: string, body: { readonly epoch: number; readonly seq: number }, error: CodedError): void {
    const { epoch, seq } = body;
    this.#deps.log.warn("message refused", { gateway, epoch, seq, code: error.code, says: error.message });
    this.#send(gateway, { kind: "refusal", gateway, code: error.code, says: error.message, epoch, seq });
  }

  /** One acknowledgement for each gateway and epoch of the batch. */
  #acknowledge(batch: readonly Incoming[], outcomes: readonly Outcome[]): void {
    const acks = new Map<string, AckBody>();
    for (const [at, outcome] of outcomes.entries()) {
      const gateway = batch[at]?.gateway;
      if (outcome.kind !== "stored" || gateway === undefined) continue;
      const { epoch, seq } = outcome.body;
      const key = `${gateway} ${epoch}`;
      const ack = acks.get(key) ?? { kind: "ack", gateway, epoch, seqs: [] };
      ack.seqs.push(seq);
      acks.set(key, ack);
    }
    for (const ack of acks.values()) this.#send(ack.gateway, ack);
  }

  #send(gateway: string, body: DownBody): boolean {
    const keys = this.#deps.keys.get(gateway);
    if (keys === undefined) return false;
    this.#deps.broker.send(gateway, JSON.stringify(closePlain(this.#deps.digest, keys.macKey, "down", body)));
    return true;
  }

  #live(gateway: string, payload: Uint8Array): void {
    const { keys, board, presence, metrics } = this.#deps;
    const known = keys.get(gateway);
    // A gateway that this process has not met yet: its next picture, a second later, is shown.
    if (known === undefined) return void keys.load([gateway]).catch(() => undefined);
    const live = this.#openLive(payload, known.macKey);
    if (live === undefined || presence.siteTakenBy(live.site, gateway)) return;
    presence.heard(gateway, live.site);
    metrics.live.inc();
    board.put(live);
  }

  #openLive(payload: Uint8Array, macKey: Uint8Array): Live | undefined {
    if (payload.length > PAYLOAD_BYTES_MAX) return undefined;
    try {
      const envelope = checkedEnvelope(JSON.parse(Buffer.from(payload).toString("utf8")));
      if (envelope.problem !== undefined) return undefined;
      const { body, mac } = envelope.value;
      const made = macOf(this.#deps.digest, macKey, "up", body);
      if (!timingSafeEqual(Buffer.from(made), Buffer.from(mac))) return undefined;
      const live = checkedLive(body);
      return live.problem === undefined ? (live.value as Live) : undefined;
    } catch {
      return undefined;
    }
  }

  #logDrop(gateway: string, error: CodedError): void {
    this.#dropsLogged += 1;
    if (this.#dropsLogged > DROPS_LOGGED_MAX) return;
    this.#deps.log.warn("message dropped", { gateway, code: error.code, says: error.message });
  }
}
