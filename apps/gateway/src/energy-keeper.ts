/**
 * One meter's energy registers: when they are read, whether they are believed, and which read closes which boundary.
 * They are read at the first cycle of each boundary until it is closed, and once a minute, so that belief has a recent
 * read to hold the next one against.
 */
import { type EnergyBelief, type Meter, readBelieved } from "@csj/device";
import { type ChannelId, later, Millis } from "@csj/quantity";
import { type IntervalSeconds, LATE_AFTER_MS } from "@csj/reading";
import type { Boundaries, BoundaryReads, ChannelRead } from "./boundaries.ts";
import { filledBetween } from "./load-profile/fill.ts";
import type { ProfileReader } from "./load-profile/reader.ts";
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
  /** Of a meter that keeps a load profile: what fills the boundaries that were missed. */
  readonly profile?: ProfileFill;
}

export interface ProfileFill {
  readonly reader: ProfileReader;
  readonly interval: IntervalSeconds;
  /** The latest boundary that is stored, where there is one. */
  readonly last: BoundaryReads | undefined;
  /** The profile could not be read: what was missed stays missing. */
  failed(error: unknown): void;
}

export class EnergyKeeper {
  readonly id: string;
  readonly #meter: Meter;
  readonly #belief: EnergyBelief;
  readonly #boundaries: Boundaries;
  readonly #unstamped = new Unstamped();
  readonly #period: number;
  readonly #profile: ProfileFill | undefined;
  #last: BoundaryReads | undefined;
  #readAt: Millis | undefined;

  constructor({ id, meter, belief, boundaries, cycle, profile }: EnergyKeeperOptions) {
    this.#profile = profile;
    this.#last = profile?.last;
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

  /** What it closed, oldest first, with those that the meter's load profile fills. Rejects where nothing was read. */
  async read({ monotonic, trusted }: Moment): Promise<BoundaryReads[]> {
    const { registers } = await readBelieved(this.#meter, this.#belief);
    this.#readAt = monotonic;
    if (trusted) {
      const closed = this.#boundaries.offer(registers);
      return closed === undefined ? [] : this.#withMissed(closed);
    }
    if (registers.size > 0) this.#unstamped.keep(registers);
    return [];
  }

  /** With those that were missed before it; one that was read late gives way to what the meter latched in time. */
  async #withMissed(closed: BoundaryReads): Promise<BoundaryReads[]> {
    const before = this.#last;
    this.#last = closed;
    const profile = this.#profile;
    if (profile === undefined || before === undefined) return [closed];
    const isLate = [...closed.channels.values()].some(({ measuredAt }) => measuredAt - closed.at > LATE_AFTER_MS);
    if (!isLate && closed.at - before.at <= profile.interval * 1000) return [closed];
    try {
      const latched = await profile.reader.read(before.at, isLate ? later(closed.at, 1) : closed.at);
      const filled = filledBetween(before, closed, latched, profile.interval);
      return filled.at(-1)?.at === closed.at ? filled : [...filled, closed];
    } catch (error) {
      profile.failed(error);
      return [closed];
    }
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
