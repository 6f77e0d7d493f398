/**
 * The machine's clock and timers. Whether the wall time can be trusted is asked of systemd, which writes a stamp when
 * network time was reached since boot; a machine without that stamp is trusted only if the operator says so.
 */
import { existsSync } from "node:fs";
import { Instant, Millis } from "@csj/quantity";
import type { Clock, Timers } from "../ports.ts";

/** Written by systemd-timesyncd (and by chrony's systemd hook) after the first synchronisation since boot. */
const SYNCHRONISED_STAMP = "/run/systemd/timesync/synchronized";

export type TimeTrust = "always" | "systemd";

export function nodeClock(trust: TimeTrust = "always"): Clock {
  let synchronised = trust === "always";
  return {
    now: () => Instant(Date.now()),
    monotonic: () => Millis(performance.now()),
    trusted: () => {
      synchronised ||= existsSync(SYNCHRONISED_STAMP);
      return synchronised;
    },
  };
}

export const nodeTimers: Timers = {
  after(delay, run) {
    const timer = setTimeout(run, delay);
    return () => clearTimeout(timer);
  },
};
