/**
 * The latest picture of every site, and its last hour in memory. Nothing is billed from it and nothing of it is stored;
 * a restart begins with an empty board, which fills within a second.
 */
import type { Live } from "@csj/uplink";

/** One point a second for an hour. */
const HISTORY_MAX = 3_600;
/** Sites whose history is kept: 36 MB. Beyond it the site that was silent longest loses its history. */
const SITES_MAX = 256;
/** Sites whose last picture is kept. */
const LATEST_MAX = 100_000;

export interface LiveHistory {
  readonly at: number[];
  readonly grid_w: (number | null)[];
  readonly pv_w: (number | null)[];
  readonly home_w: (number | null)[];
  readonly limit_w: (number | null)[];
}

export type LiveListener = (live: Live) => void;

export class LiveBoard {
  readonly #latest = new Map<string, Live>();
  readonly #histories = new Map<string, Ring>();
  readonly #listeners = new Set<LiveListener>();

  put(live: Live): void {
    if (!this.#latest.has(live.site) && this.#latest.size >= LATEST_MAX) return;
    this.#latest.set(live.site, live);
    const ring = this.#histories.get(live.site) ?? new Ring();
    // Taken out and put back: the first of the map is the one that was silent longest.
    this.#histories.delete(live.site);
    this.#histories.set(live.site, ring);
    if (live.at !== null) ring.push(live, Date.parse(live.at));
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
    return (this.#histories.get(site) ?? new Ring()).read();
  }

  /** Gives what stops the calls. */
  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

interface Sample {
  readonly at: number;
  readonly live: Live;
}

class Ring {
  readonly #samples: Sample[] = [];
  #next = 0;

  push(live: Live, at: number): void {
    this.#samples[this.#next] = { at, live };
    this.#next = (this.#next + 1) % HISTORY_MAX;
  }

  read(): LiveHistory {
    const samples = [...this.#samples.slice(this.#next), ...this.#samples.slice(0, this.#next)];
    return {
      at: samples.map(({ at }) => at),
      grid_w: samples.map(({ live }) => live.grid_w),
      pv_w: samples.map(({ live }) => live.pv_w),
      home_w: samples.map(({ live }) => live.home_w),
      limit_w: samples.map(({ live }) => live.limit_w),
    };
  }
}
