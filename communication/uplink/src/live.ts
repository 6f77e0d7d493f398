/**
 * The picture of a site that changes every second. It is shown and then forgotten: nothing is billed from it, so it
 * travels at most once and is not stored. The gateway's own page and the head-end's pages read the same object.
 */
import { type Static, Type } from "typebox";

const Power = Type.Union([Type.Number(), Type.Null()]);

export const LiveDevice = Type.Object({
  id: Type.String(),
  role: Type.Union([Type.Literal("grid"), Type.Literal("pv"), Type.Literal("inverter")]),
  profile: Type.String(),
  /** Since its last good answer; null where there was none yet. */
  age_ms: Type.Union([Type.Number(), Type.Null()]),
  /** Code of the last failure, null while it answers. */
  error: Type.Union([Type.String(), Type.Null()]),
});

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
  /** A `Reason` of @csj/export-limit, or `limit-not-taken` where an inverter does not confirm what it is told. */
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
});
export type Live = Static<typeof Live>;
