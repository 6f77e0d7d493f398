/** The smallest head-end that keeps the uplink's rules: welcomes, checks every MAC and seal, keeps, acknowledges. */
import { createServer, type Server } from "node:net";
import { type Canonical, toHex } from "@csj/evidence";
import { agreedKey, agreementKeys, nodeDigest, nodeVerifier } from "@csj/runtime/node";
import {
  checkBody,
  checkHello,
  DayBody,
  gatewayOf,
  type Hello,
  IntervalBody,
  Live,
  LossBody,
  macKeyInfo,
  macOf,
  noMac,
  type Purpose,
  SiteBody,
  type StoredBody,
  subscriptions,
  topics,
} from "@csj/uplink";
import { Aedes } from "aedes";
import { connectAsync, type MqttClient } from "mqtt";
import { Value } from "typebox/value";

const schemas = { interval: IntervalBody, day: DayBody, site: SiteBody, loss: LossBody } as const;

export interface TestBroker {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** A real broker on a port of its own, or on the one that another had before. */
export async function testBroker(port = 0): Promise<TestBroker> {
  const aedes = await Aedes.createBroker();
  const server: Server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  return {
    port: taken,
    url: `mqtt://127.0.0.1:${taken}`,
    close: () =>
      new Promise((resolve) => {
        aedes.close(() => server.close(() => resolve()));
      }),
  };
}

export interface Received {
  readonly body: StoredBody;
  readonly previous: string;
}

/** Outlives the connection: what a head-end has in its database. */
export class HeadEndStore {
  readonly keys = agreementKeys();
  readonly messages = new Map<string, Received>();
  readonly gateways = new Map<string, { readonly mac: Uint8Array; readonly publicKey: Uint8Array }>();
  readonly lives: unknown[] = [];
  /** Deliveries that could not be believed. */
  readonly bad: string[] = [];
  deliveries = 0;

  bodies(kind: StoredBody["kind"]): StoredBody[] {
    return [...this.messages.values()].map(({ body }) => body).filter((body) => body.kind === kind);
  }
}

export interface TestHeadEndOptions {
  readonly code?: string;
  /** Which messages are acknowledged; all where not given. */
  readonly acknowledges?: (body: StoredBody) => boolean;
  readonly refuses?: (body: StoredBody) => string | undefined;
}

export class TestHeadEnd {
  readonly #client: MqttClient;
  readonly #store: HeadEndStore;
  readonly #options: TestHeadEndOptions;

  private constructor(client: MqttClient, store: HeadEndStore, options: TestHeadEndOptions) {
    this.#client = client;
    this.#store = store;
    this.#options = options;
  }

  static async start(url: string, store: HeadEndStore, options: TestHeadEndOptions = {}): Promise<TestHeadEnd> {
    const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 50 });
    const headEnd = new TestHeadEnd(client, store, options);
    client.on("message", (topic, payload) => void headEnd.#receive(topic, payload));
    await client.subscribeAsync([subscriptions.hello, subscriptions.up, subscriptions.live], { qos: 1 });
    return headEnd;
  }

  resend(gateway: string, from: string, to: string): void {
    this.#down(gateway, { kind: "resend", gateway, from_day: from, to_day: to });
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #receive(topic: string, payload: Buffer): Promise<void> {
    const gateway = gatewayOf(topic)!;
    const message = JSON.parse(payload.toString());
    if (topic === topics.hello(gateway)) return this.#hello(gateway, message);
    const known = this.#store.gateways.get(gateway);
    if (known === undefined || macOf(nodeDigest, known.mac, "up", message.body) !== message.mac) {
      this.#store.bad.push(topic);
      return;
    }
    if (topic === topics.live(gateway)) {
      this.#store.lives.push(message.body);
      if (!Value.Check(Live, message.body)) this.#store.bad.push(topic);
    } else await this.#keep(gateway, message);
  }

  async #hello(gateway: string, hello: Hello): Promise<void> {
    if (!(await checkHello(nodeDigest, nodeVerifier(), hello))) return;
    const { code } = this.#options;
    const { public_key, agreement_key } = hello.body;
    if (!this.#store.gateways.has(gateway) && code !== undefined && hello.body.code !== code) {
      const refusal = { kind: "refusal", gateway, code: "HEADEND_CODE", says: "The code is not known." };
      this.#client.publish(topics.down(gateway), JSON.stringify({ body: refusal, mac: noMac }), { qos: 1 });
      return;
    }
    const mac = agreedKey(this.#store.keys.privatePem, Buffer.from(agreement_key, "hex"), macKeyInfo(gateway));
    this.#store.gateways.set(gateway, { mac, publicKey: Buffer.from(public_key, "hex") });
    this.#down(gateway, { kind: "welcome", gateway, agreement_key: toHex(this.#store.keys.publicRaw) });
  }

  async #keep(
    gateway: string,
    { body, seal }: { body: StoredBody; seal: { previous: string; signature: string } },
  ): Promise<void> {
    const { publicKey } = this.#store.gateways.get(gateway)!;
    const purpose: Purpose = body.kind;
    const good = await checkBody(nodeDigest, nodeVerifier(), publicKey, purpose, body, seal);
    if (!good || !Value.Check(schemas[purpose], body)) this.#store.bad.push(`${body.kind} ${body.seq}`);
    const refusal = this.#options.refuses?.(body);
    const { epoch, seq } = body;
    if (refusal !== undefined) {
      this.#down(gateway, { kind: "refusal", gateway, code: refusal, says: "No.", epoch, seq });
      return;
    }
    if (this.#options.acknowledges?.(body) === false) return;
    this.#store.deliveries += 1;
    this.#store.messages.set(`${epoch}/${seq}`, { body, previous: seal.previous });
    this.#down(gateway, { kind: "ack", gateway, epoch, seqs: [seq] });
  }

  #down(gateway: string, body: { readonly [key: string]: Canonical }): void {
    const known = this.#store.gateways.get(gateway)!;
    const mac = macOf(nodeDigest, known.mac, "down", body);
    this.#client.publish(topics.down(gateway), JSON.stringify({ body, mac }), { qos: 1 });
  }
}

/** Waits, in real time, for what a broker brings. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited 15 s in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
