import type { Instant, Millis } from "@csj/quantity";

export interface Clock {
  /** UTC wall time. It can jump; nothing that measures a duration may use it. */
  now(): Instant;
  /** Never jumps and never falls; its zero means nothing. */
  monotonic(): Millis;
  /** False while nobody vouches for `now()`: no battery-backed clock and no network time yet. */
  trusted(): boolean;
}

/** Takes back what was scheduled; calling it twice, or after it fired, does nothing. */
export type Cancel = () => void;

export interface Timers {
  after(delay: Millis, run: () => void): Cancel;
}

export interface Random {
  /** In [0, 1). */
  next(): number;
}

export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/** A two-way stream of bytes: a TCP connection, a serial line, a wire in memory. No framing is promised. */
export interface ByteLink {
  send(bytes: Uint8Array): void;
  /**
   * At most one listener; bytes that came before it was set are handed over when it is. The bytes are the listener's for
   * the call only: it copies what it keeps.
   */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Called once, with the reason where there is one. */
  onClose(listener: (reason?: Error) => void): void;
  close(): void;
}

/** Makes a link again after it was lost. */
export interface LinkFactory {
  /** For people: `tcp://127.0.0.1:5020`, `serial:/dev/ttyUSB0`. */
  readonly name: string;
  open(): Promise<ByteLink>;
}

export interface Signer {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 over the bytes; 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}

export interface Digest {
  /** SHA-256, 32 bytes. */
  sha256(data: string | Uint8Array): Uint8Array;
  /** HMAC-SHA-256, 32 bytes. */
  hmac(key: Uint8Array, data: string | Uint8Array): Uint8Array;
}

export interface Verifier {
  /** True if `signature` is Ed25519 of `bytes` by `publicKey`. */
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
