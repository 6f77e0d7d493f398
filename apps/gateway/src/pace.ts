/** Paces a gateway in real time. A cycle that is due while one runs is skipped and counted, never queued. */
import { Millis } from "@csj/quantity";
import type { Cancel, Clock, Log, Timers } from "@csj/runtime";
import type { Gateway } from "./gateway.ts";

export interface PaceOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** In ms. */
  readonly period: number;
  readonly log: Log;
}

/** Cycles lie on multiples of the period on the monotonic clock, so that they do not drift. */
export function runCycles(gateway: Gateway, { clock, timers, period, log }: PaceOptions): { stop(): void } {
  const start = clock.monotonic();
  let cancel: Cancel | undefined;
  let stopped = false;
  let slot = 0;
  const schedule = () => {
    if (stopped) return;
    const elapsed = clock.monotonic() - start;
    // A timer may fire a little early: the slot that it was for is then not due a second time.
    slot = Math.max(slot, Math.floor(elapsed / period)) + 1;
    cancel = timers.after(Millis(Math.max(0, slot * period - elapsed)), run);
  };
  const run = () => {
    schedule();
    gateway.cycle().catch((error: unknown) => log.error("a cycle failed", { error: String(error) }));
  };
  run();
  return {
    stop: () => {
      stopped = true;
      cancel?.();
    },
  };
}
