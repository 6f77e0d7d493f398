/** What can go wrong with a device, so that anybody can try what the rest of the system does about it. */
import type { Millis } from "@csj/quantity";
import { seconds } from "@csj/quantity";

export const faultNames = ["none", "silent", "frozen", "noise", "slow", "ct-reversed", "restart"] as const;

export type FaultName = (typeof faultNames)[number];

export function isFault(name: string): name is FaultName {
  return (faultNames as readonly string[]).includes(name);
}

/** How long a meter is silent when it restarts. */
export const METER_RESTART: Millis = seconds(5);
/** A slow device answers after a time between these. */
export const SLOW_FROM: Millis = seconds(0.4);
export const SLOW_TO: Millis = seconds(4);
