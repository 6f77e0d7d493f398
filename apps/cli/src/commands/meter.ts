/** `csj meter`: the measuring unit as a program, in real time, until it is told to stop. */
import { loadConfig, type Meter, startMeter } from "@csj/meter";
import { lockFolder } from "@csj/runtime/folder";
import { type LogLevel, nodeClock, nodeLog, nodeTimers } from "@csj/runtime/node";
import { Command, Option } from "commander";

interface Options {
  readonly config?: string;
  readonly home?: string;
  readonly replay?: string;
  readonly log: LogLevel;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  csj meter --config meter.yaml --home ./csj-home/meter-01
The configuration is described in docs/METER.md; a mistake in it is named by line and column. The folder holds the
registers and belongs to one meter at a time. It runs until SIGINT or SIGTERM, or until its recording is over.
Data goes to stdout, messages as JSON lines to stderr.
Exit codes: 0 stopped as asked; 2 wrong use or configuration; 69 a port, a source or the folder cannot be had.`;

export function meterCommand(): Command {
  return new Command("meter")
    .description("measure from samples: registers, load profile, power quality, served over Modbus")
    .option("--config <meter.yaml>", "what the meter is and where its samples come from")
    .option("--home <folder>", "registers and load profile; made where there is none")
    .addOption(
      new Option("--log <level>", "how much is said on stderr")
        .choices(["debug", "info", "warn", "error", "silent"])
        .default("info"),
    )
    .option("--json", "one JSON object on stdout once it runs")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(options: Options, command: Command): Promise<void> {
  const { config: file, home } = options;
  if (file === undefined || home === undefined) return command.error("error: --config and --home are needed");
  const config = loadConfig(file);
  const lock = lockFolder(home);
  try {
    const log = nodeLog(options.log, { meter: config.id });
    const meter = await startMeter({ config, home, clock: nodeClock(), timers: nodeTimers, log });
    process.stdout.write(says(meter, config.id, options.json === true));
    const failure = await Promise.race([stopSignal(), meter.ended]);
    await meter.stop();
    if (failure !== undefined) throw failure;
  } finally {
    lock.release();
  }
}

function says({ address, unit, source }: Meter, id: string, json: boolean): string {
  const { rate, channels, wiring } = unit.engine.layout;
  const said = { id, address: address ?? null, rate, channels, wiring, calibration: source.calibration.id };
  if (json) return `${JSON.stringify(said)}\n`;
  const where = address === undefined ? "It is not served over TCP." : `Its registers are at ${address}`;
  return `The meter ${id} measures ${channels.join(", ")} at ${rate} samples a second.\n${where}\n`;
}

function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(undefined));
  });
}
