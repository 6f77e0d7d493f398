/** Meters and their intervals. */
import { Instant } from "@csj/quantity";
import { type Database, findMeter, listMeters, type MeterEntry } from "@csj/store";
import { Type } from "typebox";
import { errors } from "../errors.ts";
import type { Services } from "../services.ts";
import { intervalsCsv } from "../views/csv.ts";
import { intervalPage } from "../views/intervals.ts";
import { Id, InstantText, optionalNumber, optionalText, problems, Quality } from "./schemas.ts";
import type { Api } from "./server.ts";

export const WEEK_MS = 7 * 86_400_000;
/** A year of half-hours, and a bit. */
const LIMIT_MAX = 20_000;
const LIMIT_DEFAULT = 2_000;

const Meter = Type.Object({
  id: Type.String(),
  site: optionalText,
  role: optionalText,
  profile: optionalText,
  serial: optionalText,
  interval_s: optionalNumber,
  channels: Type.Array(Type.String()),
});

const Interval = Type.Object({
  start: Type.String({ format: "date-time" }),
  wh: Type.Optional(optionalNumber),
  varh: Type.Optional(optionalNumber),
  quality: Quality,
});

const Span = Type.Object({
  from: Type.String({ format: "date-time" }),
  to: Type.String({ format: "date-time" }),
  wh: Type.Optional(Type.Number()),
  varh: Type.Optional(Type.Number()),
});

const IntervalPage = Type.Object({
  meter: Type.String(),
  interval_s: Type.Number(),
  channels: Type.Record(Type.String(), Type.Array(Interval)),
  spans: Type.Optional(Type.Record(Type.String(), Type.Array(Span))),
  next: optionalText,
});

const IntervalQuery = Type.Object(
  {
    from: Type.Optional(InstantText),
    to: Type.Optional(InstantText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX })),
    next: Type.Optional(InstantText),
    spans: Type.Optional(Type.String({ description: "Adds the energy that is known in sum alone" })),
  },
  { additionalProperties: false },
);

export function metersRoutes(app: Api, services: Services): void {
  const { database, clock } = services;

  app.get(
    "/api/v1/meters",
    { schema: { summary: "All meters", response: { 200: Type.Object({ meters: Type.Array(Meter) }) } } },
    async () => {
      const meters = await listMeters(database);
      return { meters: meters.map(({ key: _, channels, ...meter }) => ({ ...meter, channels: [...channels] })) };
    },
  );

  app.get(
    "/api/v1/meters/:id/intervals",
    {
      schema: {
        summary: "A meter's intervals, the last seven days by default; CSV by Accept: text/csv",
        params: Type.Object({ id: Id }),
        querystring: IntervalQuery,
        response: { 200: IntervalPage, ...problems },
      },
    },
    async (request, reply) => {
      const meter = await meterOf(database, request.params.id);
      const { query } = request;
      const now = clock.now();
      const to = query.to === undefined ? now : instantOf("to", query.to);
      const from = query.from === undefined ? Instant(to - WEEK_MS) : instantOf("from", query.from);
      if (from > to) throw errors.HEADEND_REQUEST(`\`from\` (${query.from}) is after \`to\` (${query.to ?? "now"}).`);
      const page = await intervalPage(database, meter, {
        from: query.next === undefined ? from : instantOf("next", query.next),
        to,
        now,
        limit: query.limit ?? LIMIT_DEFAULT,
        spans: query.spans !== undefined && query.spans !== "false",
      });
      if (!wantsCsv(request.headers.accept)) return page;
      if (page.next !== null) reply.header("link", nextLink(request.url, page.next));
      return reply.type("text/csv; charset=utf-8").send(intervalsCsv(page) as never);
    },
  );
}

export async function meterOf(database: Database, id: string): Promise<MeterEntry> {
  const meter = await findMeter(database, id);
  if (meter === undefined) throw errors.HEADEND_NOT_FOUND(`There is no meter ${id}.`);
  return meter;
}

export function instantOf(name: string, text: string): Instant {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw errors.HEADEND_REQUEST(`\`${name}\` (${text}) is not an instant.`);
  return Instant(at);
}

function wantsCsv(accept: string | undefined): boolean {
  return accept?.split(",").some((one) => one.trim().startsWith("text/csv")) ?? false;
}

function nextLink(url: string, next: string): string {
  const [path = "", query = ""] = url.split("?");
  const params = new URLSearchParams(query);
  params.set("next", next);
  return `<${path}?${params}>; rel="next"`;
}
