/** What a device asks of a bus. The bus driver is one implementation; a test that needs no bus can be another. */
import type { Instant, Millis } from "@csj/quantity";

export interface Answer {
  /** 16-bit registers, as they came. */
  readonly words: Uint16Array;
  /** When the last byte of the answer arrived: wall time, and monotonic time for ages. */
  readonly receivedAt: Instant;
  readonly receivedMonotonic: Millis;
}

/** `control` overtakes everything that waits: a limit must not queue behind a register dump. */
export type Lane = "control" | "measure";

export interface ReadRequest {
  /** 1 to 247; over TCP also 0 and 255. */
  readonly unit: number;
  /** 3 reads holding registers, 4 input registers. */
  readonly function: 3 | 4;
  /** PDU address, from 0. */
  readonly address: number;
  /** 1 to 125. */
  readonly count: number;
  readonly lane?: Lane;
  readonly timeout?: Millis;
}

export interface WriteRequest {
  readonly unit: number;
  /** 6 writes one register, 16 writes several; some devices refuse one of the two. */
  readonly function: 6 | 16;
  readonly address: number;
  readonly words: readonly number[];
  readonly lane?: Lane;
  readonly timeout?: Millis;
}

/** Rejects with a coded error (docs/ERRORS.md, MODBUS_*); it never gives words that were not this request's answer. */
export interface RegisterAccess {
  read(request: ReadRequest): Promise<Answer>;
  write(request: WriteRequest): Promise<void>;
}
