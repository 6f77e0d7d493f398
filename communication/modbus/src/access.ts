/** What a device asks of a bus. The bus driver is one implementation; a test that needs no bus can be another. */
import type { Instant, Millis } from "@csj/quantity";
import type { FileRecord } from "./pdu.ts";

export interface Received {
  /** When the last byte of the answer arrived: wall time, and monotonic time for ages. */
  readonly receivedAt: Instant;
  readonly receivedMonotonic: Millis;
}

export interface Answer extends Received {
  /** 16-bit registers, as they came: the reader's own, though a view of a larger buffer. */
  readonly words: Uint16Array;
}

/** `control` overtakes everything that waits: a limit must not queue behind a register dump. */
export type Lane = "control" | "measure";

export interface Asked {
  /** 1 to 247; over TCP also 0 and 255. */
  readonly unit: number;
  readonly lane?: Lane;
  readonly timeout?: Millis;
}

export interface ReadRequest extends Asked {
  /** 3 reads holding registers, 4 input registers. */
  readonly function: 3 | 4;
  /** PDU address, from 0. */
  readonly address: number;
  /** 1 to 125. */
  readonly count: number;
}

export interface WriteRequest extends Asked {
  /** 6 writes one register, 16 writes several; some devices refuse one of the two. */
  readonly function: 6 | 16;
  readonly address: number;
  readonly words: readonly number[];
}

/** Rejects with a coded error (docs/ERRORS.md, MODBUS_*); it never gives words that were not this request's answer. */
export interface RegisterAccess {
  read(request: ReadRequest): Promise<Answer>;
  write(request: WriteRequest): Promise<void>;
}

export interface ReadBitsRequest extends Asked {
  /** 1 reads coils, 2 discrete inputs. */
  readonly function: 1 | 2;
  readonly address: number;
  /** 1 to 2000. */
  readonly count: number;
}

export interface WriteBitsRequest extends Asked {
  /** 5 writes one coil, 15 several. */
  readonly function: 5 | 15;
  readonly address: number;
  readonly bits: readonly boolean[];
}

export interface MaskWriteRequest extends Asked {
  readonly address: number;
  /** The register becomes (register AND and) OR (or AND NOT and). */
  readonly and: number;
  readonly or: number;
}

export interface ReadWriteRequest extends Asked {
  readonly address: number;
  readonly count: number;
  readonly writeAddress: number;
  readonly words: readonly number[];
}

export interface ReadFileRequest extends Asked {
  readonly records: readonly FileRecord[];
}

export interface IdentificationRequest extends Asked {
  /** 1 basic, 2 regular, 3 extended. */
  readonly level: 1 | 2 | 3;
}

/** Object id to its bytes: 0 vendor name, 1 product code, 2 revision, 3 URL, 4 product name, 5 model, 6 application. */
export type IdentificationObjects = ReadonlyMap<number, Uint8Array>;

/** A write that every device on a serial line takes and none answers. */
export type BroadcastRequest = Omit<WriteRequest, "unit" | "timeout">;

/** Everything that the Modbus driver can do, for tools and for devices that registers alone do not describe. */
export interface BusAccess extends RegisterAccess {
  readBits(request: ReadBitsRequest): Promise<Received & { readonly bits: readonly boolean[] }>;
  writeBits(request: WriteBitsRequest): Promise<void>;
  maskWrite(request: MaskWriteRequest): Promise<void>;
  readWrite(request: ReadWriteRequest): Promise<Answer>;
  readFileRecord(request: ReadFileRequest): Promise<Received & { readonly records: readonly Uint16Array[] }>;
  readDeviceIdentification(request: IdentificationRequest): Promise<IdentificationObjects>;
  /** On serial lines only: over TCP no device would know that it is meant. */
  broadcast(request: BroadcastRequest): Promise<void>;
}
