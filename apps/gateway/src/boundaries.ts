/**
 * Which register read closes a half-hour. A boundary's value is the first good read at or after it; one that was never
 * read stays missing, and the energy across it is known in sum. No I/O and no clock: wall time is passed in, and it may
 * jump. Forward: the boundaries in between are missing. Backward: none is read again; see `due`.
 */
import type { ChannelId, Instant } from "@csj/quantity";
import { boundaryBefore, type IntervalSeconds, LATE_AFTER_MS, type RegisterRead } from "@csj/reading";

export interface ChannelRead extends RegisterRead {
  /** Another number is another register series (exchange, reset): no difference is taken between two. */
  readonly series: number;
}

export interface BoundaryReads {
  readonly at: Instant;
  readonly channels: ReadonlyMap<ChannelId, ChannelRead>;
  /** Of one that was not read in time: where it comes from. */
  readonly source?: "load-profile";
}

export interface BoundaryOptions {
  readonly interval: IntervalSeconds;
  /** Channels that a whole read has. */
  readonly channels: readonly ChannelId[];
  /** The latest boundary that is stored, where there is one. */
  readonly last: Instant | undefined;
  /** How long a boundary of which some channels were read waits for the rest, in ms. */
  readonly grace: number;
}

/** A wall clock that steps back by less than this is being disciplined, not set. */
const REWIND_TOLERANCE_MS = LATE_AFTER_MS;

export class Boundaries {
  readonly #options: BoundaryOptions;
  #last: Instant | undefined;
  #rewound = false;
  #open: { at: Instant; channels: Map<ChannelId, ChannelRead> } | undefined;

  constructor(options: BoundaryOptions) {
    this.#options = options;
    this.#last = options.last;
  }

  /**
   * The boundary that wants a read at this wall time. After the clock was set back, the first boundary past the latest
   * one is given up: its interval would hold the energy of all the repeated time. Its neighbours keep that as a span.
   */
  due(now: Instant): Instant | undefined {
    const at = boundaryBefore(now, this.#options.interval);
    if (this.#last === undefined) return at;
    if (now < this.#last - REWIND_TOLERANCE_MS) this.#rewound = true;
    if (at <= this.#last) return undefined;
    if (!this.#rewound) return at;
    this.#rewound = false;
    this.#last = at;
    return undefined;
  }

  /** Takes good reads; gives a boundary when all its channels are there. */
  offer(registers: ReadonlyMap<ChannelId, ChannelRead>): BoundaryReads | undefined {
    for (const [channel, read] of registers) this.#take(channel, read);
    const whole = this.#open !== undefined && this.#open.channels.size >= this.#options.channels.length;
    return whole ? this.#close() : undefined;
  }

  /** A boundary that has some channels and has waited long enough for the others. */
  overdue(now: Instant): BoundaryReads | undefined {
    if (this.#open === undefined) return undefined;
    const waited = now - this.#open.at;
    const withinItsInterval = waited >= 0 && waited < this.#options.interval * 1000;
    return withinItsInterval && waited < this.#options.grace ? undefined : this.#close();
  }

  #take(channel: ChannelId, read: ChannelRead): void {
    const at = boundaryBefore(read.measuredAt, this.#options.interval);
    if (this.#last !== undefined && at <= this.#last) return;
    if (this.#open !== undefined && this.#open.at !== at) return;
    this.#open ??= { at, channels: new Map() };
    if (!this.#open.channels.has(channel)) this.#open.channels.set(channel, read);
  }

  #close(): BoundaryReads | undefined {
    const closed = this.#open;
    this.#open = undefined;
    if (closed !== undefined) this.#last = closed.at;
    return closed;
  }
}
