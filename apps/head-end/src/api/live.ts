/**
 * Live pictures as server-sent events: the last one at once, then each new one. A client that reads too slowly is cut
 * off, since the next picture is worth more than the one that waits.
 */
import type { Live } from "@csj/uplink";
import { Live as LiveSchema } from "@csj/uplink";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { errors } from "../errors.ts";
import type { Services } from "../services.ts";
import { Id, optionalNumber, problems } from "./schemas.ts";
import type { Api } from "./server.ts";
import { siteOf } from "./sites.ts";

const HEARTBEAT_MS = 15_000;
const STREAMS_MAX = 1_000;
/** Some minutes of one site's pictures. */
const UNREAD_BYTES_MAX = 1 << 20;

const numbers = Type.Array(optionalNumber);
const History = Type.Object({
  at: Type.Array(Type.Number()),
  grid_w: numbers,
  pv_w: numbers,
  home_w: numbers,
  limit_w: numbers,
});

export function liveRoutes(app: Api, services: Services): void {
  const { board, database } = services;
  const streams = new Set<FastifyReply>();
  app.addHook("preClose", async () => {
    for (const reply of streams) reply.raw.end();
  });

  app.get(
    "/api/v1/live",
    { schema: { summary: "All sites live, as server-sent events named `live`", response: { 200: LiveSchema } } },
    (request, reply) => {
      stream(services, streams, request, reply, board.all(), () => true);
    },
  );

  app.get(
    "/api/v1/sites/:id/live",
    {
      schema: {
        summary: "One site live, as server-sent events named `live`",
        params: Type.Object({ id: Id }),
        response: { 200: LiveSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (board.latest(id) === undefined) await siteOf(database, id);
      const last = board.latest(id);
      stream(services, streams, request, reply, last === undefined ? [] : [last], ({ site }) => site === id);
      return reply;
    },
  );

  app.get(
    "/api/v1/sites/:id/live/history",
    {
      schema: {
        summary: "The last hour of a site, from memory",
        params: Type.Object({ id: Id }),
        response: { 200: History, ...problems },
      },
    },
    async ({ params }) => board.history(params.id),
  );
}

function stream(
  { board, metrics }: Services,
  streams: Set<FastifyReply>,
  request: FastifyRequest,
  reply: FastifyReply,
  first: Iterable<Live>,
  wanted: (live: Live) => boolean,
): void {
  if (streams.size >= STREAMS_MAX) throw errors.HEADEND_BUSY(`${STREAMS_MAX} live streams are open.`);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  const send = (live: Live) => {
    if (!wanted(live)) return;
    if (raw.writableLength > UNREAD_BYTES_MAX) raw.destroy();
    else raw.write(`event: live\ndata: ${JSON.stringify(live)}\n\n`);
  };
  raw.write(": live pictures\n\n");
  for (const live of first) send(live);
  const unlisten = board.listen(send);
  const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
  streams.add(reply);
  metrics.streams.set(streams.size);
  request.raw.once("close", () => {
    clearInterval(heartbeat);
    unlisten();
    streams.delete(reply);
    metrics.streams.set(streams.size);
  });
}
