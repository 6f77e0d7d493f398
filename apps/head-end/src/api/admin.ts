/** What changes something, and so needs the token: enrolment codes, and asking a gateway for days again. */
import { randomInt } from "node:crypto";
import { Type } from "typebox";
import { errors } from "../errors.ts";
import type { Services } from "../services.ts";
import { iso } from "../views/intervals.ts";
import { DateText, Id, Problem, problems } from "./schemas.ts";
import type { Api } from "./server.ts";

/** Without the letters and digits that are taken for one another when a code is read out. */
const LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";
const CODE_LETTERS = 16;

const token = { security: [{ token: [] }] };

export function adminRoutes(app: Api, services: Services): void {
  const { enrolment, metrics, presence } = services;

  app.post(
    "/api/v1/enrolment-codes",
    {
      schema: {
        ...token,
        summary: "A new one-time enrolment code",
        response: { 201: Type.Object({ code: Type.String(), expires_at: Type.String() }), 401: Problem },
      },
    },
    async (request, reply) => {
      services.checkToken(request.headers.authorization);
      const code = newCode();
      const expires = await enrolment.addCode(code);
      return reply.code(201).send({ code, expires_at: iso(expires) });
    },
  );

  app.post(
    "/api/v1/gateways/:id/resend",
    {
      schema: {
        ...token,
        summary: "Ask a gateway to send UTC days again, both ends included",
        params: Type.Object({ id: Id }),
        body: Type.Object({ from_day: DateText, to_day: DateText }, { additionalProperties: false }),
        response: { 202: Type.Object({ asked: Type.Boolean() }), 401: Problem, ...problems },
      },
    },
    async (request, reply) => {
      services.checkToken(request.headers.authorization);
      const { from_day: from, to_day: to } = request.body;
      if (from > to) throw errors.HEADEND_REQUEST(`\`from_day\` (${from}) is after \`to_day\` (${to}).`);
      const { id } = request.params;
      if (!(await services.resend(id, from, to))) throw errors.HEADEND_NOT_FOUND(`There is no gateway ${id}.`);
      return reply.code(202).send({ asked: true });
    },
  );

  app.get("/healthz", { schema: { hide: true } }, async () => {
    await services.database.query("SELECT 1");
    return { ok: true };
  });

  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    metrics.online.set(presence.count);
    metrics.waiting.set(services.waiting());
    const text = await metrics.registry.metrics();
    return reply.type(metrics.registry.contentType).send(text as never);
  });

  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}

function newCode(): string {
  const letters = Array.from({ length: CODE_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]);
  return letters.join("").replace(/(.{4})(?=.)/g, "$1-");
}
