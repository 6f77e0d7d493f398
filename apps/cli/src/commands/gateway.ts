/** `csj gateway`: the on-site program for one site, in real time, until it is told to stop. */
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createGateway,
  cycleOf,
  type Gateway,
  type GatewayConfig,
  loadConfig,
  mqttConnector,
  type Page,
  runCycles,
  servePage,
} from "@csj/gateway";
import { ModbusBus, parseBusAddress } from "@csj/modbus";
import { profile, profileIds } from "@csj/profiles";
import {
  type Clock,
  type ClockScale,
  type Log,
  parseClockScale,
  scaledClock,
  scaledTimers,
  type Timers,
} from "@csj/runtime";
import { type LogLevel, linksOf, nodeClock, nodeDigest, nodeLog, nodeTimers } from "@csj/runtime/node";
import { Command, Option } from "commander";

interface Options {
  readonly config: string;
  readonly home: string;
  readonly clock?: ClockScale;
  readonly log: LogLevel;
  readonly json?: true;
}

/** An answer that takes longer is lost: a share of the cycle, so that a silent device does not hold up the next one. */
const TIMEOUT_SHARE = 0.4;
const TIMEOUT_MIN_MS = 200;
const TIMEOUT_MAX_MS = 1_000;

const WEB_ROOT = fileURLToPath(new URL("../../../web/dist", import.meta.url));

const EXAMPLES = `
Examples:
  csj gateway --config site.yaml --home ./csj-home/site-01
  csj gateway --config site.yaml --home ./csj-home/site-01 --clock 2026-11-24T09:00:00Z=2026-06-13T04:00:00Z@60

The configuration is described in docs/GATEWAY.md; a mistake in it is named by line and column. The folder holds the
gateway's keys and its outbox, and belongs to one gateway at a time. It runs until SIGINT or SIGTERM.
With --clock everything is marked as simulated. Data goes to stdout, messages as JSON lines to stderr.
Exit codes: 0 stopped as asked; 2 wrong use or configuration; 69 the folder is in use, or a port cannot be had.`;

export function gatewayCommand(): Command {
  return new Command("gateway")
    .description("read a site's meters, hold its export limit, keep its half-hours and send them to a head-end")
    .requiredOption("--config <site.yaml>", "what the site is and how its devices are reached")
    .requiredOption("--home <folder>", "keys and outbox; made where there is none")
    .option("--clock <real=simulated@speed>", "simulated time, shared with csj simulate --clock", parseClockScale)
    .addOption(
      new Option("--log <level>", "how much is said on stderr")
        .choices(["debug", "info", "warn", "error", "silent"])
        .default("info"),
    )
    .option("--json", "one JSON object on stdout once it runs")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const running = await startGateway(options);
      process.stdout.write(options.json === true ? `${JSON.stringify(running.says)}\n` : sentences(running.says));
      await stopSignal();
      await running.stop();
    });
}

export interface GatewaySays {
  readonly site: string;
  readonly name: string;
  readonly home: string;
  readonly simulated: boolean;
  /** Raw Ed25519 key, hex: what a head-end's list of allowed keys holds. */
  readonly public_key: string;
  readonly head_end: string | null;
  readonly page: string | null;
}

export interface RunningGateway {
  readonly says: GatewaySays;
  stop(): Promise<void>;
}

/** Starts what the options ask for; the caller stops it. */
export async function startGateway(options: Options): Promise<RunningGateway> {
  const config = configOf(options);
  const { clock, timers, speed } = timeOf(options, config);
  const log = nodeLog(options.log, { site: config.site.id });
  const buses = busesOf(config, { clock, timers, speed, log });
  const gateway = createGateway({
    config,
    home: options.home,
    clock,
    wireClock: nodeClock(),
    timers: nodeTimers,
    log,
    digest: nodeDigest,
    accessOf: ({ id }) => buses.get(id) as ModbusBus,
    profileOf: (id) => profile(id),
    ...(config.head_end === undefined ? {} : { connect: connectorOf(config.head_end, options.home, log) }),
  });
  const page = await pageOf(gateway, options.home, log).catch(async (error: unknown) => {
    await gateway.stop();
    throw error;
  });
  gateway.start();
  const pace = runCycles(gateway, { clock, timers, period: cycleOf(config), log });
  return {
    says: saysOf(gateway, options.home, page),
    stop: async () => {
      pace.stop();
      await page?.close();
      await gateway.stop();
      for (const bus of buses.values()) bus.close();
    },
  };
}

function configOf({ config: file, clock }: Options): GatewayConfig {
  const config = loadConfig(file, profileIds());
  return clock === undefined ? config : { ...config, simulated: true };
}

interface Time {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly speed: number;
}

function timeOf({ clock: scale }: Options, config: GatewayConfig): Time {
  const clock = nodeClock(config.time?.trust ?? "always");
  if (scale === undefined) return { clock, timers: nodeTimers, speed: 1 };
  return { clock: scaledClock(scale, clock), timers: scaledTimers(scale.speed, nodeTimers), speed: scale.speed };
}

function busesOf(config: GatewayConfig, { clock, timers, speed, log }: Time & { readonly log: Log }) {
  const share = (cycleOf(config) / speed) * TIMEOUT_SHARE;
  // The wire is real whatever the clock shows, so its timeout is given in real time.
  const timeout = Math.min(Math.max(share, TIMEOUT_MIN_MS), TIMEOUT_MAX_MS) * speed;
  return new Map(
    config.buses.map(({ id, address }) => {
      const parsed = parseBusAddress(address);
      const links = linksOf(parsed);
      return [id, new ModbusBus({ links, framing: parsed.framing, clock, timers, timeout, log })];
    }),
  );
}

function connectorOf(headEnd: NonNullable<GatewayConfig["head_end"]>, home: string, log: Log) {
  const { broker, username, password_file: passwordFile } = headEnd;
  return mqttConnector({
    broker,
    log,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: readFileSync(within(home, passwordFile), "utf8").trim() }),
  });
}

async function pageOf(gateway: Gateway, home: string, log: Log): Promise<Page | undefined> {
  const { page } = gateway.config;
  if (page === undefined) return undefined;
  return servePage({
    gateway,
    log,
    port: page.port,
    ...(page.host === undefined ? {} : { host: page.host }),
    ...(page.token_file === undefined ? {} : { tokenFile: within(home, page.token_file) }),
    ...(existsSync(join(WEB_ROOT, "index.html")) ? { webRoot: WEB_ROOT } : {}),
  });
}

function within(home: string, path: string): string {
  return isAbsolute(path) ? path : join(home, path);
}

function saysOf(gateway: Gateway, home: string, page: Page | undefined): GatewaySays {
  const { site, simulated, head_end: headEnd } = gateway.config;
  return {
    site: site.id,
    name: site.name,
    home,
    simulated: simulated ?? false,
    public_key: gateway.publicKey,
    head_end: headEnd?.broker ?? null,
    page: page?.url ?? null,
  };
}

function sentences({ site, name, simulated, public_key, head_end, page }: GatewaySays): string {
  const lines = [
    `The gateway of ${site} (${name}) is running${simulated ? "; everything it shows is simulated" : ""}.`,
    page === null ? "It serves no page." : `Its page is at ${page}`,
    head_end === null ? "It has no head-end: half-hours are kept here." : `Its head-end is reached through ${head_end}`,
    `Its public key is ${public_key}`,
  ];
  return `${lines.join("\n")}\n`;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
