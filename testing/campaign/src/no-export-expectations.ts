/**
 * What is expected of each single fault, as data: within what time it must be known to the site, and what a site needs so
 * that it can be survived at all. A fault that gives a signal may cost no more time over the limit than the standard
 * allows; one that gives none may not cost any after it had to be found.
 */
import type { FaultName, Role } from "@csj/world";

/** Beside a device's own: the gateway's end, and the loss of every meter at once. */
export type CampaignFault = Exclude<FaultName, "none"> | "killed" | "meters-cut";
export type Part = Exclude<Role, "battery"> | "gateway" | "bus";

export interface Expectation {
  readonly fault: CampaignFault;
  readonly parts: readonly Part[];
  /** Gives a signal: no answer, an error, or values that cannot be. */
  readonly signal: boolean;
  /** Seconds until it must be found where the site is limited; for a fault with a signal also the time over, below. */
  readonly foundWithinS: number;
  /** False where it heals before anybody has to know, or where nothing depends on it. */
  readonly mustSay: boolean;
  /** Without it, commissioning refuses the site; see `excuse`. */
  readonly needs?: "watchdog" | "relay";
}

/** A periodic probe finds what gives no signal; docs/NO-EXPORT.md says how often. */
const PROBE_S = 660;
const LOUD_S = 15;

const loud = (fault: CampaignFault, ...parts: Part[]): Expectation => ({
  fault,
  parts,
  signal: true,
  foundWithinS: LOUD_S,
  mustSay: true,
});
const quiet = (fault: CampaignFault, foundWithinS: number, ...parts: Part[]): Expectation => ({
  fault,
  parts,
  signal: false,
  foundWithinS,
  mustSay: true,
});

const unsaid = (expectation: Expectation): Expectation => ({ ...expectation, mustSay: false });

export const expectations: readonly Expectation[] = [
  loud("silent", "grid", "pv"),
  loud("cut", "grid", "pv"),
  loud("exception", "grid", "pv"),
  loud("nan", "grid", "pv"),
  unsaid(loud("noise", "grid", "pv", "inverter")),
  unsaid(loud("slow", "grid", "pv", "inverter")),
  unsaid(loud("restart", "grid", "pv", "inverter")),
  loud("meters-cut", "bus"),
  quiet("frozen", 45, "grid"),
  quiet("frozen-power", 45, "grid"),
  quiet("ct-reversed", 60, "grid"),
  quiet("ct-off", PROBE_S, "grid"),
  quiet("scale-tenth", PROBE_S, "grid"),
  quiet("scale-ten", PROBE_S, "grid"),
  unsaid(quiet("late", PROBE_S, "grid", "pv")),
  // The grid meter says what is exported, so a wrong output alone may cost energy and no export.
  unsaid(quiet("frozen", 45, "pv", "inverter")),
  unsaid(quiet("frozen-power", 45, "pv")),
  unsaid(quiet("ct-reversed", 60, "pv")),
  unsaid(quiet("ct-off", PROBE_S, "pv")),
  unsaid(quiet("scale-tenth", PROBE_S, "pv")),
  unsaid(quiet("scale-ten", PROBE_S, "pv")),
  unsaid(quiet("wrong-phase", PROBE_S, "grid")),
  { ...loud("silent", "inverter"), needs: "watchdog" },
  { ...loud("cut", "inverter"), needs: "watchdog" },
  { ...loud("refuses", "inverter"), needs: "watchdog" },
  { ...unsaid(loud("killed", "gateway")), needs: "watchdog" },
  loud("exception", "inverter"),
  unsaid(quiet("forgets", 30, "inverter")),
  quiet("foreign", 30, "inverter"),
  { ...quiet("ignores", 60, "inverter"), needs: "relay" },
  { ...quiet("stuck", 60, "inverter"), needs: "relay" },
  loud("silent", "relay"),
  loud("welded", "relay"),
];

/** What the gateway does not yet survive, or does not say: each line is work to be done, and one that holds is taken out. */
export interface Open {
  readonly fault: CampaignFault;
  readonly part: Part;
  /** On these sites; on all where it is absent. */
  readonly sites?: readonly string[];
  readonly why: string;
}

export const open: readonly Open[] = [
  {
    fault: "scale-tenth",
    part: "grid",
    sites: ["three-relay"],
    why: "loads that switch every 30 s may spoil so many tests of the meter that it is found minutes later",
  },
  {
    fault: "late",
    part: "grid",
    why: "a trip sees export as late as the meter does, so in some moments it is over for a second or two too long",
  },
  {
    fault: "welded",
    part: "relay",
    why: "it is told of when the relay is told to open; there is no test of the relay in between",
  },
];
