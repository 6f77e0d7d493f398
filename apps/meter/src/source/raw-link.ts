/** Raw frames over TCP or a serial line. A line that is lost is opened again; until then samples are missing, and said. */
import type { Calibration, Layout, RawCounters } from "@csj/metrology";
import { Millis } from "@csj/quantity";
import type { ByteLink, Cancel, LinkFactory } from "@csj/runtime";
import type { SampleSink, SampleSource } from "./source.ts";
import { rawReader, type StreamParts } from "./stream.ts";

const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;

export class LinkSource implements SampleSource {
  readonly layout: Layout;
  readonly calibration: Calibration;
  readonly #parts: StreamParts;
  readonly #links: LinkFactory;
  #link: ByteLink | undefined;
  #cancel: Cancel | undefined;
  #wait = RETRY_MS;
  #stopped = false;
  #counters: RawCounters | undefined;

  constructor(parts: StreamParts, links: LinkFactory) {
    this.layout = parts.layout;
    this.calibration = parts.calibration;
    this.#parts = parts;
    this.#links = links;
  }

  /** Undefined before the first start. */
  get counters(): RawCounters | undefined {
    return this.#counters;
  }

  start(sink: SampleSink): void {
    const reader = rawReader(this.#parts, sink);
    this.#counters = reader.counters;
    void this.#open((bytes) => {
      this.#wait = RETRY_MS;
      reader.push(bytes);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#link?.close();
  }

  async #open(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    const { log, timers } = this.#parts.deps;
    const again = (reason: unknown): void => {
      if (this.#stopped) return;
      log.warn("no samples from the front end", { source: this.#links.name, reason: String(reason) });
      this.#cancel = timers.after(Millis(this.#wait), () => void this.#open(onBytes));
      this.#wait = Math.min(2 * this.#wait, RETRY_MAX_MS);
    };
    try {
      const link = await this.#links.open();
      if (this.#stopped) return link.close();
      this.#link = link;
      link.onClose((reason) => again(reason ?? "closed"));
      link.onBytes(onBytes);
    } catch (error) {
      again(error);
    }
  }
}
