/** The built pages. A page's address (`/site/…`) is not a file: it is answered with the one that builds it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Services } from "../services.ts";

const PAGES = ["/", "/site/*", "/home/*"];
const INDEX = "index.html";

export async function pagesRoutes(app: FastifyInstance, { webRoot }: Services): Promise<void> {
  if (webRoot === undefined || !existsSync(join(webRoot, INDEX))) return;
  await app.register(fastifyStatic, { root: webRoot, index: false, cacheControl: false, wildcard: false });
  for (const path of PAGES) {
    app.get(path, { schema: { hide: true } }, (_request, reply) =>
      reply.header("cache-control", "no-cache").sendFile(INDEX),
    );
  }
}
