/**
 * Laws of other controllers, each written anew from its published formula and constants, to be run on the same site as
 * ours. Only the law in normal operation is here; what they do when a meter is lost is another matter.
 *
 * - `openems`: io.openems.edge.controller.pvinverter.selltogridlimit at commit 0e4ea88, cycle 1 s. limit = grid + PV +
 *   allowed; a change of more than 20 % of the last value is cut to 20 %, both ways, where both are above 100 W; the
 *   remembered value is not clamped to the rating; the inverter is given 1 % at the least.
 * - `open-dynamic-export`: src/coordinator/helpers/inverterController.ts at commit 3b19861, control every second.
 *   limit = grid + PV + allowed as a share of the rating, at most 0.1 of the rating per step, both ways. Its average over
 *   5 s of readings is left out, in its favour.
 * - `opendtu-onbattery`: src/PowerLimiter*.cpp at commit 1bfc0cc. limit = output + grid, and a new one only after the
 *   last was taken, the inverter reported since, and the meter's reading is 2 s newer than that report. 10 W at the least. Where its
 *   report is older than its meter's reading it is taken for as new, in its favour.
 * - `victron-like`: the law itself (hub4control) is closed. This is a plain clamped feed-forward once a second with 30 W
 *   at the least, as its driver dbus-fronius has it at start-up. It is also the law that the others are variants of.
 */
import type { Controller, Seen, Site, Subject } from "./no-export-plant.ts";
import { ratedOf } from "./no-export-plant.ts";

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** None of them can be set to a phase of a single-phase inverter, so all see the total. */
const home = ({ grid, pv }: Seen) => grid + pv;

export const openems: Subject = {
  name: "openems",
  make(site) {
    const rated = ratedOf(site);
    let last = 0;
    return (seen) => {
      const next = home(seen);
      const far = Math.abs(last) > 100 && Math.abs(next) > 100 && Math.abs(next - last) > 0.2 * Math.abs(last);
      last = far ? last + Math.sign(next - last) * 0.2 * Math.abs(last) : next;
      return clamp(last, 0.01 * rated, rated);
    };
  },
};

export function openDynamicExport(intervalS = 1, name = "open-dynamic-export"): Subject {
  return {
    name,
    make(site) {
      const rated = ratedOf(site);
      let ratio = 0;
      return every(intervalS, (seen) => {
        const target = clamp(home(seen) / rated, 0, 1);
        ratio = clamp(target, ratio - 0.1, ratio + 0.1);
        return ratio * rated;
      });
    },
  };
}

const ON_BATTERY_WAIT_S = 2;

export const openDtuOnBattery: Subject = {
  name: "opendtu-onbattery",
  make(site) {
    const rated = ratedOf(site);
    const taken = Math.max(...site.units.map(({ dead }) => dead)) + 2 * site.bus;
    let [limit, sentAt, reportAt] = [0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    return (seen) => {
      // The first report since the limit was taken opens the gate; the output is the one that is read at the decision.
      if (reportAt < sentAt + taken && seen.pvAt >= sentAt + taken) reportAt = seen.pvAt;
      if (reportAt < sentAt + taken || seen.at < reportAt + ON_BATTERY_WAIT_S) return limit;
      const next = clamp(seen.pv + seen.grid, 10, rated);
      if (next !== limit) [limit, sentAt] = [next, seen.at];
      return limit;
    };
  },
};

export function feedForward(intervalS: number, least: number, name: string): Subject {
  return {
    name,
    make(site) {
      const rated = ratedOf(site);
      return every(intervalS, (seen) => clamp(home(seen), least, rated));
    },
  };
}

export const victronLike = feedForward(1, 30, "victron-like");

export const peers: readonly Subject[] = [openems, openDynamicExport(), openDtuOnBattery, victronLike];

function every(intervalS: number, law: (seen: Seen) => number): Controller {
  let [next, limit] = [0, 0];
  return (seen) => {
    if (seen.at < next - 1e-6) return limit;
    next = seen.at + intervalS;
    limit = law(seen);
    return limit;
  };
}

export type { Site };
