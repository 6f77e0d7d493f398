/** `csj meter`: the measuring unit as a program, in real time, until it is told to stop. */
import { loadConfig, type Meter, type ReplayOptions, type ReplayResult, replay, startMeter } from "@csj/meter";
import { lockFolder } from "@csj/runtime/folder";
import { type LogLevel, nodeClock, nodeLog, nodeTimers } from "@csj/runtime/node";
import { Command, InvalidArgumentError, Option } from "commander";

interface Options {
  readonly config?: string;
  readonly home?: string;
  readonly replay?: string;
  readonly map?: Choices;
  readonly log: LogLevel;
  readonly json?: true;
}

type Choices = NonNullable<NonNullable<ReplayOptions["mapping"]>["channels"]>;

function choices(text: string): Choices {
  const pairs = text.split(",").map((part) => /^([ui][1-4])=(.+)$/.exec(part.trim()));
  if (pairs.some((pair) => pair === null)) throw new InvalidArgumentError("It must be as u1=VA,i1=IA.");
  const entries = pairs.map((pair) => [pair?.[1], /^\d+$/.test(pair?.[2] ?? "") ? Number(pair?.[2]) : pair?.[2]]);
  return Object.fromEntries(entries) as Choices;
}

const EXAMPLES = `
Examples:
  csj meter --config meter.yaml --home ./csj-home/meter-01
  csj meter --replay fault.cff --json
  csj meter --replay samples.raw --config meter.yaml --json      raw frames need the configuration's channels
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
    .option("--replay <file>", "print what the engine makes of a .cfg, .cff or .raw file, and end")
    .option("--map <u1=NAME,...>", "which channel of the recording is which, by name or number from 1", choices)
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(options: Options, command: Command): Promise<void> {
  const { config: file, home } = options;
  if (options.replay !== undefined) {
    const result = replay(options.replay, {
      ...(file !== undefined && { config: loadConfig(file) }),
      ...(options.map !== undefined && { mapping: { channels: options.map } }),
    });
    process.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : sentences(result));
    return;
  }
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

function sentences(result: ReplayResult): string {
  const number = (value: number | null, digits = 3) => (value === null ? "unavailable" : value.toFixed(digits));
  const { samples, rate, seconds, windows, channels, phases, events, registers } = result;
  const lines = [
    `${result.file}: ${samples} samples at ${rate} a second (${seconds.toFixed(3)} s), ${result.wiring}, ${windows} windows`,
    `frequency ${number(result.frequency_hz, 4)} Hz`,
    ...Object.entries(channels).map(([id, { rms, thd }]) => {
      const share = thd === null ? "unavailable" : `${(100 * thd).toFixed(2)} %`;
      return `${id}  RMS ${number(rms)} ${id.startsWith("u") ? "V" : "A"}  THD ${share}`;
    }),
    ...phases.map(({ active_w: p, reactive_var: q, apparent_va: s }, at) => {
      return `L${at + 1}  P ${number(p, 1)} W  Q ${number(q, 1)} var  S ${number(s, 1)} VA`;
    }),
    ...events.map(({ kind, channels: ids, seconds: lasted, extreme }) => {
      return `${kind} on ${ids.join(", ")}: ${lasted.toFixed(3)} s, ${extreme.toFixed(1)} V`;
    }),
    ...Object.entries(registers).map(([name, count]) => `${name}  ${count} thousandths`),
  ];
  return `${lines.join("\n")}\n`;
}
