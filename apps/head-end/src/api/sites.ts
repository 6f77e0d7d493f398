/** Sites: what they are, what stands there, and how they are now. */
import { type Database, listMeters, listSites, type SiteEntry } from "@csj/store";
import { Live } from "@csj/uplink";
import { Type } from "typebox";
import { errors } from "../errors.ts";
import type { Services } from "../services.ts";
import { Id, optionalNumber, optionalText, problems } from "./schemas.ts";
import type { Api } from "./server.ts";

const SiteMeter = Type.Object({
  id: Type.String(),
  role: optionalText,
  profile: optionalText,
  interval_s: optionalNumber,
  channels: Type.Array(Type.String()),
});

const Site = Type.Object({
  id: Type.String(),
  name: Type.String(),
  zone: Type.String(),
  simulated: Type.Boolean(),
  gateway: Type.String(),
  online: Type.Boolean(),
  allowed_export_w: Type.Number(),
  rated_w: Type.Number(),
  meters: Type.Array(SiteMeter),
  live: Type.Union([Live, Type.Null()]),
});

export function sitesRoutes(app: Api, services: Services): void {
  const { database } = services;

  app.get(
    "/api/v1/sites",
    { schema: { summary: "All sites", response: { 200: Type.Object({ sites: Type.Array(Site) }) } } },
    async () => {
      const meters = bySite(await listMeters(database));
      const sites = await listSites(database);
      return { sites: sites.map((site) => shown(services, site, meters.get(site.id) ?? [])) };
    },
  );

  app.get(
    "/api/v1/sites/:id",
    { schema: { summary: "One site", params: Type.Object({ id: Id }), response: { 200: Site, ...problems } } },
    async ({ params }) => shown(services, await siteOf(database, params.id), await listMeters(database, params.id)),
  );
}

export async function siteOf(database: Database, id: string): Promise<SiteEntry> {
  const [site] = await listSites(database, id);
  if (site === undefined) throw errors.HEADEND_NOT_FOUND(`There is no site ${id}.`);
  return site;
}

type SiteMeters = Awaited<ReturnType<typeof listMeters>>;

function shown({ board, presence }: Services, site: SiteEntry, meters: SiteMeters) {
  const { id, name, zone, simulated, gateway, allowed_export_w, rated_w } = site;
  return {
    ...{ id, name, zone, simulated, gateway, online: presence.online(gateway), allowed_export_w, rated_w },
    meters: meters.map(({ id, role, profile, interval_s, channels }) => ({
      ...{ id, role, profile, interval_s, channels: [...channels] },
    })),
    live: board.latest(site.id) ?? null,
  };
}

function bySite(meters: SiteMeters): Map<string, SiteMeters> {
  const sites = new Map<string, SiteMeters>();
  for (const meter of meters) {
    if (meter.site === null) continue;
    const own = sites.get(meter.site);
    if (own === undefined) sites.set(meter.site, [meter]);
    else own.push(meter);
  }
  return sites;
}
