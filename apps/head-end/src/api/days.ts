/** A site's local days: one with its intervals and its cost, or many as lines. */
import type { LocalDate } from "@csj/calendar";
import { listMeters } from "@csj/store";
import { Type } from "typebox";
import { errors } from "../errors.ts";
import type { Services } from "../services.ts";
import { type SiteView, siteDay, siteDays } from "../views/site-day.ts";
import { DateText, Id, optionalNumber, optionalText, Problem, problems, Quality } from "./schemas.ts";
import type { Api } from "./server.ts";
import { siteOf } from "./sites.ts";

/** A year and a bit. */
const DAYS_MAX = 400;

const amounts = {
  import_wh: optionalNumber,
  export_wh: optionalNumber,
  generation_wh: optionalNumber,
  home_wh: optionalNumber,
};
const Totals = Type.Object(amounts);
const Counts = Type.Object({
  received: Type.Number(),
  late: Type.Number(),
  missing: Type.Number(),
  expected: Type.Number(),
});

const Cost = Type.Object({
  currency: Type.String(),
  exponent: Type.Number(),
  lines: Type.Array(
    Type.Object({
      id: Type.String(),
      label: Type.String(),
      quantity: Type.String(),
      unit: Type.String(),
      price: Type.String(),
      amount: Type.String(),
      rounding: Type.String(),
    }),
  ),
  total: Type.String(),
  missing: Type.Number(),
});

const Day = Type.Object({
  site: Type.String(),
  date: Type.String(),
  zone: Type.String(),
  tzdata: Type.String(),
  from: Type.String({ format: "date-time" }),
  to: Type.String({ format: "date-time" }),
  interval_s: Type.Number(),
  intervals: Type.Array(
    Type.Object({
      start: Type.String({ format: "date-time" }),
      local: Type.String(),
      ...amounts,
      quality: Quality,
      rate: optionalText,
      cost: optionalText,
    }),
  ),
  totals: Totals,
  counts: Counts,
  cost: Type.Union([Cost, Type.Null()]),
  cost_problem: Type.Optional(Problem),
  comparison: Type.Object({ usual_home_wh: Type.Union([Type.Array(Type.Number()), Type.Null()]) }),
  first_date: optionalText,
  last_date: optionalText,
});

const Days = Type.Object({ days: Type.Array(Type.Object({ date: Type.String(), totals: Totals, counts: Counts })) });

export function daysRoutes(app: Api, services: Services): void {
  app.get(
    "/api/v1/sites/:id/days/:date",
    {
      schema: {
        summary: "A household's local day: its intervals, totals and cost",
        params: Type.Object({ id: Id, date: DateText }),
        response: { 200: Day, 422: Problem, ...problems },
      },
    },
    async ({ params }) => siteDay(await viewOf(services, params.id), checkedDate(params.date)),
  );

  app.get(
    "/api/v1/sites/:id/days",
    {
      schema: {
        summary: "Local days, both ends included, without their intervals",
        params: Type.Object({ id: Id }),
        querystring: Type.Object({ from: DateText, to: DateText }, { additionalProperties: false }),
        response: { 200: Days, 422: Problem, ...problems },
      },
    },
    async ({ params, query }) => {
      const [from, to] = [checkedDate(query.from), checkedDate(query.to)];
      const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
      if (days < 1 || days > DAYS_MAX) {
        throw errors.HEADEND_REQUEST(`From ${from} to ${to} is not 1 to ${DAYS_MAX} days.`);
      }
      return siteDays(await viewOf(services, params.id), from, to);
    },
  );
}

async function viewOf({ database, zones, clock }: Services, id: string): Promise<SiteView> {
  const site = await siteOf(database, id);
  return { database, site, meters: await listMeters(database, id), zone: zones.table(site.zone), now: clock.now() };
}

function checkedDate(text: string): LocalDate {
  const at = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text) {
    throw errors.HEADEND_REQUEST(`${text} is not a day of the calendar.`);
  }
  return text;
}
