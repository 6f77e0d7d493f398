/**
 * A broker elsewhere: Mosquitto, EMQX. Several head-ends may share it when they share one PostgreSQL; each message that
 * is stored then goes to one of them (shared subscriptions). A head-end whose database another cannot reach would take
 * half of the messages away, so each one leaves the id of its database at the broker, and another id there is refused.
 */
import { type Database, setting } from "@csj/store";
import { gatewayOf, subscriptions, topics } from "@csj/uplink";
import mqtt, { type MqttClient } from "mqtt";
import { errors } from "../errors.ts";
import type { Broker, BrokerMessage, MessageKind } from "./port.ts";

const CLAIM = "csj/v1/head-end/claim";
const GROUP = "$share/csj-head-end/";
const CONNECT_TIMEOUT_MS = 10_000;
/** How long the broker has to show a claim that is there. */
const CLAIM_WAIT_MS = 500;

export interface ExternalOptions {
  readonly address: string;
  readonly database: Database;
  /** The same for all head-ends on one database. */
  readonly databaseId: string;
}

export async function externalBroker(options: ExternalOptions): Promise<Broker> {
  const { address, databaseId } = options;
  const client = await connect(address, databaseId);
  try {
    await claim(client, databaseId);
  } catch (error) {
    await client.endAsync(true);
    throw error;
  }
  const release = await keepClaim(client, databaseId);
  const shared = options.database.engine === "postgres" ? GROUP : "";
  return {
    address,
    listen: (onMessage) => subscribeAll(client, shared, onMessage),
    send: (gateway, payload) => {
      client.publish(topics.down(gateway), payload, { qos: 1 });
    },
    close: async () => {
      await release();
      await client.endAsync();
    },
  };
}

async function connect(url: string, databaseId: string): Promise<MqttClient> {
  const will = { topic: CLAIM, payload: "", qos: 1, retain: true } as const;
  const options = { protocolVersion: 4, clean: true, will, connectTimeout: CONNECT_TIMEOUT_MS } as const;
  const client = await mqtt.connectAsync(url, options, false).catch((cause) => {
    throw errors.HEADEND_BROKER(`The broker ${url} does not answer: ${cause.message || cause.code}.`, undefined, cause);
  });
  // It connects again by itself; what it says about that is in its events, and nobody else must end for it.
  client.on("error", () => undefined);
  client.on("connect", () => client.publish(CLAIM, databaseId, { qos: 1, retain: true }));
  return client;
}

async function claim(client: MqttClient, databaseId: string): Promise<void> {
  const other = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), CLAIM_WAIT_MS);
    client.on("message", (topic, payload) => {
      if (topic !== CLAIM || payload.length === 0) return;
      clearTimeout(timer);
      resolve(payload.toString());
    });
    client.subscribe(CLAIM, { qos: 1 });
  });
  client.removeAllListeners("message");
  if (other !== undefined && other !== databaseId) {
    throw errors.HEADEND_NOT_ALONE("A head-end with another database is connected to this broker.");
  }
  await client.publishAsync(CLAIM, databaseId, { qos: 1, retain: true });
}

/**
 * Another head-end on this database takes the claim away when it goes; whoever stays puts it back. Gives what takes it
 * away.
 */
async function keepClaim(client: MqttClient, databaseId: string): Promise<() => Promise<void>> {
  let leaving = false;
  client.on("message", (topic, payload) => {
    if (topic === CLAIM && payload.length === 0 && !leaving)
      client.publish(CLAIM, databaseId, { qos: 1, retain: true });
  });
  await client.subscribeAsync(CLAIM, { qos: 1 });
  return async () => {
    leaving = true;
    await client.publishAsync(CLAIM, "", { qos: 1, retain: true }).catch(() => undefined);
  };
}

async function subscribeAll(
  client: MqttClient,
  shared: string,
  onMessage: (message: BrokerMessage) => void,
): Promise<void> {
  client.on("message", (topic, payload) => {
    const gateway = gatewayOf(topic);
    const kind = kindOf(topic);
    if (gateway !== undefined && kind !== undefined) onMessage({ kind, gateway, payload });
  });
  await client.subscribeAsync([`${shared}${subscriptions.hello}`, `${shared}${subscriptions.up}`], { qos: 1 });
  await client.subscribeAsync([subscriptions.status], { qos: 1 });
  await client.subscribeAsync([subscriptions.live], { qos: 0 });
}

function kindOf(topic: string): MessageKind | undefined {
  if (topic.endsWith("/up/data")) return "data";
  if (topic.endsWith("/up/live")) return "live";
  if (topic.endsWith("/up/hello")) return "hello";
  return topic.endsWith("/status") ? "status" : undefined;
}

/** Made once for a database and kept in it. */
export function databaseIdOf(database: Database, make: () => string): Promise<string> {
  return setting(database, "database_id", make);
}
