/** The built pages and a deterministic API on loopback, for the browser tests and for drawing by hand. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { DemoFault, Live } from "../api/shapes.ts";
import { dayOf, daysOf } from "./fixture-days.ts";
import { makeStreet, type Street } from "./fixture-street.ts";
import type { FixtureWaveform } from "./fixture-waveform.ts";

export const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

export interface FixtureOptions {
  readonly port?: number;
  readonly sites?: number;
  readonly demo?: boolean;
  /** Answers as a gateway does, which has one site. */
  readonly gateway?: boolean;
  /** Its sites have a measuring unit that gives these. */
  readonly waveform?: FixtureWaveform;
}

export interface Fixture {
  readonly url: string;
  readonly street: Street;
  /** From now on nothing under /api answers, as when the head-end is down. */
  breakApi(broken: boolean): void;
  /** From now on no picture comes, while the connection stays. */
  hold(held: boolean): void;
  close(): Promise<void>;
}

interface State {
  readonly street: Street;
  readonly options: FixtureOptions;
  readonly listeners: Set<{ site: string | undefined; response: ServerResponse }>;
  broken: boolean;
  held: boolean;
}

const TICK_MS = 1_000;
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

export async function serveFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const street = makeStreet(options.gateway === true ? 1 : options.sites);
  const state: State = { street, options, listeners: new Set(), broken: false, held: false };
  const server = createServer((request, response) => void answer(state, request, response));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const timer = setInterval(() => tick(state), TICK_MS);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    street,
    breakApi: (broken) => {
      state.broken = broken;
      if (broken) for (const { response } of state.listeners) response.destroy();
    },
    hold: (held) => {
      state.held = held;
    },
    close: () => {
      clearInterval(timer);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function tick(state: State): void {
  if (state.held) return;
  for (const live of state.street.tick()) {
    for (const { site, response } of state.listeners) {
      if (site === undefined || site === live.site) sendLive(response, live);
    }
  }
}

function sendLive(response: ServerResponse, live: Live): void {
  response.write(`event: live\ndata: ${JSON.stringify(live)}\n\n`);
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (!url.pathname.startsWith("/api/")) return page(url.pathname, response);
  const path = url.pathname.replace("/api/v1/", "").split("/").map(decodeURIComponent);
  if (state.broken) response.destroy();
  else if (path[0] === "live") stream(state, undefined, response);
  else if (path[2] === "live" && path.length === 3) stream(state, path[1], response);
  else if (path[2] === "captures" && path[4] === "cff") {
    response.writeHead(200, {
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="capture-1.cff"',
    });
    response.end(state.options.waveform?.file);
  } else json(response, await valueAt(state, path, url.searchParams, request));
}

async function valueAt(
  state: State,
  path: string[],
  query: URLSearchParams,
  request: IncomingMessage,
): Promise<unknown> {
  const [kind, id, part, more] = path;
  if (kind === "demo") return state.options.demo === false ? undefined : demo(state.street, path, request);
  if (kind !== "sites") return undefined;
  if (id === undefined) {
    const { gateway = false, demo: inDemo = !gateway, waveform } = state.options;
    const sites = state.street.sites().map((site) => (waveform === undefined ? site : { ...site, waveform: true }));
    return { sites, ...(gateway ? { gateway } : {}), ...(inDemo ? { demo: true } : {}) };
  }
  if (part === "live" && more === "history") return state.street.history(id);
  if (part === "harmonics") return state.options.waveform?.harmonics;
  if (part === "captures")
    return more === undefined ? state.options.waveform?.captures : captureOf(state.options, more);
  if (part !== "days") return undefined;
  return more === undefined ? daysOf(id, query.get("from") ?? "", query.get("to") ?? "") : dayOf(id, more);
}

function captureOf({ waveform }: FixtureOptions, id: string): unknown {
  return waveform?.capture.id === id ? waveform.capture : undefined;
}

function stream(state: State, site: string | undefined, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const listener = { site, response };
  state.listeners.add(listener);
  response.on("close", () => state.listeners.delete(listener));
  response.write(": open\n\n");
  for (const { id } of state.street.sites()) {
    const live = state.street.last(id);
    if (live !== undefined && (site === undefined || site === id)) sendLive(response, live);
  }
}

async function demo(street: Street, path: string[], request: IncomingMessage): Promise<unknown> {
  const simulates = [
    "Twelve homes, their sun and their inverters are simulated from one seed.",
    "Their meters are real Modbus servers on this machine.",
  ];
  if (path.length === 1) return { simulates, speed: 10, speed_reached: 8.4, seed: 1, held_back_w: 8300 };
  if (path.length === 2) return { devices: street.devices() };
  const { fault } = JSON.parse(await bodyOf(request)) as { fault: DemoFault };
  return street.setFault(path[2] ?? "", fault);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

async function page(path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) === "" ? "index.html" : normalize(path).replace(/^[/\\.]+/, "");
  try {
    const bytes = await readFile(join(DIST, file));
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

/** An absent value is a coded 404. */
function json(response: ServerResponse, value: unknown): void {
  const absent = { code: "HEADEND_NOT_FOUND", message: "There is nothing at this address.", help: "" };
  response.writeHead(value === undefined ? 404 : 200, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(value ?? absent));
}
