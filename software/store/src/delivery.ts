import type { Instant } from "@csj/quantity";

/** The message that a record came in, and the seal that its gateway gave it. */
export interface Delivery {
  /** Key of the gateway's row. */
  readonly gateway: number;
  readonly epoch: number;
  readonly seq: number;
  readonly receivedAt: Instant;
  /** Hash of the statement before it, 64 hex digits. */
  readonly previous: string;
  /** 128 hex digits. */
  readonly signature: string;
}

export interface DeliveryRow {
  readonly gateway: number;
  readonly epoch: number;
  readonly seq: number;
  readonly received_at: number;
  readonly previous: Uint8Array;
  readonly signature: Uint8Array;
}

export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    gateway: row.gateway,
    epoch: row.epoch,
    seq: row.seq,
    receivedAt: row.received_at as Instant,
    previous: hex(row.previous),
    signature: hex(row.signature),
  };
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
