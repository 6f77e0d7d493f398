/** The picture as others see it: whoever listens now, and the last hour for whoever comes later. */
import type { Live } from "@csj/uplink";
import { type LiveHistory, LiveRing } from "@csj/uplink";

export type LiveListener = (live: Live) => void;

export class LiveBoard {
  readonly #ring = new LiveRing();
  readonly #listeners = new Set<LiveListener>();

  /** False where nobody would see a picture, so that it need not be made. */
  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  show(at: number, live: Live): void {
    this.#ring.push(at, live);
    for (const listener of this.#listeners) listener(live);
  }

  history(): LiveHistory {
    return this.#ring.read();
  }
}
