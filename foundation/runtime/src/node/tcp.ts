/** TCP as byte links. Nagle is off: a Modbus request is one small write that waits for its answer. */
import { createConnection, createServer, type OnReadOpts, type Server, type Socket } from "node:net";
import type { Millis } from "@csj/quantity";
import type { ByteLink, LinkFactory } from "../ports.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const READ_BUFFER_BYTES = 65_536;

export function tcpLinks(
  host: string,
  port: number,
  connectTimeout: Millis | number = CONNECT_TIMEOUT_MS,
): LinkFactory {
  return {
    name: `tcp://${host}:${port}`,
    open: () =>
      new Promise((resolve, reject) => {
        const reader = new Reader();
        const socket = createConnection({ host, port, noDelay: true, onread: reader });
        socket.setTimeout(connectTimeout, () => socket.destroy(new Error(`no connection within ${connectTimeout} ms`)));
        socket.once("error", reject);
        socket.once("connect", () => {
          socket.setTimeout(0);
          socket.off("error", reject);
          resolve({ ...socketLink(socket), onBytes: (listener) => reader.listen(socket, listener) });
        });
      }),
  };
}

/**
 * Reads into one buffer for as long as the connection lives. Without it Node takes a fresh 64 kB for every read, which
 * made a small answer 7 % dearer.
 */
class Reader implements OnReadOpts {
  readonly buffer = new Uint8Array(READ_BUFFER_BYTES);
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #early: Uint8Array | undefined;

  /** False pauses the socket, so what comes before there is a listener is one buffer at most. */
  readonly callback = (length: number, buffer: Uint8Array): boolean => {
    const bytes = buffer.subarray(0, length);
    if (this.#listener === undefined) this.#early = Uint8Array.from(bytes);
    else this.#listener(bytes);
    return this.#listener !== undefined;
  };

  listen(socket: Socket, listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = undefined;
    if (early === undefined) return;
    listener(early);
    socket.resume();
  }
}

export function socketLink(socket: Socket): ByteLink {
  let failure: Error | undefined;
  let ended: (() => void) | undefined = () => {};
  socket.on("error", (error) => {
    failure = error;
  });
  socket.once("close", () => {
    const tell = ended;
    ended = undefined;
    tell?.();
  });
  return {
    send: (bytes) => {
      if (!socket.destroyed) socket.write(bytes);
    },
    onBytes: (listener) => socket.on("data", listener),
    onClose: (listener) => {
      if (ended === undefined) listener(failure);
      else ended = () => listener(failure);
    },
    close: () => socket.destroy(),
  };
}

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens and hands over each connection. Port 0 takes a free one. */
export async function listenTcp(host: string, port: number, accept: (link: ByteLink) => void): Promise<Listener> {
  const open = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    accept(socketLink(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
