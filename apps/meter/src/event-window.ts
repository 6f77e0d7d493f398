/**
 * What the voltages did, newest last: the last 1,000 dips, swells, interruptions and rapid changes since the start, for the
 * window and the file that serve them. What must outlive a power cut is in the log of `events/`.
 */
import type { ChannelId, RapidChange, VoltageEvent } from "@csj/metrology";

export const EVENTS_MAX = 1000;
export const eventKinds = { dip: 1, swell: 2, interruption: 3, "rapid-change": 4 } as const;

export interface WindowEvent {
  readonly sequence: number;
  readonly kind: keyof typeof eventKinds;
  readonly channels: readonly ChannelId[];
  /** UTC ms; NaN where the clock was not known. */
  readonly start: number;
  readonly seconds: number;
  /** V: residual or largest; of a rapid change its largest distance. */
  readonly extreme: number;
}

export class EventWindow {
  #events: WindowEvent[] = [];
  #sequence = 0;

  get last(): number {
    return this.#sequence;
  }

  get all(): readonly WindowEvent[] {
    return this.#events;
  }

  take(event: VoltageEvent | RapidChange): void {
    this.#sequence += 1;
    const { kind, channels, start, seconds } = event;
    const extreme = event.kind === "rapid-change" ? event.largest : event.extreme;
    this.#events.push({ sequence: this.#sequence, kind, channels, start, seconds, extreme });
    if (this.#events.length > EVENTS_MAX) this.#events.shift();
  }

  /** Undefined where it never was or is gone. */
  bySequence(sequence: number): WindowEvent | undefined {
    return this.#events[sequence - (this.#events[0]?.sequence ?? 0)];
  }
}
