/**
 * One meter's energy registers: when they are read, whether they are believed, and which read closes which boundary.
 * They are read at the first cycle of each boundary until it is closed, and once a minute, so that belief has a recent
 * read to hold the next one against.
 */
import { type EnergyBelief, type Meter, readBelieved } from "@csj/device";
import { type ChannelId, Millis } from "@csj/quantity";
import type { Boundaries, BoundaryReads, ChannelRead } from "./boundaries.ts";
import type { Moment } from "./moment.ts";
import { Unstamped } from "./unstamped.ts";

const BELIEF_PERIOD_MS = 60_000;
/** In a slow simulation a read every cycle would be half of the work. */
const BELIEF_CYCLES = 5;

export interface EnergyKeeperOptions {
  readonly id: string;
  readonly meter: Meter;
  readonly belief: EnergyBelief;
  readonly boundaries: Boundaries;
  /** In ms. */
  readonly cycle: number;
}

export class EnergyKeeper {
  readonly id: string;
  readonly #meter: Meter;
  readonly #belief: EnergyBelief;
  readonly #boundaries: Boundaries;
  readonly #unstamped = new Unstamped();
  readonly #period: number;
  #readAt: Millis | undefined;

  constructor({ id, meter, belief, boundaries, cycle }: EnergyKeeperOptions) {
    this.#period = Math.max(BELIEF_PERIOD_MS, BELIEF_CYCLES * cycle);
    this.id = id;
    this.#meter = meter;
    this.#belief = belief;
    this.#boundaries = boundaries;
  }

  get channels(): readonly ChannelId[] {
    return this.#meter.channels;
  }

  /** Reads that wait for trusted time. */
  get unstamped(): number {
    return this.#unstamped.size;
  }

  /** What was believed last before a restart. */
  restore(channel: ChannelId, read: ChannelRead): void {
    this.#belief.restore(channel, { ...read, measuredMonotonic: Millis(0) }, read.series);
  }

  wanted({ wall, monotonic, trusted }: Moment): boolean {
    if (trusted && this.#boundaries.due(wall) !== undefined) return true;
    return this.#readAt === undefined || monotonic - this.#readAt >= this.#period;
  }

  /** Boundaries that time alone closes: those read before time was trusted, and one that waited for a channel. */
  settle(moment: Moment): BoundaryReads[] {
    if (!moment.trusted) return [];
    const closed = this.#unstamped.size === 0 ? [] : this.#stamp(moment);
    const overdue = this.#boundaries.overdue(moment.wall);
    return overdue === undefined ? closed : [...closed, overdue];
  }

  /** Rejects where nothing was read. */
  async read({ monotonic, trusted }: Moment): Promise<BoundaryReads | undefined> {
    const { registers } = await readBelieved(this.#meter, this.#belief);
    this.#readAt = monotonic;
    if (trusted) return this.#boundaries.offer(registers);
    if (registers.size > 0) this.#unstamped.keep(registers);
    return undefined;
  }

  #stamp({ wall, monotonic }: Moment): BoundaryReads[] {
    const closed: BoundaryReads[] = [];
    for (const channels of this.#unstamped.stamp(wall - monotonic)) {
      const [first] = channels.values();
      if (first === undefined) continue;
      const overdue = this.#boundaries.overdue(first.measuredAt);
      if (overdue !== undefined) closed.push(overdue);
      if (this.#boundaries.due(first.measuredAt) === undefined) continue;
      const whole = this.#boundaries.offer(channels);
      if (whole !== undefined) closed.push(whole);
    }
    return closed;
  }
}
