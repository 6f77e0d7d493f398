/**
 * One link to a bus, opened when it is wanted and again after it was lost, ever less often while that fails. Nothing runs
 * by itself: an attempt is made when somebody asks and the pause is over.
 */
import type { CodedError } from "@csj/fault";
import type { ByteLink, Clock, LinkFactory, Log } from "@csj/runtime";
import { errors } from "./errors.ts";

const PAUSE_FIRST_MS = 500;
const PAUSE_MAX_MS = 30_000;

export interface LinkEvents {
  opened(): void;
  received(bytes: Uint8Array): void;
  lost(error: CodedError): void;
  /** An attempt to open failed. */
  failed(error: CodedError): void;
}

export class BusLink {
  readonly #links: LinkFactory;
  readonly #clock: Clock;
  readonly #log: Log | undefined;
  readonly #events: LinkEvents;
  #link: ByteLink | undefined;
  #opening = false;
  #closed = false;
  #pause = 0;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(links: LinkFactory, clock: Clock, log: Log | undefined, events: LinkEvents) {
    this.#links = links;
    this.#clock = clock;
    this.#log = log;
    this.#events = events;
  }

  get name(): string {
    return this.#links.name;
  }

  get up(): boolean {
    return this.#link !== undefined;
  }

  send(bytes: Uint8Array): void {
    this.#link?.send(bytes);
  }

  /** Begins to open the link where it is down; the error if it is too early to try again. */
  want(): CodedError | undefined {
    if (this.#link !== undefined || this.#opening) return undefined;
    const wait = this.#notBefore - this.#clock.monotonic();
    if (wait > 0) {
      const what = `The link is down; the next attempt is in ${Math.ceil(wait)} ms.`;
      return errors.MODBUS_LINK(what, { path: this.name });
    }
    this.#opening = true;
    this.#links.open().then(
      (link) => this.#opened(link),
      (reason: unknown) => this.#failed(reason),
    );
    return undefined;
  }

  /** Drops the link without pause, to begin on a new one. */
  renew(): void {
    const link = this.#link;
    this.#link = undefined;
    link?.close();
  }

  close(): void {
    this.#closed = true;
    this.renew();
  }

  #opened(link: ByteLink): void {
    this.#opening = false;
    if (this.#closed) {
      link.close();
      return;
    }
    this.#link = link;
    this.#pause = 0;
    link.onClose((reason) => this.#lost(link, reason));
    link.onBytes((bytes) => {
      if (this.#link === link) this.#events.received(bytes);
    });
    this.#events.opened();
  }

  #failed(reason: unknown): void {
    this.#opening = false;
    this.#wait();
    const why = reason instanceof Error ? reason.message : String(reason);
    this.#log?.warn("bus link does not open", { link: this.name, why, pause_ms: this.#pause });
    this.#events.failed(errors.MODBUS_LINK(`The link does not open: ${why}.`, { path: this.name }, reason));
  }

  #lost(link: ByteLink, reason: Error | undefined): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    const why = reason === undefined ? "the other side closed it" : reason.message;
    this.#log?.warn("bus link lost", { link: this.name, why });
    this.#events.lost(errors.MODBUS_LINK(`The link was lost: ${why}.`, { path: this.name }, reason));
  }

  #wait(): void {
    this.#pause = this.#pause === 0 ? PAUSE_FIRST_MS : Math.min(PAUSE_MAX_MS, 2 * this.#pause);
    this.#notBefore = this.#clock.monotonic() + this.#pause;
  }
}
