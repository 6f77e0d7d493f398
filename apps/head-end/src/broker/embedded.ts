/**
 * The broker in this process: aedes, MQTT 3.1.1, on loopback. It keeps nothing on disk and need not: a gateway keeps each
 * message until it is acknowledged end to end. It takes shared subscriptions and delivers nothing to them, so they are
 * refused here; several head-ends need a broker of their own.
 */
import { createServer, type Server } from "node:net";
import { gatewayOf, subscriptions, topics } from "@csj/uplink";
import { Aedes } from "aedes";
import { errors } from "../errors.ts";
import type { Broker, BrokerMessage, MessageKind } from "./port.ts";

const HOST = "127.0.0.1";
/** At most this many messages wait for one slow client. */
const QUEUE_MAX = 1_000;

export async function embeddedBroker(port: number): Promise<Broker> {
  const aedes = await Aedes.createBroker({ queueLimit: QUEUE_MAX });
  guard(aedes);
  const server = createServer(aedes.handle);
  const bound = await listen(server, port).catch((cause) => {
    aedes.close();
    throw errors.HEADEND_PORT_IN_USE(`The broker cannot listen on ${HOST}:${port}: ${cause.code}.`, undefined, cause);
  });
  return {
    address: `mqtt://${HOST}:${bound}`,
    listen: (onMessage) => subscribeAll(aedes, onMessage),
    send: (gateway, payload) => {
      const packet = {
        cmd: "publish",
        topic: topics.down(gateway),
        payload,
        qos: 1,
        retain: false,
        dup: false,
      } as const;
      aedes.publish(packet, () => undefined);
    },
    close: () => close(aedes, server),
  };
}

/** Nobody but the head-end speaks downwards, and nobody but it hears what all say. */
function guard(aedes: Aedes): void {
  aedes.authorizePublish = (_client, { topic }, done) => {
    done(topic.endsWith("/down") || topic.startsWith("$") ? new Error(`${topic} is not for a gateway`) : null);
  };
  aedes.authorizeSubscribe = (_client, subscription, done) => {
    done(null, subscription.topic.startsWith("$share/") ? null : subscription);
  };
  aedes.on("clientError", (client) => client.close());
}

async function subscribeAll(aedes: Aedes, onMessage: (message: BrokerMessage) => void): Promise<void> {
  const wanted: readonly (readonly [MessageKind, string])[] = [
    ["hello", subscriptions.hello],
    ["data", subscriptions.up],
    ["live", subscriptions.live],
    ["status", subscriptions.status],
  ];
  for (const [kind, topic] of wanted) {
    await new Promise<void>((resolve) => {
      aedes.subscribe(
        topic,
        (packet, done) => {
          const gateway = gatewayOf(packet.topic);
          if (gateway !== undefined) onMessage({ kind, gateway, payload: bytesOf(packet.payload) });
          done();
        },
        resolve,
      );
    });
  }
}

function bytesOf(payload: string | Buffer): Uint8Array {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function close(aedes: Aedes, server: Server): Promise<void> {
  return new Promise((resolve) => {
    aedes.close(() => server.close(() => resolve()));
  });
}
