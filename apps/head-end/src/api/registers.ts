/** The registers behind a meter's intervals, for whoever wants to take the differences again. */
import { readBoundaries } from "@csj/store";
import { Type } from "typebox";
import { errors } from "../errors.ts";
import type { Services } from "../services.ts";
import { instantOf, meterOf, WEEK_MS } from "./meters.ts";
import { Id, InstantText, optionalNumber, optionalText, problems } from "./schemas.ts";
import type { Api } from "./server.ts";

/** A quarter: 4,400 half-hour boundaries a channel. */
const RANGE_MAX_MS = 92 * 86_400_000;

const Registers = Type.Object({
  meter: Type.String(),
  channels: Type.Record(
    Type.String(),
    Type.Object({
      unit: Type.String(),
      per_count: Type.Number({ description: "Wh (varh) in one count" }),
      digits: Type.Number(),
      step: Type.Number({ description: "Smallest change that the meter shows, in counts" }),
      boundaries: Type.Array(
        Type.Object({
          at: Type.String({ format: "date-time" }),
          count: optionalNumber,
          measured_at: optionalText,
          late: Type.Boolean(),
        }),
      ),
    }),
  ),
});

export function registersRoutes(app: Api, { database, clock }: Services): void {
  app.get(
    "/api/v1/meters/:id/registers",
    {
      schema: {
        summary: "Register counts at the boundaries of a meter's intervals, with the moment of each measurement",
        params: Type.Object({ id: Id }),
        querystring: Type.Object(
          { from: Type.Optional(InstantText), to: Type.Optional(InstantText) },
          { additionalProperties: false },
        ),
        response: { 200: Registers, ...problems },
      },
    },
    async ({ params, query }) => {
      const meter = await meterOf(database, params.id);
      const to = query.to === undefined ? clock.now() : instantOf("to", query.to);
      const from = query.from === undefined ? to - WEEK_MS : instantOf("from", query.from);
      if (from > to || to - from > RANGE_MAX_MS) {
        throw errors.HEADEND_REQUEST("`from` is after `to`, or more than 92 days before it.");
      }
      const channels = await readBoundaries(database, meter.key, from as typeof to, to);
      return { meter: meter.id, channels: Object.fromEntries(channels.map((one) => [one.channel, described(one)])) };
    },
  );
}

function described({ unit, perCount, digits, step, boundaries }: Awaited<ReturnType<typeof readBoundaries>>[number]) {
  return {
    unit,
    per_count: perCount,
    digits,
    step,
    boundaries: boundaries.map(({ at, count, measuredAt, late }) => ({
      at: new Date(at).toISOString(),
      count,
      measured_at: measuredAt === null ? null : new Date(measuredAt).toISOString(),
      late,
    })),
  };
}
