/**
 * What a site does not survive with what it has: the one rule of the commissioning's verdict and of the fault campaign.
 * A device's own watchdog helps where nobody talks to it. It does not help against a device that hears its limit and
 * ignores it: nothing but a relay takes that one off. A second meter finds faults sooner and brings nothing down, so it is
 * no input here.
 */

/**
 * An inverter that ignores its limit, where there is no relay: `relay` refuses the site, `accepted` refuses it until the
 * network operator has accepted what may pass, `named` permits it and names what may pass.
 */
export type Disobedience = "relay" | "accepted" | "named";

export type Watchdog = "in-time" | "static-limit" | "too-slow" | "none";

export interface NeedsUnit {
  readonly id: string;
  /** Whether it comes within the limit by itself when nobody talks to it, in the rule's time. */
  readonly watchdog: Watchdog;
}

export interface NeedsSite {
  readonly units: readonly NeedsUnit[];
  readonly relay: boolean;
  /** ms from the last write until the relay has the inverters off by itself; absent where it keeps its coil. */
  readonly relayDropsMs?: number;
  /** The operator has accepted what an inverter that ignores its limit may export. */
  readonly exposureAccepted?: boolean;
}

export interface NeedsRule {
  /** ms. */
  readonly backWithin: number;
  /** `relay` where absent: the strictest. */
  readonly disobedience?: Disobedience;
}

export interface Unsurvived {
  readonly fault: "gateway-dead" | "inverter-silent" | "inverter-disobeys";
  readonly unit: string;
  /** Any one of them is enough. */
  readonly missing: readonly ("watchdog" | "static-limit" | "relay" | "relay-that-drops-out" | "acceptance")[];
  readonly answer: "refused" | "named";
}

/** Each fault that keeps export above the limit for longer than the rule's time, by unit; none where all are survived. */
export function unsurvived(site: NeedsSite, rule: NeedsRule): readonly Unsurvived[] {
  return site.units.flatMap((unit) => [...whenSilent(unit, site, rule), ...whenDisobeying(unit, site, rule)]);
}

function whenSilent({ id, watchdog }: NeedsUnit, site: NeedsSite, { backWithin }: NeedsRule): Unsurvived[] {
  if (watchdog === "in-time" || watchdog === "static-limit") return [];
  const drops = site.relay && (site.relayDropsMs ?? Number.POSITIVE_INFINITY) <= backWithin;
  const dead: Unsurvived = {
    fault: "gateway-dead",
    unit: id,
    missing: ["watchdog", "static-limit", "relay-that-drops-out"],
    answer: "refused",
  };
  const silent: Unsurvived = {
    fault: "inverter-silent",
    unit: id,
    missing: ["watchdog", "static-limit", "relay"],
    answer: "refused",
  };
  return [...(drops ? [] : [dead]), ...(site.relay ? [] : [silent])];
}

/** A static limit in the device holds also where it ignores what it is told. */
function whenDisobeying({ id, watchdog }: NeedsUnit, site: NeedsSite, rule: NeedsRule): Unsurvived[] {
  if (site.relay || watchdog === "static-limit") return [];
  const { disobedience = "relay" } = rule;
  const permitted = disobedience === "named" || (disobedience === "accepted" && site.exposureAccepted === true);
  const missing = disobedience === "accepted" ? (["relay", "acceptance"] as const) : (["relay"] as const);
  return [{ fault: "inverter-disobeys", unit: id, missing, answer: permitted ? "named" : "refused" }];
}
