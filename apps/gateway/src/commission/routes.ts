/** The walk over HTTP: the page and any script see the same steps as the terminal. Reading is free, moving needs the token. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "@csj/runtime";
import type { FastifyInstance, preHandlerAsyncHookHandler } from "fastify";
import { errors } from "../errors.ts";
import type { Commissioning } from "./commissioning.ts";
import type { Answers } from "./shapes.ts";

export interface CommissionRoutes {
  readonly commissioning: Commissioning;
  readonly log: Log;
  /** Lets through whoever may change something. */
  readonly guard: preHandlerAsyncHookHandler;
}

const REPORT_NAME = /^commissioning-[0-9TZ-]+\.(json|html|pdf)$/;
const types: Readonly<Record<string, string>> = {
  json: "application/json",
  html: "text/html; charset=utf-8",
  pdf: "application/pdf",
};

export function commissionRoutes(app: FastifyInstance, { commissioning, log, guard }: CommissionRoutes): void {
  const { site } = commissioning.view();
  const base = `/api/v1/sites/${site}/commission`;
  app.get(base, (_request, reply) => {
    reply.header("cache-control", "no-store");
    return commissioning.view();
  });
  // A step takes minutes: it is begun here, and how it goes is seen by reading.
  app.post<{ Params: { step: string }; Body: Answers | undefined }>(
    `${base}/steps/:step`,
    { preHandler: guard },
    (request, reply) => {
      const view = commissioning.view();
      if (view.running !== null) throw errors.GATEWAY_COMMISSION_BUSY(`Step ${view.running} runs.`);
      if (!view.steps.some(({ id }) => id === request.params.step))
        throw errors.GATEWAY_COMMISSION_STEP(`There is no step ${request.params.step}.`);
      commissioning.run(request.params.step, answersOf(request.body)).catch((error: unknown) => {
        log.error("a commissioning step failed", { error: String(error) });
      });
      return reply.code(202).send(commissioning.view());
    },
  );
  app.post(`${base}/cancel`, { preHandler: guard }, () => {
    commissioning.cancel();
    return commissioning.view();
  });
  app.post(`${base}/restart`, { preHandler: guard }, () => {
    commissioning.restart();
    return commissioning.view();
  });
  app.post(`${base}/report`, { preHandler: guard }, () => commissioning.report());
  app.get<{ Params: { file: string } }>(`${base}/report/:file`, (request, reply) => {
    const kind = REPORT_NAME.exec(request.params.file)?.[1];
    if (kind === undefined) throw errors.GATEWAY_NOT_FOUND("There is no such report.");
    reply.header("content-type", types[kind]);
    return reply.send(readFileSync(join(commissioning.folder, request.params.file)));
  });
}

/** Plain answers only: what is something else is no answer, and the step's own default counts. */
function answersOf(body: unknown): Answers {
  if (typeof body !== "object" || body === null) return {};
  const plain = ["string", "number", "boolean"];
  return Object.fromEntries(Object.entries(body).filter(([, value]) => plain.includes(typeof value))) as Answers;
}
