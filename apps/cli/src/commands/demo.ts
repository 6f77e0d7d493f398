/** `csj demo`: everything at once, simulated, until Ctrl-C. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { type LogLevel, nodeLog } from "@csj/runtime/node";
import { Command, Option } from "commander";
import { type Demo, startDemo } from "../demo/demo.ts";
import type { DemoOptions } from "../demo/options.ts";
import { errors } from "../errors.ts";

interface Options extends Omit<DemoOptions, "log" | "progress"> {
  readonly open: boolean;
  readonly log: LogLevel;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  csj demo                                  twelve homes on http://127.0.0.1:8080
  csj demo --speed 60 --sites 4             an hour a minute, where the machine can
  csj demo --data ./recorded/uk-homes-1min  homes and sun as they were recorded
  csj read --profile eastron-sdm630 --at tcp://127.0.0.1:5020 --unit 1     the first home's meter

Everything is kept in --home; a later start goes on at the stored instant. Remove the folder to begin afresh.
Exit codes: 0 stopped as asked; 2 wrong use; 69 a port or the folder cannot be had; 70 a mistake of ours.`;

export function demoCommand(): Command {
  return new Command("demo")
    .description("a simulated street: homes, meters and inverters on real Modbus, a gateway each, head-end and pages")
    .option("--port <port>", "of the pages", whole(0, 65_535), 8080)
    .option("--speed <n>", "simulated seconds in a real one; slower where the machine cannot keep up", positive, 1)
    .option("--sites <n>", "homes in the street", whole(1, 200), 12)
    .option("--seed <n>", "the same seed gives the same street", whole(0, 2 ** 31), 1)
    .option("--data <folder>", "recorded homes: loads_1min_*_kw.csv and pv_1min_*_kw.csv")
    .option("--home <folder>", "where the demo keeps its state", "csj-home/demo")
    .option(
      "--modbus-port <port>",
      "of the first home's grid meter; the following are the other devices'",
      whole(0, 65_000),
      5020,
    )
    .option("--history-days <n>", "made at the first start", whole(0, 400), 30)
    .option("--no-open", "do not open a browser")
    .addOption(
      new Option("--log <level>", "of the parts, as JSON lines on stderr")
        .choices(["debug", "info", "warn", "error", "silent"])
        .default("error"),
    )
    .option("--json", "one JSON object on stdout once it runs")
    .addHelpText("after", EXAMPLES)
    .action(runDemo);
}

async function runDemo(options: Options): Promise<void> {
  const signalled = stopSignal();
  const started = startDemo({
    ...options,
    ...(options.data === undefined ? {} : { data: resolve(options.data) }),
    home: resolve(options.home),
    log: nodeLog(options.log),
    progress: (text) => process.stderr.write(`${text}\n`),
  });
  const demo = await Promise.race([started, signalled]);
  if (demo === undefined) {
    process.stderr.write("Stopped before the street was ready; the next start begins afresh.\n");
    process.exit(0);
  }
  say(demo, options);
  if (options.open && process.stdout.isTTY) openBrowser(demo.url);
  await signalled;
  process.stderr.write("Stopping.\n");
  await demo.stop();
}

function say(demo: Demo, options: Options): void {
  const devices = [...demo.addresses].map(([id, address]) => ({ id, address }));
  if (options.json === true) {
    const { url, broker, continued } = demo;
    process.stdout.write(`${JSON.stringify({ url, broker, continued, home: resolve(options.home), devices })}\n`);
    return;
  }
  const first = devices[0]?.address ?? "";
  const last = devices.at(-1)?.address ?? "";
  process.stdout.write(`
${demo.continued ? "The street goes on where it stopped." : "The first homes are live; the others move in as their history is made."}

  ${demo.url.padEnd(32)} the pages: street, each site live, each home's half-hours
  ${`${demo.url}/openapi.json`.padEnd(32)} the API; /metrics for Prometheus
  ${demo.broker.padEnd(32)} MQTT 3.1.1, csj/v1/#
  ${`${first} ...`.padEnd(32)} ${devices.length} Modbus devices, to ${last.replace("tcp://", "")}

Simulated: the homes, the sun, the meters and inverters, the clock and the prices.
Real: the Modbus traffic, ${options.sites} gateways with their export limits and outboxes, the head-end, the database, the pages.

  csj read --profile eastron-sdm630 --at ${first} --unit 1        read the first home's meter

Ctrl-C stops it; the next start goes on from there.
`);
}

function stopSignal(): Promise<undefined> {
  return new Promise((resolveSignal) => {
    process.once("SIGINT", () => resolveSignal(undefined));
    process.once("SIGTERM", () => resolveSignal(undefined));
  });
}

function openBrowser(url: string): void {
  const command = process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
  // A machine without a browser is no reason to stop: the address is printed.
  spawn(command, [url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}

function whole(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    throw errors.CLI_OPTION_INVALID(`${text} is not a whole number from ${from} to ${to}.`);
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= 100_000) return value;
  throw errors.CLI_OPTION_INVALID(`${text} is not a number above 0.`);
}
