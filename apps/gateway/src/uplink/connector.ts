/** What the uplink needs of a broker's client. MQTT is one; a test's head-end in memory can be another. */
export interface UplinkHandlers {
  /** Connected and subscribed: what is published now can be answered. */
  onUp(): void;
  onDown(reason: string): void;
  onMessage(payload: Uint8Array): void;
}

export interface UplinkOptions {
  readonly gateway: string;
  readonly handlers: UplinkHandlers;
}

export interface UplinkConnection {
  /** Gives no promise of delivery: the head-end's acknowledgement is that. */
  publish(topic: string, payload: string, qos: 0 | 1): void;
  close(): Promise<void>;
}

/** Begins to connect, and goes on trying by itself until it is closed. */
export type UplinkConnector = (options: UplinkOptions) => UplinkConnection;
