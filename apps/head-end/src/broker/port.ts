/** What the head-end needs of a broker, be it inside this process or elsewhere. */
export type MessageKind = "hello" | "data" | "live" | "status";

export interface BrokerMessage {
  readonly kind: MessageKind;
  readonly gateway: string;
  readonly payload: Uint8Array;
}

export interface Broker {
  /** Where a gateway connects: `mqtt://127.0.0.1:1883`. */
  readonly address: string;
  /** Begins to deliver. */
  listen(onMessage: (message: BrokerMessage) => void): Promise<void>;
  /** To one gateway, at least once while it is connected. */
  send(gateway: string, payload: string): void;
  close(): Promise<void>;
}
