/**
 * What one request asks and what one answer gives, without framing. Names and limits are those of Modbus Application
 * Protocol V1.1b3, clause 6. A request of `access.ts` has the shape of one of these, so that the hot path copies nothing.
 */
export interface ReadBits {
  /** 1 reads coils, 2 discrete inputs. */
  readonly function: 1 | 2;
  readonly address: number;
  /** 1 to 2000. */
  readonly count: number;
}

export interface ReadWords {
  readonly function: 3 | 4;
  readonly address: number;
  /** 1 to 125. */
  readonly count: number;
}

export interface WriteBits {
  /** 5 writes one coil, 15 several. */
  readonly function: 5 | 15;
  readonly address: number;
  readonly bits: readonly boolean[];
}

export interface WriteWords {
  readonly function: 6 | 16;
  readonly address: number;
  readonly words: readonly number[];
}

export interface FileRecord {
  /** 1 to 65535. */
  readonly file: number;
  /** 0 to 9999. */
  readonly record: number;
  /** Registers. */
  readonly count: number;
}

export interface ReadFileRecords {
  readonly function: 20;
  readonly records: readonly FileRecord[];
}

/** The register becomes (register AND and) OR (or AND NOT and). */
export interface MaskWrite {
  readonly function: 22;
  readonly address: number;
  readonly and: number;
  readonly or: number;
}

/** Writes first, then reads, in one request. */
export interface ReadWrite {
  readonly function: 23;
  readonly address: number;
  /** 1 to 125. */
  readonly count: number;
  readonly writeAddress: number;
  /** 1 to 121. */
  readonly words: readonly number[];
}

/** Function 43 / MEI type 14. */
export interface ReadIdentification {
  readonly function: 43;
  /** 1 basic, 2 regular, 3 extended: a stream of objects; 4: one object. */
  readonly level: 1 | 2 | 3 | 4;
  readonly object: number;
}

export type Request =
  | ReadBits
  | ReadWords
  | WriteBits
  | WriteWords
  | ReadFileRecords
  | MaskWrite
  | ReadWrite
  | ReadIdentification;

export interface Identification {
  readonly conformity: number;
  /** Object id at which the next request goes on; undefined at the end. */
  readonly next: number | undefined;
  readonly objects: readonly { readonly id: number; readonly value: Uint8Array }[];
}

/** What an answer carries: words for 3, 4 and 23, bits for 1 and 2, one array per record for 20, nothing for a write. */
export type AnswerBody = Uint16Array | readonly boolean[] | readonly Uint16Array[] | Identification | undefined;

export const READ_BITS_MAX = 2000;
export const READ_WORDS_MAX = 125;
export const WRITE_BITS_MAX = 1968;
export const WRITE_WORDS_MAX = 123;
export const READ_WRITE_WORDS_MAX = 121;
export const PDU_MAX = 253;

export function isWrite(request: Request): boolean {
  const code = request.function;
  return code === 5 || code === 6 || code === 15 || code === 16 || code === 22 || code === 23;
}
