/** A site's last hour, once a second, for a page's dense line: 86 kB, whatever it holds. */
import type { Live } from "./live.ts";

const HISTORY_MAX = 3_600;

export interface LiveHistory {
  readonly at: number[];
  readonly grid_w: (number | null)[];
  readonly pv_w: (number | null)[];
  readonly home_w: (number | null)[];
  readonly limit_w: (number | null)[];
}

const columns = ["grid_w", "pv_w", "home_w", "limit_w"] as const;

export class LiveRing {
  readonly #at = new Float64Array(HISTORY_MAX);
  readonly #values = columns.map(() => new Float32Array(HISTORY_MAX));
  #count = 0;

  push(at: number, live: Live): void {
    const place = this.#count % HISTORY_MAX;
    this.#at[place] = at;
    columns.forEach((column, index) => {
      (this.#values[index] as Float32Array)[place] = live[column] ?? Number.NaN;
    });
    this.#count += 1;
  }

  /** Oldest first. */
  read(): LiveHistory {
    const length = Math.min(this.#count, HISTORY_MAX);
    const places = Array.from({ length }, (_, index) => (this.#count - length + index) % HISTORY_MAX);
    const column = (index: number) =>
      places.map((place) => {
        const value = (this.#values[index] as Float32Array)[place] as number;
        return Number.isNaN(value) ? null : value;
      });
    const at = places.map((place) => this.#at[place] as number);
    return { at, grid_w: column(0), pv_w: column(1), home_w: column(2), limit_w: column(3) };
  }
}
