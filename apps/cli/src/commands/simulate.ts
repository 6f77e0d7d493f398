/** `csj simulate`: a simulated street as a process of its own, in real or scaled time, for gateways and masters to read. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseBusAddress } from "@csj/modbus";
import { Instant } from "@csj/quantity";
import { type ClockScale, parseClockScale, scaledClock } from "@csj/runtime";
import { nodeClock, nodeTimers, type SerialSettings } from "@csj/runtime/node";
import { createWorld, readPlant, type Simulation, siteConfig, startSimulation, streetOf, type World } from "@csj/world";
import { Command } from "commander";
import { stringify } from "yaml";
import { errors } from "../errors.ts";
import { wholeNumber } from "./options.ts";

export interface SimulateOptions {
  readonly sites: number;
  readonly data?: string;
  readonly exact?: true;
  readonly config?: string;
  readonly seed: number;
  readonly host: string;
  readonly modbusPort: number;
  readonly serial?: string;
  readonly device?: string;
  readonly clock?: ClockScale;
  readonly gatewayConfig?: string;
  readonly truth?: string;
  readonly score?: string;
  readonly scoreAfter?: number;
  readonly seconds?: number;
  readonly json?: true;
}

export interface ListedDevice {
  readonly id: string;
  readonly role: string;
  readonly profile: string;
  readonly unit: number;
  readonly address: string;
  readonly plays: string;
}

const EXAMPLES = `
Examples:
  csj simulate                                       one home: meter on port 5020, inverter on 5021
  csj simulate --sites 12 --data ./uk-homes-1min --exact --gateway-config ./sites
  csj simulate --serial /dev/ttyUSB0?baud=9600 --device site-01-grid
  csj simulate --clock 2026-11-24T09:00:00Z=2026-06-13T04:00:00Z@60

  csj simulate --config plant.yaml --score score.json --seconds 600

A score has the metrics of the no-export bench: over_limit_s, exported_wh, peak_w, ripple_w, pv_lost_wh, pv_available_wh.
Everything it plays is simulated; docs/WORLD.md says what and how. It runs until SIGINT or SIGTERM.
Exit codes: 0 stopped as asked; 2 wrong use or configuration; 69 a port or a serial line cannot be had.`;

export function simulateCommand(): Command {
  return new Command("simulate")
    .description("serve a simulated street's meters and inverters over Modbus")
    .option("--sites <n>", "how many homes", wholeNumber(1, 1000), 1)
    .option("--data <folder>", "recorded homes to replay (loads_1min_*_kw.csv, pv_1min_*_kw.csv)")
    .option("--exact", "replay each day exactly as recorded, without variation")
    .option("--config <plant.yaml>", "a plant of your own; its sites replace --sites")
    .option("--seed <n>", "another street for another number", wholeNumber(0, 0xffffffff), 1)
    .option("--host <address>", "where to listen", "127.0.0.1")
    .option(
      "--modbus-port <n>",
      "the first device's port; the others follow; 0 takes free ones",
      wholeNumber(0, 65_535),
      5020,
    )
    .option("--serial <path>", "a serial line, as in /dev/ttyUSB0?baud=9600&parity=none&stop=1")
    .option("--device <id>", "the device on the serial line; the first one where not given")
    .option("--clock <real=simulated@speed>", "simulated time, shared with csj gateway --clock", parseClockScale)
    .option("--gateway-config <folder>", "write a site.yaml for each site's gateway into this folder")
    .option("--truth <file>", "add a line a second: what each device serves and what really flows")
    .option("--score <file>", "write how each site's export was held, every minute and at the end, as JSON")
    .option("--score-after <s>", "do not score the first simulated seconds", wholeNumber(0, 31_536_000))
    .option("--seconds <s>", "end after so many simulated seconds", wholeNumber(1, 31_536_000))
    .option("--json", "one JSON object with the devices on stdout")
    .addHelpText("after", EXAMPLES)
    .action(simulate);
}

async function simulate(options: SimulateOptions): Promise<void> {
  const { world, simulation, devices, ended } = await start(options);
  process.stdout.write(options.json === true ? `${JSON.stringify({ seed: world.seed, devices })}\n` : table(devices));
  process.stderr.write(
    `Everything here is simulated, from ${new Date(world.now).toISOString()} on. Ctrl-C stops it.\n`,
  );
  await Promise.race([signalled(), ended]);
  await simulation.stop();
}

export interface Started {
  readonly world: World;
  readonly simulation: Simulation;
  readonly devices: readonly ListedDevice[];
  /** When the asked seconds are over; never where none were asked. */
  readonly ended: Promise<void>;
}

/** Starts what the options ask for; the caller stops it. */
export async function start(options: SimulateOptions): Promise<Started> {
  const { clock: scale, truth, host, modbusPort: firstPort } = options;
  const clock = scale === undefined ? nodeClock() : scaledClock(scale, nodeClock());
  const begun = clock.now();
  const world = createWorld({ seed: options.seed, start: begun, ...streetFor(options, begun) });
  const serial = serialFor(options, world);
  const simulation = await startSimulation({
    world,
    clock,
    timers: nodeTimers,
    speed: scale?.speed ?? 1,
    host,
    firstPort,
    ...(serial === undefined ? {} : { serial }),
    ...(truth === undefined ? {} : { truthFile: truth }),
    ...(options.score === undefined ? {} : { score: { file: options.score, from: after(begun, options.scoreAfter) } }),
    ...(options.seconds === undefined ? {} : { until: after(begun, options.seconds) }),
  });
  const addressOf = (id: string) => simulation.addresses.get(id) ?? "";
  if (options.gatewayConfig !== undefined) writeConfigs(world, options.gatewayConfig, addressOf);
  const devices = world.devices.map(({ id, role, profile, unit, plays }) => ({
    id,
    role,
    profile,
    unit,
    address: addressOf(id),
    plays,
  }));
  return { world, simulation, devices, ended: simulation.ended };
}

const after = (begun: Instant, seconds = 0) => Instant(begun + seconds * 1000);

function streetFor({ sites, data, exact, config, seed }: SimulateOptions, begun: Instant) {
  const street = { seed, exact: exact === true, ...(data === undefined ? {} : { data }) };
  return config === undefined ? streetOf(sites, street) : readPlant(config, { ...street, start: begun });
}

function serialFor({ serial, device }: SimulateOptions, world: World) {
  if (serial === undefined && device === undefined) return undefined;
  if (serial === undefined) throw errors.CLI_OPTION_INVALID("--device needs --serial.");
  const address = parseBusAddress(serial.startsWith("serial:") ? serial : `serial:${serial}`);
  if (address.kind !== "serial") throw errors.CLI_OPTION_INVALID(`--serial ${serial} is no serial line.`);
  const { path, baud, parity, stopBits } = address;
  const settings: SerialSettings = { path, baud, parity, stopBits };
  return { device: world.device(device ?? world.devices[0]?.id ?? ""), settings };
}

function writeConfigs(world: World, folder: string, addressOf: (id: string) => string): void {
  mkdirSync(folder, { recursive: true });
  for (const site of world.sites)
    writeFileSync(join(folder, `${site.id}.yaml`), stringify(siteConfig(site, addressOf)));
}

function table(devices: readonly ListedDevice[]): string {
  const wide = (of: (device: ListedDevice) => string) => Math.max(...devices.map((device) => of(device).length)) + 2;
  const columns = [wide(({ id }) => id), wide(({ address }) => address), wide(({ profile }) => profile)];
  const lines = devices.map(({ id, address, profile, unit, plays }) => {
    const cells = [id, address, profile].map((cell, column) => cell.padEnd(columns[column] ?? 0));
    return `${cells.join("")}unit ${unit}  ${plays}`;
  });
  return `${lines.join("\n")}\n`;
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
