/** What the fleet is told, carries on, and answers. Plain data, so that a cycle can be replayed. */
import type { Millis, Watts } from "@csj/quantity";
import type { PerPhase, UnitCommand, UnitSpec } from "../site.ts";

/** A unit with the facts that only sharing needs. */
export interface FleetUnit extends UnitSpec {
  /** A limit that the device holds by itself (an installer's static one): no command is above it. */
  readonly cap?: Watts;
  /** What it does when nobody talks to it; absent where it keeps its limit. */
  readonly silence?: Silence;
}

export interface Silence {
  readonly onSilence: "falls-to-value" | "releases" | "keeps" | "unknown";
  readonly timeout?: Millis;
  /** What it falls to. */
  readonly fallback?: Watts;
}

export interface FleetOptions {
  readonly now: Millis;
  /** An output that is older says nothing about now. */
  readonly staleAfter?: Millis;
  /**
   * What a unit that does not answer counts as: the worst that it can feed, or its last output, which is no bound: the sun
   * may have come out since.
   */
  readonly unreachable?: "worst" | "last-output";
}

/** What may be fed in all, or on each of L1, L2 and L3. */
export type Total = Watts | PerPhase;

export interface Allocation {
  readonly state: FleetState;
  /** One for each unit, in their order. */
  readonly commands: readonly UnitCommand[];
  /** What units that cannot be commanded count as, all together. */
  readonly assumed: Watts;
  /** By how much those alone may exceed the total, although everything that shares a phase with them is at 0. */
  readonly unplaced: Watts;
}

export interface FleetState {
  readonly units: readonly UnitState[];
}

export interface UnitState {
  readonly id: string;
  readonly command: Watts;
  /** Higher limits that it may still follow, oldest first, at most PENDING_MAX. */
  readonly pending: readonly Pending[];
  /** Its limit was at least this since then. */
  readonly steady: { readonly limit: Watts; readonly since: Millis };
  /** Its output when its limit last held nothing back, or more where it has since shown more. */
  readonly shown: Watts | undefined;
  /** How much more than that it is offered. */
  readonly probe: Watts;
  /** True where its output was last seen at its limit. */
  readonly throttled: boolean;
  readonly lastOutput: Watts | undefined;
  /** True while it is told to be restarted, or commanded by somebody else. */
  readonly strange: boolean;
}

/** A limit that was lowered. */
export interface Pending {
  readonly limit: Watts;
  readonly loweredAt: Millis;
  /** When the unit first confirmed a lower one. */
  readonly confirmedAt: Millis | undefined;
}

export const initialFleet = (): FleetState => ({ units: [] });
