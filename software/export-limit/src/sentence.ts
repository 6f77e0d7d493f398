/** The reason as a sentence, for the person who stands before the page. The code stays one click away. */
import type { Millis, Watts } from "@csj/quantity";
import type { Config, Decision, Image } from "./control.ts";
import { newest, paired } from "./history.ts";
import type { State } from "./state.ts";

export interface SentenceContext {
  readonly config: Config;
  readonly pv: Watts | undefined;
  /** Age of the newest believed sample; undefined where there was none yet. */
  readonly gridAge: Millis | undefined;
  readonly pvAge: Millis | undefined;
  /** How far grid and PV are from one picture, in ms. */
  readonly apart: Millis | undefined;
}

/** @param state as `step` returned it */
export function contextOf(state: State, image: Image, config: Config): SentenceContext {
  const grid = newest(state.grid);
  const pv = newest(state.pv);
  const age = (at: Millis | undefined) => (at === undefined ? undefined : (Math.max(0, image.now - at) as Millis));
  const both = grid !== undefined && pv !== undefined;
  return {
    config,
    pv: pv?.watts,
    gridAge: age(grid?.at),
    pvAge: age(pv?.at),
    apart: both ? (paired(state.grid, state.pv).apart as Millis) : undefined,
  };
}

export function sentence(decision: Decision, context: SentenceContext): string {
  if (decision.note === "testing") {
    return `Dipped to ${kilowatts(decision.limit)} for a moment: the meter has repeated one reading, and must show the dip.`;
  }
  if (decision.note === "probing") {
    return `Lowered to ${kilowatts(decision.limit)} for a moment: a test whether the meter shows it.`;
  }
  switch (decision.reason) {
    case "not-limiting":
      return notLimiting(decision, context);
    case "following-load":
      return `Held at ${kilowatts(decision.limit)}: ${because(decision, context)}`;
    case "rising":
      return `On its way up, now ${kilowatts(decision.limit)}: ${because(decision, context)}`;
    default:
      return `${trouble(decision, context)}: ${atSafeLimit(decision, context)}`;
  }
}

function notLimiting(decision: Decision, context: SentenceContext): string {
  const sun = context.pv === undefined || context.pv < 1 ? "nothing" : kilowatts(context.pv);
  return `Not held back: the sun gives ${sun} and ${uses(decision)}.`;
}

function because(decision: Decision, { config }: SentenceContext): string {
  if (decision.note === "exporting")
    return `the meter still shows export, so the limit stays below its use of ${kilowatts(decision.home ?? 0)}.`;
  const may =
    config.allowedExport > 0 ? `${kilowatts(config.allowedExport)} may be exported` : "nothing may be exported";
  if (!(config.margin > 0)) return `${uses(decision)} and ${may}.`;
  return `${uses(decision)}, ${may} and ${kilowatts(config.margin)} is kept back against meter error.`;
}

function uses({ home }: Decision): string {
  return home === undefined || home < 1 ? "the home uses nothing" : `the home uses ${kilowatts(home)}`;
}

function trouble({ reason, note }: Decision, { gridAge, pvAge, apart }: SentenceContext): string {
  if (note === "frozen") return "The meter repeats one reading, whatever the solar output does";
  if (note === "probe-failed") return "The meter did not show what the tests of the solar output did";
  if (note === "reversed") return "The grid reading goes the wrong way, as with a current transformer turned round";
  switch (reason) {
    case "meter-unavailable":
      return gridAge === undefined ? "No reading from the meter yet" : `No reading from the meter for ${time(gridAge)}`;
    case "meter-stale":
      return gridAge === undefined ? "The meter's reading is old" : `The meter's reading is ${time(gridAge)} old`;
    case "pv-unavailable":
      return pvAge === undefined
        ? "No reading of the solar output yet"
        : `No reading of the solar output for ${time(pvAge)}`;
    case "pv-stale":
      return pvAge === undefined
        ? "The reading of the solar output is old"
        : `The reading of the solar output is ${time(pvAge)} old`;
    case "skewed":
      return `Grid and solar were read ${time(apart ?? (0 as Millis))} apart, too far for one picture`;
    case "implausible":
      return "The readings cannot be right";
    default:
      return "Waiting for the first readings";
  }
}

function atSafeLimit({ limit }: Decision, { config }: SentenceContext): string {
  const safe = Math.min(config.safeLimit, config.rated);
  if (limit >= safe) return `the inverter is at its safe limit of ${kilowatts(safe)}.`;
  return `the inverter is held at ${kilowatts(limit)}, below its safe limit of ${kilowatts(safe)}.`;
}

/** `2.1 kW`, `40 W`, `0 kW`, `120 kW`. */
export function kilowatts(watts: number): string {
  const size = Math.abs(watts);
  if (size < 0.5) return "0 kW";
  if (size < 99.5) return `${Math.round(watts)} W`;
  return size < 99_950 ? `${(watts / 1000).toFixed(1)} kW` : `${Math.round(watts / 1000)} kW`;
}

function time(ms: Millis): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(ms % 1000 < 50 || ms % 1000 >= 950 ? 0 : 1)} s`;
  if (ms < 119_500) return `${Math.round(ms / 1000)} s`;
  return ms < 7_170_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
