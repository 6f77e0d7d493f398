/**
 * The picture of a site that changes every second. It is shown and then forgotten: nothing is billed from it, so it
 * travels at most once and is not stored. The gateway's own page and the head-end's pages read the same object.
 */
import { type Static, Type } from "typebox";

const Power = Type.Union([Type.Number(), Type.Null()]);

export const LiveDevice = Type.Object({
  id: Type.String(),
  role: Type.Union([
    Type.Literal("grid"),
    Type.Literal("pv"),
    Type.Literal("inverter"),
    Type.Literal("battery"),
    Type.Literal("relay"),
  ]),
  profile: Type.String(),
  /** Since its last good answer; null where there was none yet. */
  age_ms: Type.Union([Type.Number(), Type.Null()]),
  /** Code of the last failure, null while it answers. */
  error: Type.Union([Type.String(), Type.Null()]),
  /** What nobody has verified of its register map, where it matters. */
  warning: Type.Optional(Type.String()),
});

/** How the site is held at what it may export; absent where nothing is limited. */
export const LiveHold = Type.Object({
  mode: Type.Union([
    Type.Literal("normal"),
    Type.Literal("degraded"),
    Type.Literal("failsafe"),
    Type.Literal("lockout"),
  ]),
  /** Why it is in this mode, as a sentence. */
  says: Type.String(),
  /** Id of the standard whose rules count. */
  standard: Type.String(),
  basis: Type.Union([Type.Literal("net"), Type.Literal("per-phase")]),
  /** What may be exported now, and who says so. */
  allowed_w: Type.Number(),
  origin: Type.String(),
  /** What the output may still grow by before the limit bites; null where it is not known. */
  headroom_w: Power,
  /** What the inverters could give, and what is held back of it; estimates, null where nothing tells. */
  available_w: Power,
  curtailed_w: Power,
  /** Excursions that the standard counts, in its window. */
  excursions: Type.Number(),
  /** Seconds for which a lockout goes on; 0 where there is none. */
  lockout_s: Type.Number(),
  stopped: Type.Boolean(),
  /** Seconds for which maintenance goes on; 0 where there is none. */
  maintenance_s: Type.Number(),
  alarm: Type.Union([
    Type.Object({ code: Type.String(), says: Type.String(), since: Type.Union([Type.String(), Type.Null()]) }),
    Type.Null(),
  ]),
  units: Type.Array(Type.Object({ id: Type.String(), limit_w: Type.Number(), output_w: Power, state: Type.String() })),
});
export type LiveHold = Static<typeof LiveHold>;

export const Live = Type.Object({
  kind: Type.Literal("live"),
  site: Type.String(),
  /** When the picture was taken, on the gateway's clock; null while that clock is not trusted. */
  at: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
  /** Import positive, export negative; null where it is unavailable. */
  grid_w: Power,
  pv_w: Power,
  /** Grid + PV where both are good. */
  home_w: Power,
  /** For all inverters together; null before the first decision. */
  limit_w: Power,
  rated_w: Type.Number(),
  allowed_export_w: Type.Number(),
  /**
   * A `Reason` of @csj/export-limit, or `limit-not-taken` where an inverter does not confirm what it is told, `stopped` by
   * hand, or `held-by-state` where the site's state keeps the limit below what the readings alone would give.
   */
  reason: Type.String(),
  /** True where the limit is the safe one because the input could not be believed. */
  safe: Type.Boolean(),
  /** The reason as a sentence. */
  sentence: Type.String(),
  /** Age of the oldest sample that the decision used. */
  age_ms: Type.Union([Type.Number(), Type.Null()]),
  /** False while the clock is not trusted: no half-hour is closed. */
  time_trusted: Type.Boolean(),
  /** Messages that the head-end has not confirmed yet. */
  waiting: Type.Number(),
  simulated: Type.Boolean(),
  devices: Type.Array(LiveDevice),
  /** Discharge positive; absent where there is no battery. */
  battery_w: Type.Optional(Power),
  hold: Type.Optional(LiveHold),
});
export type Live = Static<typeof Live>;
