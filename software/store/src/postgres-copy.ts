/**
 * COPY FROM STDIN as a query of pg: the driver knows the messages but has no call for them. The rows go in chunks, so
 * that the socket's buffer takes them without one more copy of the whole.
 */
import type { Connection, Submittable } from "pg";

const CHUNK_BYTES = 1 << 20;

interface CopyConnection {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
}

export class CopyIn implements Submittable {
  readonly #sql: string;
  readonly #rows: Uint8Array;
  readonly #done: (count: number) => void;
  readonly #failed: (error: Error) => void;
  #count = 0;

  constructor(sql: string, rows: Uint8Array, done: (count: number) => void, failed: (error: Error) => void) {
    this.#sql = sql;
    this.#rows = rows;
    this.#done = done;
    this.#failed = failed;
  }

  submit(connection: Connection): void {
    (connection as unknown as CopyConnection).query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (let at = 0; at < this.#rows.length; at += CHUNK_BYTES) {
      const chunk = this.#rows.subarray(at, at + CHUNK_BYTES);
      connection.sendCopyFromChunk(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    }
    connection.endCopyFrom();
  }

  handleCommandComplete(message: { readonly text?: string }): void {
    this.#count = Number(/^COPY (\d+)/.exec(message.text ?? "")?.[1] ?? 0);
  }

  /** The driver drops a query that failed: nothing else is called after this. */
  handleError(error: Error): void {
    this.#failed(error);
  }

  handleReadyForQuery(): void {
    this.#done(this.#count);
  }
}
