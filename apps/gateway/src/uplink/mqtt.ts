/** The uplink over MQTT 3.1.1, which every broker in use speaks. */
import type { Log } from "@csj/runtime";
import { topics } from "@csj/uplink";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { errors } from "../errors.ts";
import type { UplinkConnection, UplinkConnector, UplinkHandlers } from "./connector.ts";

export interface MqttOptions {
  /** `mqtt://HOST:PORT` or `mqtts://HOST:PORT`. */
  readonly broker: string;
  readonly username?: string;
  readonly password?: string;
  readonly log: Log;
}

const RECONNECT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;
const KEEPALIVE_S = 15;
/** For the last words; a broker that is gone does not hold up a stop. */
const CLOSE_WAIT_MS = 1_000;

export function mqttConnector(options: MqttOptions): UplinkConnector {
  return ({ gateway, handlers }) => {
    const client = connect(options.broker, clientOptions(options, gateway));
    wire(client, gateway, handlers, options);
    return connection(client, gateway);
  };
}

function clientOptions({ username, password }: MqttOptions, gateway: string): IClientOptions {
  return {
    protocolVersion: 4,
    clientId: `csj-${gateway}`,
    clean: true,
    resubscribe: false,
    queueQoSZero: false,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEPALIVE_S,
    will: { topic: topics.status(gateway), payload: Buffer.from("offline"), qos: 1, retain: true },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

function wire(client: MqttClient, gateway: string, handlers: UplinkHandlers, { broker, log }: MqttOptions): void {
  let reason = "the broker closed the connection";
  let up = false;
  /** An outage is said once, not at every attempt. */
  let said = false;
  client.on("connect", () => {
    client.subscribe(topics.down(gateway), { qos: 1 }, (error) => {
      if (error) {
        reason = `the broker refused the subscription: ${error.message}`;
        client.reconnect();
        return;
      }
      up = true;
      said = false;
      client.publish(topics.status(gateway), "online", { qos: 1, retain: true });
      handlers.onUp();
    });
  });
  client.on("error", (error) => {
    reason = error.message;
    log.debug("broker error", { reason });
  });
  client.on("close", () => {
    if (up) handlers.onDown(reason);
    else if (!said && !client.disconnecting) {
      log.warn(errors.GATEWAY_BROKER(`No connection to ${broker}: ${reason}.`).describe(), { code: "GATEWAY_BROKER" });
    }
    said = true;
    up = false;
  });
  client.on("message", (_topic, payload) => handlers.onMessage(payload));
}

function connection(client: MqttClient, gateway: string): UplinkConnection {
  return {
    publish: (topic, payload, qos) => {
      if (client.connected) client.publish(topic, payload, { qos });
    },
    close: async () => {
      if (client.connected) {
        const said = client
          .publishAsync(topics.status(gateway), "offline", { qos: 1, retain: true })
          .catch(() => undefined);
        await Promise.race([said, new Promise((resolve) => setTimeout(resolve, CLOSE_WAIT_MS).unref())]);
      }
      await client.endAsync(true);
    },
  };
}
