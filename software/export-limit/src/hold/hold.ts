/**
 * One cycle of a whole site: what may be exported now, the law over it, the state that the site is in, and each inverter's
 * command. Pure, and everything that goes on to the next cycle is in its state. Whoever comes later may only lower: the
 * state machine caps the law, the fleet shares what is left.
 */
import { type Instant, type Millis, Watts } from "@csj/quantity";
import type { Config, Decision, Image } from "../control.ts";
import { allocate } from "../fleet/allocate.ts";
import { type FleetState, type FleetUnit, initialFleet } from "../fleet/types.ts";
import { type MergedLimit, mergeLimits, type TimedRequest } from "../limits/merge.ts";
import { advance } from "../mode/advance.ts";
import type { ModeState, UnitTrouble, Verdict } from "../mode/mode.ts";
import type { GridWords, PhasedTimed, UnitCommand, UnitImage } from "../site.ts";
import { type Standard, toleranceOf } from "../standard/standard.ts";
import { type Bases, initialBases, type Lawful, lawOf, lookedAt } from "./basis.ts";
import { allObey, type Obeyed, watchObey } from "./obey.ts";

export interface HoldConfig {
  readonly standard: Standard;
  readonly basis: "net" | "per-phase";
  /** The law's settings for the whole site; `allowedExport` is set by the limits of each cycle. */
  readonly law: Config;
  readonly units: readonly FleetUnit[];
}

export interface HoldImage {
  readonly now: Millis;
  /** Absent while the clock is not trusted. */
  readonly wall: Instant | undefined;
  readonly grid: (PhasedTimed & { readonly words?: GridWords }) | undefined;
  readonly pv: PhasedTimed | undefined;
  readonly units: readonly UnitImage[];
  readonly requests: readonly TimedRequest[];
  readonly stopped: boolean;
  readonly maintenance: Watts | undefined;
  readonly reset: boolean;
}

export interface HoldState {
  readonly laws: Bases;
  readonly fleet: FleetState;
  readonly mode: ModeState;
  readonly obeyed: Obeyed;
  readonly commands: readonly UnitCommand[];
}

export interface Held {
  readonly limit: Watts;
  readonly decision: Decision;
  readonly law: Lawful;
  readonly verdict: Verdict;
  readonly allowed: MergedLimit;
  /** Export beyond the allowed, on the worst phase where each is judged; absent where the grid was not read. */
  readonly over: Watts | undefined;
  readonly commands: readonly UnitCommand[];
  readonly troubles: readonly UnitTrouble[];
  /** What the inverters could give now, as far as they have shown it. */
  readonly available: Watts | undefined;
  /** What units that cannot be commanded may feed beyond the limit. */
  readonly unplaced: Watts;
}

/** @param mode from what was kept over a restart */
export function initialHold(mode: ModeState): HoldState {
  return { laws: initialBases(), fleet: initialFleet(), mode, obeyed: allObey, commands: [] };
}

export function hold(before: HoldState, image: HoldImage, config: HoldConfig): { state: HoldState; held: Held } {
  const { now, units: images } = image;
  const allowed = mergeLimits(image.requests, image.wall);
  const isSame = config.law.allowedExport === allowed.allowed;
  const settings = isSame ? config : { ...config, law: { ...config.law, allowedExport: allowed.allowed } };
  const law = lawOf(image.reset ? lookedAt(before.laws) : before.laws, image, settings);
  const over = overOf(image, allowed.allowed, config);
  const isExporting = over !== undefined && over > toleranceOf(config.standard, config.law.rated);
  const obeyed = watchObey(before.obeyed, { units: config.units, images, commands: before.commands, isExporting, now });
  const lastOf = new Map(before.fleet.units.map(({ id, lastOutput }) => [id, lastOutput]));
  const troubles = images.map((unit, index) =>
    troubleOf(unit, obeyed.disobeying, { rated: config.units[index]?.rated ?? 0, last: lastOf.get(unit.id) }),
  );
  const moded = advance(before.mode, factsOf(image, config, { law, over, allowed, troubles }), config.standard);
  const capped = law.capped(ceilingOf(moded.verdict, before.commands));
  const shared = allocate(before.fleet, capped.total, config.units, images, { now });
  // Steps, floors and what waits for another unit leave less than the law gave: it must not believe in the rest.
  const told = shared.assumed + shared.commands.reduce((sum, { limit }) => sum + limit, 0);
  const laws = told < capped.limit ? law.capped(told).state : capped.state;
  return {
    state: {
      laws,
      fleet: shared.state,
      mode: moded.state,
      obeyed: obeyed.state,
      commands: shared.commands,
    },
    held: {
      limit: capped.limit,
      decision: law.decision,
      law,
      verdict: moded.verdict,
      allowed,
      over,
      troubles,
      commands: shared.commands,
      unplaced: shared.unplaced,
      available: availableOf(shared.state),
    },
  };
}

/** W for all inverters together; a limit that may not rise stays at what was commanded. */
function ceilingOf({ ceiling, mayRise }: Verdict, commands: readonly UnitCommand[]): number {
  const told = commands.length === 0 ? 0 : commands.reduce((sum, { limit }) => sum + limit, 0);
  return Math.min(ceiling ?? Number.POSITIVE_INFINITY, mayRise ? Number.POSITIVE_INFINITY : told);
}

interface Found {
  readonly law: Lawful;
  readonly over: Watts | undefined;
  readonly allowed: MergedLimit;
  readonly troubles: readonly UnitTrouble[];
}

function factsOf(image: HoldImage, { law: settings, basis }: HoldConfig, { law, over, allowed, troubles }: Found) {
  const fresh = image.grid !== undefined && image.pv !== undefined;
  return {
    now: image.now,
    input: law.decision.safe ? law.decision.reason : fresh ? ("good" as const) : ("held" as const),
    over,
    allowed: allowed.allowed,
    rated: basis === "net" ? settings.rated : Watts(settings.rated / 3),
    safeLimit: settings.safeLimit,
    units: troubles,
    probe: law.decision.note === "probe-failed" ? ("failed" as const) : ("none" as const),
    stopped: image.stopped,
    maintenance: image.maintenance,
    reset: image.reset,
  };
}

function overOf({ grid }: Image | HoldImage, allowed: Watts, { basis, law }: HoldConfig): Watts | undefined {
  if (grid === undefined || !(Math.abs(grid.watts) <= law.plausible)) return undefined;
  const parts = basis === "net" ? undefined : (grid as PhasedTimed).phases;
  return Watts(parts === undefined ? -grid.watts - allowed : Math.max(...parts.map((watts) => -watts - allowed)));
}

interface LastSeen {
  readonly rated: number;
  readonly last: Watts | undefined;
}

/** An inverter that fell silent at an output below this share of its rating did so with the sun. */
const ASLEEP_SHARE = 0.01;

function troubleOf(
  { id, reachable, restarted, foreign }: UnitImage,
  disobeying: ReadonlySet<string>,
  { rated, last }: LastSeen,
): UnitTrouble {
  if (disobeying.has(id)) return "disobeys";
  if (!reachable) return last !== undefined && last < ASLEEP_SHARE * rated ? "asleep" : "unreachable";
  if (foreign) return "foreign";
  return restarted ? "restarted" : "ok";
}

/** Known where every unit has shown its own. */
function availableOf({ units }: FleetState): Watts | undefined {
  let sum = 0;
  for (const { shown } of units) {
    if (shown === undefined) return undefined;
    sum += shown;
  }
  return units.length === 0 ? undefined : Watts(sum);
}
