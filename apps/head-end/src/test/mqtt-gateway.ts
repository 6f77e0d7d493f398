/** A fake gateway on a real MQTT connection: it says hello on each connection, and sends what is not acknowledged. */

import { nodeDigest } from "@csj/runtime/node";
import { type AckBody, closePlain, type DayBody, type DownBody, type Envelope, topics } from "@csj/uplink";
import mqtt, { type MqttClient } from "mqtt";
import type { FakeGateway } from "./fake-gateway.ts";

const RECONNECT_MS = 50;

export class MqttGateway {
  readonly received: DownBody[] = [];
  /** Unacknowledged, by sequence number. */
  readonly waiting = new Map<number, Buffer>();
  readonly #gateway: FakeGateway;
  readonly #client: MqttClient;
  readonly #code: string | undefined;
  readonly #looks: (() => void)[] = [];

  constructor(address: string, gateway: FakeGateway, code?: string) {
    this.#gateway = gateway;
    this.#code = code;
    const will = { topic: topics.status(gateway.id), payload: "offline", qos: 1, retain: true } as const;
    this.#client = mqtt.connect(address, { protocolVersion: 4, clean: true, reconnectPeriod: RECONNECT_MS, will });
    this.#client.on("error", () => undefined);
    this.#client.on("message", (_topic, payload) => this.#down(JSON.parse(payload.toString())));
    this.#client.on("connect", () => {
      this.#client.subscribe(topics.down(gateway.id), { qos: 1 }, () => this.hello());
      this.#client.publish(topics.status(gateway.id), "online", { qos: 1, retain: true });
    });
  }

  hello(): void {
    this.publish(topics.hello(this.#gateway.id), this.#gateway.hello(this.#code), 1);
  }

  publish(topic: string, payload: Buffer, qos: 0 | 1): void {
    if (this.#client.connected) this.#client.publish(topic, payload, { qos });
  }

  keep(body: DayBody): void {
    const payload = this.#gateway.message(body);
    this.waiting.set(body.seq, payload);
    this.publish(topics.up(this.#gateway.id), payload, 1);
  }

  resend(): void {
    for (const payload of this.waiting.values()) this.publish(topics.up(this.#gateway.id), payload, 1);
  }

  /** Resolves when `is` holds; it is asked again whenever something came. */
  until(is: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (is()) resolve();
      };
      this.#looks.push(look);
      look();
    });
  }

  kinds(): string[] {
    return this.received.map(({ kind }) => kind);
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #down(envelope: Envelope<DownBody>): void {
    const { body, mac } = envelope;
    if (body.kind === "welcome") this.#gateway.welcomed(body.agreement_key);
    const own = closePlain(nodeDigest, this.#gateway.macKey, "down", body).mac;
    if (body.kind !== "refusal" && own !== mac) throw new Error(`a ${body.kind} with a foreign MAC`);
    this.received.push(body);
    if (body.kind === "ack") for (const seq of (body as AckBody).seqs) this.waiting.delete(seq);
    for (const look of this.#looks) look();
  }
}
