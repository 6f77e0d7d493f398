/** What the registers are made from: one picture of the meter at the moment of a request. */
import type { IntervalRecord, Layout } from "@csj/metrology";
import type { WindowEvent } from "../event-window.ts";
import type { Live } from "../live.ts";
import type { MeterState } from "../store/register-store.ts";

export interface Shown {
  readonly layout: Layout;
  readonly live: Live;
  /** As on the medium; undefined before the first write. */
  readonly kept: MeterState | undefined;
  /** The last interval that was closed. */
  readonly latched: IntervalRecord | undefined;
  readonly pst: Float64Array;
  /** UTC ms, NaN while the clock is not trusted. */
  readonly now: number;
  readonly uptimeMs: number;
  readonly gaps: number;
  readonly lostSamples: number;
  /** First 8 bytes of the SHA-256 of the configuration and the calibration, as four words. */
  readonly hash: readonly [number, number, number, number];
  readonly unlockedMs: number;
  readonly lastEvent: number;
  readonly firstEvent: number;
  readonly selectedEvent: WindowEvent | undefined;
  readonly profileFirst: number;
  readonly profileLast: number;
  readonly snapshotFirst: number;
  readonly snapshotLast: number;
  readonly selectedProfile: IntervalRecord | undefined;
  readonly inputs: number;
  /** 1 throttle, 2 disconnect. */
  readonly outputs: number;
  readonly lastEntry: number;
  readonly lastCapture: number;
}
