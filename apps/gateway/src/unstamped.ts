/**
 * Register reads from before anybody vouched for the clock. They are kept on monotonic time and get their wall time once
 * there is one, so a power cut with no network costs no half-hour. They live in memory: monotonic time ends with the
 * process, and what the registers grew meanwhile is then a span.
 */
import { type ChannelId, Instant, type Millis } from "@csj/quantity";
import type { ChannelRead } from "./boundaries.ts";

/** A week of one read a minute. */
export const UNSTAMPED_MAX = 10_080;

export interface MonotonicRead extends ChannelRead {
  readonly measuredMonotonic: Millis;
}

export type UnstampedReads = ReadonlyMap<ChannelId, MonotonicRead>;

export class Unstamped {
  #reads: UnstampedReads[] = [];
  #dropped = 0;

  get dropped(): number {
    return this.#dropped;
  }

  get size(): number {
    return this.#reads.length;
  }

  keep(read: UnstampedReads): void {
    if (this.#reads.length >= UNSTAMPED_MAX) {
      this.#reads.shift();
      this.#dropped += 1;
    }
    this.#reads.push(read);
  }

  /** Hands over all reads with their wall time, oldest first. `wallOffset` is wall time minus monotonic time. */
  stamp(wallOffset: number): ReadonlyMap<ChannelId, ChannelRead>[] {
    const reads = this.#reads;
    this.#reads = [];
    const stamped = (read: MonotonicRead) => Instant(Math.round(read.measuredMonotonic + wallOffset));
    return reads.map((channels) => {
      return new Map([...channels].map(([channel, read]) => [channel, { ...read, measuredAt: stamped(read) }]));
    });
  }
}
