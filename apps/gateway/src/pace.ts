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
  const schedule = () => {
    if (stopped) return;
    const elapsed = clock.monotonic() - start;
    const next = (Math.floor(elapsed / period) + 1) * period;
    cancel = timers.after(Millis(next - elapsed), run);
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
