/** What can go wrong with a device, so that anybody can try what the rest of the system does about it. */
import type { Millis } from "@csj/quantity";
import { seconds } from "@csj/quantity";

export const faultNames = ["none", "silent", "frozen", "noise", "slow", "ct-reversed", "restart"] as const;

export type FaultName = (typeof faultNames)[number];

export const faultMeanings: Readonly<Record<FaultName, string>> = {
  none: "Works.",
  silent: "Does not answer; it goes on measuring, and an inverter's timer goes on.",
  frozen: "Answers with the values that it had when the fault began.",
  noise: "About half of its answers are cut short, preceded by noise, damaged or lost on the wire.",
  slow: "Answers up to some seconds late, often after its caller gave up.",
  "ct-reversed": "Its current transformers are on backwards: import and export change places.",
  restart: "Starts again: silent for a while; registers keep, a volatile limit is forgotten.",
};

export function isFault(name: string): name is FaultName {
  return (faultNames as readonly string[]).includes(name);
}

/** How long a meter is silent when it restarts. */
export const METER_RESTART: Millis = seconds(5);
/** A slow device answers after a time between these. */
export const SLOW_FROM: Millis = seconds(0.4);
export const SLOW_TO: Millis = seconds(4);
