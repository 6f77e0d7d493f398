/** A wire in memory: two ends, bytes arrive at once and whole, unless a test damages them on the way. */
import type { ByteLink } from "../ports.ts";

/** Sees what passes; what it returns is what arrives (nothing, more, or the same). */
export type Tap = (bytes: Uint8Array, from: "a" | "b") => readonly Uint8Array[];

export function memoryWire(tap: Tap = (bytes) => [bytes]): { readonly a: ByteLink; readonly b: ByteLink } {
  const a = new End();
  const b = new End();
  a.join(b, (bytes) => tap(bytes, "a"));
  b.join(a, (bytes) => tap(bytes, "b"));
  return { a, b };
}

class End implements ByteLink {
  #peer: End | undefined;
  #through: (bytes: Uint8Array) => readonly Uint8Array[] = (bytes) => [bytes];
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #closed: ((reason?: Error) => void) | undefined;
  #waiting: Uint8Array[] = [];
  #open = true;

  join(peer: End, through: (bytes: Uint8Array) => readonly Uint8Array[]): void {
    this.#peer = peer;
    this.#through = through;
  }

  send(bytes: Uint8Array): void {
    if (!this.#open) return;
    for (const piece of this.#through(bytes)) this.#peer?.receive(piece);
  }

  receive(bytes: Uint8Array): void {
    if (!this.#open) return;
    if (this.#listener === undefined) this.#waiting.push(bytes);
    else this.#listener(bytes);
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const bytes of waiting) listener(bytes);
  }

  onClose(listener: (reason?: Error) => void): void {
    if (this.#open) this.#closed = listener;
    else listener();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed?.();
    this.#peer?.close();
  }
}
