/**
 * The site's own page, served by the gateway: an installer in a cellar has no internet and no head-end. It has the paths
 * and the shapes of the head-end's API, with one site, so that the same page runs on both.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type CodedError, isCoded } from "@csj/fault";
import type { Log } from "@csj/runtime";
import type { Live } from "@csj/uplink";
import fastifyStatic from "@fastify/static";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { commissionRoutes } from "./commission/routes.ts";
import { readIfThere, writeDurably } from "./durable-file.ts";
import { errors } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import { holdRoutes } from "./hold/routes.ts";

export interface PageOptions {
  readonly gateway: Gateway;
  readonly host?: string;
  readonly port: number;
  /** Made where there is none; needed for an address that others can reach. */
  readonly tokenFile?: string;
  /** The built pages; without it there is the API alone. */
  readonly webRoot?: string;
  readonly log: Log;
}

export interface Page {
  readonly url: string;
  close(): Promise<void>;
}

/** A browser or a proxy gives up on a stream that says nothing. */
const HEARTBEAT_MS = 15_000;
/** Pages open at once on one site. */
const STREAMS_MAX = 64;

export async function servePage(options: PageOptions): Promise<Page> {
  const host = options.host ?? "127.0.0.1";
  const app = pageApp(options);
  const url = await app.listen({ host, port: options.port }).catch(async (cause: unknown) => {
    await app.close();
    throw errors.GATEWAY_PAGE_PORT(`The page cannot have ${host}:${options.port}.`, undefined, cause);
  });
  return { url, close: () => app.close() };
}

/** Throws GATEWAY_PAGE_NEEDS_TOKEN for an address that others can reach without a token. */
export function pageApp(options: PageOptions): FastifyInstance {
  const { gateway, webRoot, tokenFile, host = "127.0.0.1" } = options;
  if (!isLoopback(host) && tokenFile === undefined) {
    throw errors.GATEWAY_PAGE_NEEDS_TOKEN(`The page would be open to everybody who reaches ${host}.`);
  }
  const app = fastify({ forceCloseConnections: true });
  const token = tokenFile === undefined ? undefined : tokenOf(tokenFile);
  if (token !== undefined) guard(app, token);
  app.get("/healthz", () => ({ status: "ok", cycles: gateway.counters.cycles, skipped: gateway.counters.skipped }));
  serveSite(app, gateway);
  app.get(`/api/v1/sites/${gateway.config.site.id}/hold`, (_request, reply) => {
    reply.header("cache-control", "no-store");
    return (
      gateway.proof ?? refuse(reply, 404, errors.GATEWAY_NOT_FOUND("Nothing is limited here, so nothing is kept."))
    );
  });
  holdRoutes(app, {
    site: gateway.config.site.id,
    give: (order, wish) => gateway.give(order, wish),
    guard: writer(token),
  });
  if (gateway.config.export_limit !== undefined) {
    commissionRoutes(app, { commissioning: gateway.commissioning(), log: options.log, guard: writer(token) });
  }
  app.setErrorHandler(answerError);
  if (webRoot === undefined) app.setNotFoundHandler(notFound);
  else serveFiles(app, webRoot);
  return app;
}

function serveSite(app: FastifyInstance, gateway: Gateway): void {
  const { site } = gateway.config;
  const streams = new Set<FastifyReply>();
  const known = async (request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) => {
    reply.header("cache-control", "no-store");
    if (request.params.id !== site.id) return notFound(request, reply);
  };
  app.get("/api/v1/sites", (_request, reply) => {
    reply.header("cache-control", "no-store");
    return { gateway: true, sites: [siteOf(gateway)] };
  });
  app.get<{ Params: { id: string } }>("/api/v1/sites/:id", { preHandler: known }, () => siteOf(gateway));
  app.get<{ Params: { id: string } }>("/api/v1/sites/:id/live/history", { preHandler: known }, () =>
    gateway.liveHistory(),
  );
  app.get<{ Params: { id: string } }>("/api/v1/sites/:id/live", { preHandler: known }, (_request, reply) => {
    if (streams.size >= STREAMS_MAX) return refuse(reply, 503, errors.GATEWAY_STREAMS_FULL("Too many pages are open."));
    stream(gateway, reply, streams);
    return reply;
  });
  // The ring of the last hour fills from the first cycle on, looked at or not.
  const unlisten = gateway.onLive(() => {});
  app.addHook("preClose", async () => {
    unlisten();
    for (const reply of streams) reply.raw.end();
  });
}

function stream(gateway: Gateway, reply: FastifyReply, streams: Set<FastifyReply>): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
  const send = (live: Live) => raw.write(`event: live\ndata: ${JSON.stringify(live)}\n\n`);
  send(gateway.live());
  const unlisten = gateway.onLive(send);
  const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
  streams.add(reply);
  raw.once("close", () => {
    clearInterval(heartbeat);
    unlisten();
    streams.delete(reply);
  });
}

function siteOf(gateway: Gateway) {
  const { config } = gateway;
  return {
    id: config.site.id,
    name: config.site.name,
    zone: config.site.zone,
    simulated: config.simulated ?? false,
    online: true,
    allowed_export_w: config.export_limit?.allowed_w ?? 0,
    rated_w: Math.round(gateway.ratedW),
    meters: gateway.meters,
    live: gateway.live(),
  };
}

function serveFiles(app: FastifyInstance, webRoot: string): void {
  app.register(fastifyStatic, { root: webRoot, index: "index.html" });
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === "GET" && !request.url.startsWith("/api/");
    return isPage ? reply.sendFile("index.html") : notFound(request, reply);
  });
}

function notFound({ url }: FastifyRequest, reply: FastifyReply) {
  return refuse(reply, 404, errors.GATEWAY_NOT_FOUND(`There is nothing at ${url}.`));
}

function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply) {
  if (isCoded(error)) return refuse(reply, statusOf(error), error);
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  return refuse(reply, status, errors.GATEWAY_REQUEST(error instanceof Error ? error.message : String(error)));
}

function statusOf({ code }: CodedError): number {
  if (code === "GATEWAY_ORDER") return 400;
  return code.startsWith("GATEWAY_COMMISSION") ? 409 : 500;
}

function refuse(reply: FastifyReply, status: number, { code, message, entry }: CodedError) {
  return reply.code(status).send({ code, message, help: entry.help });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function tokenOf(file: string): string {
  const stored = readIfThere(file)?.trim();
  if (stored !== undefined && stored !== "") return stored;
  const token = randomBytes(24).toString("base64url");
  writeDurably(file, `${token}\n`);
  return token;
}

/** For whoever changes something: the token, even where reading needs none. */
export function writer(token: string | undefined) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (token !== undefined && carries(request, token)) return undefined;
    const says =
      token === undefined ? "This page has no token, so nothing can be changed from it." : "This needs the token.";
    return refuse(reply, 401, errors.GATEWAY_TOKEN_NEEDED(says));
  };
}

function carries(request: FastifyRequest, token: string): boolean {
  const bearer = request.headers.authorization?.replace(/^Bearer /, "");
  const cookie = /(?:^|; )csj-token=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  return same(bearer ?? cookie ?? "", token);
}

/** A program sends the token as `Authorization: Bearer`; a browser opens `/?token=` once and keeps it in a cookie. */
function guard(app: FastifyInstance, token: string): void {
  app.addHook("onRequest", async (request, reply) => {
    const offered = new URL(request.url, "http://page").searchParams.get("token");
    if (offered !== null && same(offered, token)) {
      reply.header("set-cookie", `csj-token=${token}; Path=/; HttpOnly; SameSite=Strict`);
      return reply.redirect("/");
    }
    if (carries(request, token)) return;
    return refuse(reply, 401, errors.GATEWAY_TOKEN_NEEDED("This address needs the gateway's token."));
  });
}

function same(offered: string, token: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(offered), hash(token));
}
