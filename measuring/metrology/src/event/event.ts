/** What a voltage did that was not right (IEC 61000-4-30, 5.4 to 5.6 and 5.11): one object for each, made when it ends. */
import type { ChannelId } from "../frame/channel.ts";

export type VoltageEventKind = "dip" | "swell" | "interruption";

export interface EventSpan {
  /** In samples since the stream began, with a fraction. */
  readonly startPosition: number;
  readonly endPosition: number;
  /** UTC instants in ms; NaN before the stream was given a time. */
  readonly start: number;
  readonly end: number;
  readonly seconds: number;
  /** True where the stream broke off first: the event lasted at least as long as this. */
  readonly truncated: boolean;
}

export interface VoltageEvent extends EventSpan {
  readonly kind: VoltageEventKind;
  /** All that crossed the threshold while it lasted. */
  readonly channels: readonly ChannelId[];
  /** Residual voltage of a dip or an interruption, largest of a swell: the Urms(1/2) that went furthest, V. */
  readonly extreme: number;
  /** The same as a part of the reference voltage of its channel (Udin, or the sliding one). */
  readonly part: number;
}

export interface RapidChange extends EventSpan {
  readonly kind: "rapid-change";
  readonly channels: readonly ChannelId[];
  /** Largest distance from the steady voltage before, V, and the change from steady to steady, V (signed). */
  readonly largest: number;
  readonly steady: number;
}

export interface VoltageEventListener {
  /** At the half cycle at which it was found, for whoever captures or protects: `position` is where Urms(1/2) passed. */
  begun?(kind: VoltageEventKind, position: number): void;
  ended(event: VoltageEvent): void;
}
