/**
 * Dips, swells and interruptions from the half cycles of all voltages together, as IEC 61000-4-30 wants them for a site
 * with several phases. Start and end are when the voltage changed, as far as
 * Urms(1/2) tells it (`crossing.ts`).
 */

import type { HalfCycleRecord } from "../cycle/record.ts";
import { type ChannelId, type ChannelIndex, channelIndex } from "../frame/channel.ts";
import type { Layout } from "../frame/layout.ts";
import type { WindowRecord } from "../window/record.ts";
import type { Step } from "./crossing.ts";
import type { VoltageEvent, VoltageEventKind, VoltageEventListener } from "./event.ts";
import { SlidingReference } from "./sliding-reference.ts";
import { Tracker } from "./tracker.ts";

/** Parts of the reference voltage. The usual thresholds of IEC 61000-4-30 (informative there; EN 50160 uses them). */
export interface EventThresholds {
  readonly dip: number;
  readonly swell: number;
  readonly interruption: number;
  readonly hysteresis: number;
}

export const usualThresholds: EventThresholds = { dip: 0.9, swell: 1.1, interruption: 0.05, hysteresis: 0.02 };

export interface DetectorOptions {
  readonly thresholds?: EventThresholds;
  /** Dips and swells against the sliding reference; interruptions stay against the declared voltage. */
  readonly sliding?: boolean;
}

const kinds = ["dip", "swell", "interruption"] as const;

export class VoltageEventDetector {
  readonly #ids: readonly ChannelId[];
  readonly #places: readonly ChannelIndex[];
  readonly #rate: number;
  readonly #listener: VoltageEventListener;
  readonly #trackers: Readonly<Record<VoltageEventKind, Tracker>>;
  readonly #declared: Float64Array;
  readonly #sliding: SlidingReference | undefined;
  readonly #step: Step;
  #lastEnd = Number.NEGATIVE_INFINITY;

  constructor(
    layout: Pick<Layout, "rate" | "channels" | "nominalVolts">,
    listener: VoltageEventListener,
    { thresholds = usualThresholds, sliding = false }: DetectorOptions = {},
  ) {
    this.#ids = layout.channels.filter((id) => id === "u1" || id === "u2" || id === "u3");
    this.#places = this.#ids.map(channelIndex);
    this.#rate = layout.rate;
    this.#listener = listener;
    this.#trackers = makeTrackers(thresholds, this.#ids.length);
    this.#declared = new Float64Array(this.#ids.length).fill(layout.nominalVolts);
    this.#sliding = sliding ? new SlidingReference(this.#places, layout.nominalVolts) : undefined;
    const unmeasured = () => new Float64Array(this.#ids.length).fill(Number.NaN);
    this.#step = { before: Number.NaN, end: Number.NaN, was: unmeasured(), is: unmeasured() };
  }

  take(half: HalfCycleRecord): void {
    const step = this.#step;
    const is = step.was;
    step.was = step.is;
    step.is = is;
    for (let k = 0; k < is.length; k++) is[k] = half.rms[this.#places[k]!]!;
    step.before = step.end;
    step.end = half.end;
    for (const kind of kinds) {
      const tracker = this.#trackers[kind];
      const happened = tracker.take(step, this.#reference(kind));
      if (happened === "begun") this.#listener.begun?.(kind, tracker.startPosition);
      if (happened === "ended") this.#end(kind, half, false);
    }
  }

  /** Moves the sliding reference on, where there is one. */
  follow(window: Pick<WindowRecord, "rms" | "flagged">): void {
    this.#sliding?.take(window);
  }

  /** True where an event lies within the samples [from, to), or goes on there: such a window is flagged. */
  touches(from: number, to: number): boolean {
    if (this.#lastEnd > from) return true;
    return kinds.some((kind) => this.#trackers[kind].active && this.#trackers[kind].startPosition < to);
  }

  /** The stream broke off at the last half cycle: what goes on is told as truncated, and nothing is carried over. */
  breakOff(last: Pick<HalfCycleRecord, "end" | "at">): void {
    for (const kind of kinds) {
      const tracker = this.#trackers[kind];
      if (!tracker.active) continue;
      tracker.breakOff(last.end);
      this.#end(kind, last, true);
    }
    this.#step.is.fill(Number.NaN);
  }

  #reference(kind: VoltageEventKind): Float64Array {
    return kind === "interruption" ? this.#declared : (this.#sliding?.volts ?? this.#declared);
  }

  #end(kind: VoltageEventKind, half: Pick<HalfCycleRecord, "end" | "at">, truncated: boolean): void {
    const { startPosition, endPosition, extreme, part, involved } = this.#trackers[kind];
    this.#lastEnd = Math.max(this.#lastEnd, endPosition);
    const instant = (position: number) => half.at - ((half.end - position) / this.#rate) * 1000;
    const event: VoltageEvent = {
      kind,
      channels: this.#ids.filter((_, k) => involved[k]),
      startPosition,
      endPosition,
      start: instant(startPosition),
      end: instant(endPosition),
      seconds: (endPosition - startPosition) / this.#rate,
      truncated,
      extreme,
      part,
    };
    this.#listener.ended(event);
  }
}

function makeTrackers(thresholds: EventThresholds, voltages: number): Record<VoltageEventKind, Tracker> {
  const { dip, swell, interruption, hysteresis } = thresholds;
  return {
    dip: new Tracker({ direction: "below", begins: "any", threshold: dip, hysteresis }, voltages),
    swell: new Tracker({ direction: "above", begins: "any", threshold: swell, hysteresis }, voltages),
    interruption: new Tracker({ direction: "below", begins: "all", threshold: interruption, hysteresis }, voltages),
  };
}
