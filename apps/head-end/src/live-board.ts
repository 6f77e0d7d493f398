/**
 * The latest picture of every site, and its last hour in memory. Nothing is billed from it and nothing of it is stored;
 * a restart begins with an empty board, which fills within a second.
 */
import { type Live, type LiveHistory, LiveRing } from "@csj/uplink";

/** Sites whose history is kept: 22 MB. Beyond it the site that was silent longest loses its history. */
const SITES_MAX = 256;
/** Sites whose last picture is kept. */
const LATEST_MAX = 100_000;

export type LiveListener = (live: Live) => void;

export class LiveBoard {
  readonly #latest = new Map<string, Live>();
  readonly #histories = new Map<string, LiveRing>();
  readonly #listeners = new Set<LiveListener>();

  put(live: Live): void {
    if (!this.#latest.has(live.site) && this.#latest.size >= LATEST_MAX) return;
    this.#latest.set(live.site, live);
    const ring = this.#histories.get(live.site) ?? new LiveRing();
    // Taken out and put back: the first of the map is the one that was silent longest.
    this.#histories.delete(live.site);
    this.#histories.set(live.site, ring);
    if (live.at !== null) ring.push(Date.parse(live.at), live);
    const [oldest] = this.#histories.keys();
    if (this.#histories.size > SITES_MAX && oldest !== undefined) this.#histories.delete(oldest);
    for (const listener of this.#listeners) listener(live);
  }

  latest(site: string): Live | undefined {
    return this.#latest.get(site);
  }

  all(): Iterable<Live> {
    return this.#latest.values();
  }

  history(site: string): LiveHistory {
    return (this.#histories.get(site) ?? new LiveRing()).read();
  }

  /** Gives what stops the calls. */
  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
