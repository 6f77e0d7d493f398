/** Raw frames from a file, a fifo or stdin. The reader is pulled at the engine's speed, so a fast file waits in the kernel. */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { Calibration, Layout } from "@csj/metrology";
import type { SampleSink, SampleSource } from "./source.ts";
import { follow, rawReader, type StreamParts } from "./stream.ts";

export class PipeSource implements SampleSource {
  readonly layout: Layout;
  readonly calibration: Calibration;
  readonly #parts: StreamParts;
  readonly #path: string;
  #stream: Readable | undefined;

  constructor(parts: StreamParts, path: string) {
    this.layout = parts.layout;
    this.calibration = parts.calibration;
    this.#parts = parts;
    this.#path = path;
  }

  start(sink: SampleSink): void {
    const reader = rawReader(this.#parts, sink);
    const stream: Readable = this.#path === "-" ? process.stdin : createReadStream(this.#path);
    this.#stream = stream;
    follow(stream, this.#path, sink, (bytes) => reader.push(bytes));
  }

  stop(): void {
    this.#stream?.destroy();
  }
}
