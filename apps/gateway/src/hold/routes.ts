/** The switches of a site by HTTP. Each is a write, so each needs the gateway's token, on loopback too. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type MaintenanceWish, type Order, orders } from "./switches.ts";

export interface HoldRoutes {
  readonly site: string;
  give(order: Order, wish: MaintenanceWish): void;
  /** Refuses a caller without the token; undefined where he may. */
  guard(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
}

const wish = {
  type: ["object", "null"],
  additionalProperties: false,
  properties: { minutes: { type: "number" }, limit_w: { type: "number" } },
} as const;

export function holdRoutes(app: FastifyInstance, { site, give, guard }: HoldRoutes): void {
  for (const order of orders) {
    app.post<{ Body: MaintenanceWish | null }>(
      `/api/v1/sites/${site}/hold/${order}`,
      { schema: { body: wish }, preHandler: guard },
      (request, reply) => {
        give(order, request.body ?? {});
        return reply.code(204).send();
      },
    );
  }
}
