/**
 * What a unit could feed. While its limit holds nothing back that is its output. While it is throttled nothing shows it:
 * the unit is offered a little more than it has shown, and twice as much each time that it takes it.
 */
import { Watts } from "@csj/quantity";
import type { UnitImage } from "../site.ts";
import { finite, type Plate } from "./plate.ts";
import type { FleetOptions, UnitState } from "./types.ts";

/** Offered beyond what was shown, as a share of the rating: what the sun may rise by between two looks. */
const PROBE_SHARE = 0.01;

/** And in steps of the limit: one is lost to rounding down. */
const PROBE_QUANTA = 1.5;

/** Output within this share of the rating is at the limit; half the offer, so that the offer shows. */
const AT_LIMIT_SHARE = 0.005;

export type Estimate = Pick<UnitState, "steady" | "shown" | "probe" | "throttled">;

export function estimated(
  plate: Plate,
  before: UnitState | undefined,
  image: UnitImage | undefined,
  { now }: FleetOptions,
): Estimate {
  const least = Watts(Math.max(PROBE_SHARE * plate.top, PROBE_QUANTA * plate.quantum));
  if (before === undefined) {
    return { steady: { limit: Watts(0), since: now }, shown: undefined, probe: least, throttled: true };
  }
  const { steady, shown, probe, throttled } = before;
  const output = finite(image?.output?.watts);
  const at = image?.output?.at ?? Number.NaN;
  if (output === undefined || !(at <= now && at >= steady.since + plate.settle)) {
    return { steady, shown, probe, throttled };
  }
  const held = Math.min(before.command, finite(image?.held?.limit) ?? plate.top);
  const risen = held > steady.limit + AT_LIMIT_SHARE * plate.top;
  return {
    ...judged(plate, before, Math.max(0, output), { held, least }),
    steady: risen ? { limit: Watts(held), since: now } : { ...steady, limit: Watts(Math.min(steady.limit, held)) },
  };
}

function judged(
  plate: Plate,
  { shown, probe, throttled, steady }: UnitState,
  output: number,
  { held, least }: { readonly held: number; readonly least: Watts },
): Omit<Estimate, "steady"> {
  const band = AT_LIMIT_SHARE * plate.top;
  if (output < Math.min(steady.limit, held) - band) return { shown: Watts(output), probe: least, throttled: false };
  if (output < held - band) return { shown, probe, throttled };
  if (shown !== undefined && output <= shown + probe / 2) return { shown, probe, throttled: true };
  const twice = Math.min(plate.top, throttled ? 2 * probe : probe);
  return { shown: Watts(output), probe: Watts(Math.max(least, twice)), throttled: true };
}

/** What a new command leaves of the limit that stands: a lower one counts at once. */
export function steadied(steady: UnitState["steady"], command: number): UnitState["steady"] {
  return command < steady.limit ? { ...steady, limit: Watts(command) } : steady;
}
