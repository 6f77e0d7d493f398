/** The commissioning's own page, for a gateway that is not running yet: the same addresses as the running one has. */
import { randomBytes } from "node:crypto";
import { isCoded } from "@csj/fault";
import type { Log } from "@csj/runtime";
import fastifyStatic from "@fastify/static";
import fastify, { type FastifyInstance } from "fastify";
import { errors } from "../errors.ts";
import type { Page } from "../page.ts";
import { writer } from "../page.ts";
import type { Commissioning } from "./commissioning.ts";
import { commissionRoutes } from "./routes.ts";

export interface CommissionPageOptions {
  readonly commissioning: Commissioning;
  readonly log: Log;
  readonly port: number;
  readonly zone: string;
  readonly webRoot?: string;
}

/** On loopback alone. The address that it gives holds the token that lets the page begin a step. */
export async function serveCommission(options: CommissionPageOptions): Promise<Page> {
  const { site } = options.commissioning.view();
  const token = randomBytes(24).toString("base64url");
  const app = fastify({ forceCloseConnections: true });
  enter(app, token, `/commission/${site}`);
  app.get("/api/v1/sites", () => ({ gateway: true, sites: [siteOf(options)] }));
  commissionRoutes(app, { ...options, guard: writer(token) });
  app.setErrorHandler((error, _request, reply) => {
    const coded = isCoded(error) ? error : errors.GATEWAY_REQUEST(String(error));
    const status = coded.code === "GATEWAY_NOT_FOUND" ? 404 : coded.code.startsWith("GATEWAY_COMMISSION") ? 409 : 500;
    return reply.code(status).send({ code: coded.code, message: coded.message, help: coded.entry.help });
  });
  if (options.webRoot !== undefined) {
    app.register(fastifyStatic, { root: options.webRoot, index: "index.html" });
    app.setNotFoundHandler((request, reply) =>
      request.url.startsWith("/api/") ? reply.code(404).send({}) : reply.sendFile("index.html"),
    );
  }
  const url = await app.listen({ host: "127.0.0.1", port: options.port }).catch(async (cause: unknown) => {
    await app.close();
    throw errors.GATEWAY_PAGE_PORT(`The page cannot have 127.0.0.1:${options.port}.`, undefined, cause);
  });
  return { url: `${url}/?token=${token}`, close: () => app.close() };
}

function enter(app: FastifyInstance, token: string, to: string): void {
  app.addHook("onRequest", async (request, reply) => {
    if (new URL(request.url, "http://page").searchParams.get("token") !== token) return undefined;
    reply.header("set-cookie", `csj-token=${token}; Path=/; HttpOnly; SameSite=Strict`);
    return reply.redirect(to);
  });
}

function siteOf({ commissioning, zone }: CommissionPageOptions) {
  const { site, name, simulated } = commissioning.view();
  return {
    id: site,
    name,
    zone,
    simulated,
    online: true,
    allowed_export_w: null,
    rated_w: null,
    meters: [],
    live: null,
  };
}
