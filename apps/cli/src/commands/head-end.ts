/** `csj head-end`: the database, the broker, the API and the pages, until it is told to stop. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errors, type HeadEnd, parseHeadEndConfig, startHeadEnd } from "@csj/head-end";
import { type LogLevel, nodeClock, nodeLog, nodeTimers } from "@csj/runtime/node";
import { Command, Option } from "commander";

const EXAMPLE = `
A file of one line is enough:
  database: pglite:./csj-home/head-end

Example:
  csj head-end --config head-end.yaml

Exit codes: 0 stopped by SIGINT or SIGTERM; 2 a mistake in the file;
69 a port is in use, or the database or the broker cannot be reached.`;

/** Beside both src and dist. */
const PAGES = fileURLToPath(new URL("../../../web/dist/", import.meta.url));

interface Options {
  readonly config: string;
  readonly json?: true;
  readonly log: LogLevel;
}

export function headEndCommand(): Command {
  return new Command("head-end")
    .description("take readings in from gateways, keep them, and serve the pages")
    .requiredOption("--config <file>", "the head-end's file (docs/OPERATIONS.md)")
    .option("--json", "say what was started as one JSON object")
    .addOption(
      new Option("--log <level>", "what is logged")
        .choices(["debug", "info", "warn", "error", "silent"])
        .default("info"),
    )
    .addHelpText("after", EXAMPLE)
    .action(run);
}

async function run({ config: file, json, log }: Options): Promise<void> {
  const stopped = stopSignal();
  const headEnd = await startHeadEnd({
    config: parseHeadEndConfig(read(file), file),
    clock: nodeClock(),
    timers: nodeTimers,
    log: nodeLog(log),
    webRoot: PAGES,
  });
  process.stdout.write(json ? `${JSON.stringify(facts(headEnd))}\n` : words(headEnd));
  await stopped;
  await headEnd.stop();
}

function read(file: string): string {
  if (!existsSync(file)) throw errors.HEADEND_CONFIG("There is no such file.", { file });
  return readFileSync(file, "utf8");
}

function facts({ url, broker, tokenFile }: HeadEnd) {
  return { url, broker, token_file: tokenFile };
}

function words({ url, broker, tokenFile }: HeadEnd): string {
  return `Pages and API: ${url}\nGateways connect to: ${broker}\nToken for writes: in ${tokenFile}\nCtrl-C stops it.\n`;
}

/** Resolves at the first SIGINT or SIGTERM; what comes while it starts counts as well. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
