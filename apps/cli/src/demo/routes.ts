/**
 * The demo's own part of the API: what it is, which devices it plays, and a switch that breaks them. The switch needs no
 * token, since it acts on simulated devices only; a page of another origin is refused, so that no website can press it.
 */
import type { World } from "@csj/world";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errors } from "../errors.ts";
import type { Pace } from "./pace.ts";

export interface DemoState {
  /** Absent while history is made. */
  world: World | undefined;
  addresses: ReadonlyMap<string, string>;
  pace: Pace;
  history: { done: number; of: number };
  readonly seed: number;
  readonly simulates: readonly string[];
}

const faultSchema = {
  body: {
    type: "object",
    required: ["fault"],
    additionalProperties: false,
    properties: {
      fault: { type: "string", enum: ["none", "silent", "frozen", "noise", "slow", "ct-reversed", "restart"] },
    },
  },
} as const;

interface FaultRoute {
  Params: { id: string };
  Body: { fault: string };
}

export function demoRoutes(app: FastifyInstance, state: DemoState): void {
  // The list of sites says that this is a demo, so that a page elsewhere does not ask for what is not there.
  app.addHook("preSerialization", async (request, _reply, payload) =>
    request.routeOptions.url === "/api/v1/sites" ? { ...(payload as object), demo: true } : payload,
  );
  app.get("/api/v1/demo", () => describeDemo(state));
  app.get("/api/v1/demo/devices", () => ({ devices: describeDevices(state) }));
  app.put<FaultRoute>("/api/v1/demo/devices/:id/fault", { schema: faultSchema }, (request, reply) => {
    refuseForeign(request);
    return setFault(state, request.params.id, request.body.fault, reply);
  });
}

function describeDemo({ world, pace, history, seed, simulates }: DemoState) {
  return {
    simulates,
    seed,
    now: world === undefined ? undefined : new Date(world.now).toISOString(),
    speed: pace.wanted,
    speed_reached: pace.reached,
    held_back_w: world === undefined ? null : heldBack(world),
    history_sites_done: history.done,
    history_sites: history.of,
  };
}

/** Sun that the limits hold back, which only a simulator can know. */
function heldBack(world: World): number {
  const watts = world.sites
    .map(({ id }) => world.truth(id))
    .reduce((sum, { availableW, pvW }) => sum + Math.max(0, availableW - pvW), 0);
  return Math.round(watts);
}

function describeDevices({ world, addresses }: DemoState) {
  return (world?.devices ?? []).map((device) => ({
    id: device.id,
    site: device.site,
    role: device.role,
    profile: device.profile,
    unit: device.unit,
    address: addresses.get(device.id) ?? null,
    plays: device.plays,
    fault: device.fault,
    faults: device.faults,
  }));
}

function setFault(state: DemoState, id: string, fault: string, reply: FastifyReply) {
  const device = state.world?.devices.find((one) => one.id === id);
  if (device === undefined) {
    const { code, message, entry } = errors.DEMO_DEVICE_UNKNOWN(`The demo plays no device ${id}.`);
    return reply.code(404).send({ code, message, help: entry.help });
  }
  state.world?.setFault(id, fault);
  return { id, fault: device.fault };
}

function refuseForeign(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin === undefined || URL.parse(origin)?.host === host) return;
  throw errors.DEMO_FOREIGN_ORIGIN(`A page of ${origin} may not break the demo's devices.`);
}
