/** What can go wrong with a device, so that anybody can try what the rest of the system does about it. */
import type { Millis } from "@csj/quantity";
import { seconds } from "@csj/quantity";
import type { Manner } from "./plant/inverter.ts";

export const faultNames = [
  "none",
  // Of the wire, or of the device's attention.
  "silent",
  "cut",
  "exception",
  "frozen",
  "noise",
  "slow",
  "restart",
  // Of a meter.
  "frozen-power",
  "late",
  "nan",
  "ct-reversed",
  "ct-off",
  "scale-tenth",
  "scale-ten",
  "wrong-phase",
  // Of an inverter.
  "refuses",
  "ignores",
  "stuck",
  "forgets",
  "foreign",
  // Of a relay.
  "welded",
] as const;

export type FaultName = (typeof faultNames)[number];

export function isFault(name: string): name is FaultName {
  return (faultNames as readonly string[]).includes(name);
}

const ofTheWire: readonly FaultName[] = ["none", "silent", "frozen", "noise", "slow"];

export const meterFaults: readonly FaultName[] = [
  ...ofTheWire,
  "ct-reversed",
  "restart",
  "cut",
  "exception",
  "frozen-power",
  "late",
  "nan",
  "ct-off",
  "scale-tenth",
  "scale-ten",
  "wrong-phase",
];

export const inverterFaults: readonly FaultName[] = [
  ...ofTheWire,
  "restart",
  "cut",
  "exception",
  "refuses",
  "ignores",
  "stuck",
  "forgets",
  "foreign",
];

export const relayFaults: readonly FaultName[] = ["none", "silent", "noise", "slow", "cut", "exception", "welded"];

/** What is left of the current that a meter's transformers see. */
export function gainOf(fault: FaultName): number {
  return gains[fault] ?? 1;
}

const gains: Partial<Record<FaultName, number>> = {
  "ct-reversed": -1,
  "ct-off": 0,
  "scale-tenth": 0.1,
  "scale-ten": 10,
};

export function mannerOf(fault: FaultName): Manner {
  if (fault === "ignores") return "free";
  return fault === "stuck" ? "stuck" : "obeys";
}

/** How long a meter is silent when it restarts. */
export const METER_RESTART: Millis = seconds(5);
/** A slow device answers after a time between these. */
export const SLOW_FROM: Millis = seconds(0.4);
export const SLOW_TO: Millis = seconds(4);
/** How old the values are that a late meter serves as if they were new. */
export const LATE_BY: Millis = seconds(10);
/** The exception of a device that cannot serve its registers: server device failure. */
export const DEVICE_FAILURE = 4;
