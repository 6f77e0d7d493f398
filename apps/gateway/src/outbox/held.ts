/** Boundaries between the read and the disk. Bounded: when the disk takes nothing for too long, the oldest are dropped. */
import { type UtcDay, utcDayOf } from "@csj/reading";
import type { MeterBoundary } from "./boundary-rows.ts";

/** Three weeks of half-hours of one meter. */
export const HELD_MAX = 1_008;

export interface Lost {
  readonly dropped: number;
  readonly firstDay: UtcDay;
  readonly lastDay: UtcDay;
}

export class Held {
  #boundaries: MeterBoundary[] = [];
  #lost: Lost | undefined;

  get size(): number {
    return this.#boundaries.length;
  }

  get lost(): Lost | undefined {
    return this.#lost;
  }

  all(): readonly MeterBoundary[] {
    return this.#boundaries;
  }

  add(boundaries: readonly MeterBoundary[]): void {
    this.#boundaries.push(...boundaries);
    while (this.#boundaries.length > HELD_MAX) this.#drop(this.#boundaries.shift() as MeterBoundary);
  }

  /** All of it, the count of the lost included, is on disk. */
  clear(): void {
    this.#boundaries = [];
    this.#lost = undefined;
  }

  #drop(boundary: MeterBoundary): void {
    const day = utcDayOf(boundary.at);
    const { dropped, firstDay } = this.#lost ?? { dropped: 0, firstDay: day };
    this.#lost = { dropped: dropped + 1, firstDay, lastDay: day };
  }
}
