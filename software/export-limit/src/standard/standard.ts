/**
 * What a network operator asks of a site, as data: when export counts as too much, how soon it must be back, what trips,
 * what is counted, and how a site comes back. Each number says where it comes from and whether its source was read, since
 * most of these texts are sold and quoted second-hand.
 */
import { type Static, Type } from "typebox";
import { Check, Errors } from "typebox/value";
import { errors } from "../errors.ts";

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });

export const Figure = Type.Object(
  {
    value: Type.Number({ minimum: 0 }),
    /** Of the standard's text, or `ours`. */
    clause: Text,
    source: Text,
    /** True where the named source was read; it may still quote another. */
    verified: Type.Boolean(),
  },
  closed,
);
export type Figure = Static<typeof Figure>;

/** Export counts as over where it is above the allowed by more than this. */
export const Tolerance = Type.Object(
  {
    watts: Type.Optional(Figure),
    percent_of_rated: Type.Optional(Figure),
    /** Which counts where both are given. */
    of_both: Type.Optional(
      Type.Unsafe<"lower" | "higher">(Type.Union([Type.Literal("lower"), Type.Literal("higher")])),
    ),
  },
  closed,
);
export type Tolerance = Static<typeof Tolerance>;

export const Trip = Type.Object(
  {
    /** Times the allowed export; where nothing may be exported, or where this is absent, the tolerance counts. */
    over_times: Type.Optional(Figure),
    /** Of the rating, above the allowed export; the higher of both counts. */
    over_percent_of_rated: Type.Optional(Figure),
    after_s: Figure,
    action: Type.Unsafe<"safe-limit" | "disconnect">(
      Type.Union([Type.Literal("safe-limit"), Type.Literal("disconnect")]),
    ),
  },
  closed,
);
export type Trip = Static<typeof Trip>;

export const Standard = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$" }),
    name: Text,
    region: Text,
    basis: Type.Unsafe<"net" | "per-phase">(Type.Union([Type.Literal("net"), Type.Literal("per-phase")])),
    tolerance: Tolerance,
    /** After a load that drops or a limit that changes. */
    back_within_s: Figure,
    trips: Type.Array(Trip),
    excursions: Type.Optional(
      Type.Object(
        {
          longer_than_s: Figure,
          count: Figure,
          window_h: Figure,
          lockout_h: Figure,
          /** Whether an operator may end a lockout early; not where absent. */
          operator_ends_lockout: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    failsafe: Type.Object(
      {
        /** The input may be lost for so long before the limit is the safe one. */
        lost_after_s: Figure,
        /** Input must be good for so long before a site comes back. */
        release_after_s: Figure,
      },
      closed,
    ),
    /** What an inverter that ignores its limit means where there is no relay (plant-id/needs.ts); `relay` where absent. */
    disobedience: Type.Optional(
      Type.Object(
        {
          answer: Type.Unsafe<"relay" | "accepted" | "named">(
            Type.Union([Type.Literal("relay"), Type.Literal("accepted"), Type.Literal("named")]),
          ),
          clause: Text,
          source: Text,
          verified: Type.Boolean(),
        },
        closed,
      ),
    ),
    /** The allowed export may not be below this share of the inverters' rating. */
    lowest_limit_percent: Type.Optional(Figure),
    /** What the text asks and this system does not do. */
    not_covered: Type.Array(Text),
  },
  closed,
);
export type Standard = Static<typeof Standard>;

/** Throws CONFIG_STANDARD. @param value as its YAML file reads */
export function parseStandard(value: unknown, file = "standard"): Standard {
  if (Check(Standard, value)) return value;
  const [first] = Errors(Standard, value);
  const path = first?.instancePath.slice(1) ?? "";
  throw errors.CONFIG_STANDARD(`${file} is not a standard's file: ${first?.message ?? "it is no object"}.`, {
    file,
    path,
  });
}

/** W above the allowed export from which export counts as over. */
export function toleranceOf({ tolerance }: Standard, ratedW: number): number {
  const watts = tolerance.watts?.value;
  const share =
    tolerance.percent_of_rated === undefined ? undefined : (tolerance.percent_of_rated.value * ratedW) / 100;
  if (watts === undefined || share === undefined) return watts ?? share ?? 0;
  return tolerance.of_both === "higher" ? Math.max(watts, share) : Math.min(watts, share);
}

/** W above the allowed export from which a trip's time runs. */
export function tripOver(trip: Trip, standard: Standard, allowedW: number, ratedW: number): number {
  const { over_times: times, over_percent_of_rated: percent } = trip;
  const share = percent === undefined ? undefined : Math.max(0, (percent.value * ratedW) / 100) || 0;
  const more = times === undefined || !(allowedW > 0) ? undefined : Math.max(0, (times.value - 1) * allowedW);
  if (share === undefined && more === undefined) return toleranceOf(standard, ratedW);
  return Math.max(share ?? 0, more ?? 0);
}

/** Every figure with its place, for the table of a report. */
export function figuresOf(standard: Standard): readonly (readonly [place: string, figure: Figure])[] {
  const found: (readonly [string, Figure])[] = [];
  const walk = (value: unknown, place: string): void => {
    if (typeof value !== "object" || value === null) return;
    if (Check(Figure, value)) found.push([place, value]);
    else for (const [key, one] of Object.entries(value)) walk(one, place === "" ? key : `${place}.${key}`);
  };
  walk(standard, "");
  return found;
}

/** Why a site cannot be run by this standard; undefined where it can. */
export function refusalOf(
  standard: Standard,
  site: { readonly allowedW: number; readonly ratedW: number },
): string | undefined {
  const lowest = standard.lowest_limit_percent?.value;
  if (lowest === undefined || site.allowedW >= (lowest * site.ratedW) / 100) return undefined;
  return `${standard.name} covers limits of ${lowest} % of the installed power or more; ${site.allowedW} W of ${site.ratedW} W is less.`;
}
