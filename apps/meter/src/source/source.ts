/**
 * Where samples come from. A source hands over frames as they come and says at what instant it took which sample; what it
 * lost it says by the frame's number, and the engine makes a gap of it.
 */
import type { Calibration, Frame, Layout } from "@csj/metrology";
import type { Clock, Log, Timers } from "@csj/runtime";

export interface SampleSink {
  /** The frame is the receiver's for the call only. */
  frame(frame: Frame): void;
  /** The sample at this position was taken at this instant (UTC ms). */
  stamp(position: number, instant: number): void;
  /** Nothing more comes: the recording is over, or the source failed for good. */
  ended(reason?: Error): void;
}

export interface SampleSource {
  readonly layout: Layout;
  readonly calibration: Calibration;
  start(sink: SampleSink): void;
  stop(): void;
}

export interface SourceDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}
