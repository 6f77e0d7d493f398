/**
 * Two laws that no controller can have, to measure ours by.
 *
 * - `oracle`: the best causal law with the same meter (period, lag), bus and cycle as ours. It gets the home's use at the
 *   instant of the value that the meter shows, exactly: no noise, no doubt about any sample's time, and the output at
 *   that instant as if the telemetry were perfect. It knows each inverter's dead time, answer, present output, present
 *   sun and the limits on their way. Downward it commands what brings the output to the target within one cycle of the command's
 *   effect, 0 where even that does not; upward it commands the target at once. It cannot foresee loads or sun.
 * - `floor`: the same with the home's use at this very moment: what is left is the inverter's and the cycle's.
 *
 * Both share the target by rating and lower all shares by one factor, so that fast inverters make up for slow ones.
 */
import type { Controller, Site, Subject, Truth, UnitPlant } from "./no-export-plant.ts";
import { ratedOf } from "./no-export-plant.ts";

export const oracle: Subject = { name: "oracle", make: (site, truth) => best(site, truth, truth.homeMeasured) };
export const floor: Subject = { name: "floor", make: (site, truth) => best(site, truth, truth.homeNow) };

const FINE_S = 0.05;
const HALVINGS = 24;

function best(site: Site, truth: Truth, home: () => number): Controller {
  const rated = ratedOf(site);
  return ({ at }) => {
    const target = Math.min(rated, Math.max(0, home()));
    const shares = site.units.map((unit) => (target * unit.rated) / rated);
    const effects = site.units.map((unit, index) => whenItActs(unit, index, site, truth, at));
    const after = (factor: number) =>
      effects.reduce(
        (sum, from, index) =>
          sum + answer(site.units[index] as UnitPlant, from, factor * (shares[index] as number), site.cycle),
        0,
      );
    if (after(1) <= target + 1) return shares;
    const factor = solve((each) => after(each) - target);
    return shares.map((share) => factor * share);
  };
}

/** The output at the moment from which a command of now acts. */
function whenItActs(unit: UnitPlant, index: number, site: Site, truth: Truth, now: number): number {
  let output = truth.output(index);
  const delay = unit.dead + site.bus;
  const sun = (truth.sun(now) * unit.rated) / ratedOf(site);
  for (let at = now - delay; at < now - 1e-9; at += FINE_S) {
    output = answer(unit, output, Math.min(sun, truth.limitAt(index, at)), Math.min(FINE_S, now - at));
  }
  return output;
}

function answer({ rated, response }: UnitPlant, from: number, to: number, seconds: number): number {
  if (response.kind === "first-order") return to + (from - to) * Math.exp(-seconds / response.time);
  const most = (rated * seconds) / response.time;
  return from + Math.max(-most, Math.min(most, to - from));
}

/** The largest factor at which nothing is left over; 0 where there is none. */
function solve(over: (factor: number) => number): number {
  let [low, high] = [0, 1];
  if (over(0) >= 0) return 0;
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (low + high) / 2;
    if (over(middle) > 0) high = middle;
    else low = middle;
  }
  return low;
}
