/** The HTTP server: errors, tokens, schemas and the list of routes. Routes themselves stand in their own files. */
import { isCoded } from "@csj/fault";
import swagger from "@fastify/swagger";
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { errors } from "../errors.ts";
import type { Services } from "../services.ts";
import { adminRoutes } from "./admin.ts";
import { daysRoutes } from "./days.ts";
import { liveRoutes } from "./live.ts";
import { metersRoutes } from "./meters.ts";
import { pagesRoutes } from "./pages.ts";
import { registersRoutes } from "./registers.ts";
import { sitesRoutes } from "./sites.ts";
import { statusOf } from "./status.ts";

export type Api = ReturnType<typeof newApp>;

const BODY_BYTES_MAX = 65_536;

function newApp() {
  return (
    Fastify({ logger: false, bodyLimit: BODY_BYTES_MAX, routerOptions: { maxParamLength: 64 } })
      .setValidatorCompiler(TypeBoxValidatorCompiler)
      // Schemas describe the answers; the answers are our own and need no second copy made from a schema.
      .setSerializerCompiler(() => JSON.stringify)
      .withTypeProvider<TypeBoxTypeProvider>()
  );
}

export async function createApi(services: Services): Promise<Api> {
  const app = newApp();
  answerErrors(app as unknown as FastifyInstance);
  app.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
    reply.header("x-content-type-options", "nosniff");
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "csj head-end",
        version: "1",
        description:
          "Meters, their intervals, local days and live pictures of sites. Reading needs no token on loopback.",
      },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
  });
  guardReads(app as unknown as FastifyInstance, services);
  metersRoutes(app, services);
  registersRoutes(app, services);
  sitesRoutes(app, services);
  daysRoutes(app, services);
  liveRoutes(app, services);
  adminRoutes(app, services);
  await services.register?.(app as unknown as FastifyInstance);
  await pagesRoutes(app as unknown as FastifyInstance, services);
  return app;
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (isCoded(error)) {
      return reply
        .code(statusOf(error.code))
        .send({ code: error.code, message: error.message, help: error.entry.help });
    }
    const known = error.validation !== undefined || (error.statusCode ?? 500) < 500;
    const coded = errors.HEADEND_REQUEST(known ? `${error.message}.` : "The request was not answered.");
    return reply
      .code(error.statusCode ?? (known ? 400 : 500))
      .send({ code: coded.code, message: coded.message, help: coded.entry.help });
  });
  app.setNotFoundHandler((request, reply) => {
    const { code, message, entry } = errors.HEADEND_NOT_FOUND(`There is no ${request.method} ${request.url}.`);
    return reply.code(404).send({ code, message, help: entry.help });
  });
}

/** Beyond loopback a household's data is nobody's without the token. */
function guardReads(app: FastifyInstance, services: Services): void {
  if (!services.readsNeedToken) return;
  app.addHook("onRequest", async (request) => {
    if (request.url.startsWith("/api/") || request.url === "/metrics")
      services.checkToken(request.headers.authorization);
  });
}
