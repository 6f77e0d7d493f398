/**
 * `csj`, the one entry to everything. A command's module is loaded only when it is called, so that `csj read` on a
 * Raspberry Pi does not load a database. Data goes to stdout, messages to stderr.
 *
 * Exit codes: 0 done, 1 done but the answer is no, 2 wrong use or configuration, 69 something needed is not there, 70 ours.
 */
import { Command, CommanderError } from "commander";
import { exitCodeOf, explain } from "./explain.ts";

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  accuracy: async () => (await import("./commands/accuracy.ts")).accuracyCommand(),
  calibrate: async () => (await import("./commands/calibrate.ts")).calibrateCommand(),
  demo: async () => (await import("./commands/demo.ts")).demoCommand(),
  commission: async () => (await import("./commands/commission.ts")).commissionCommand(),
  gateway: async () => (await import("./commands/gateway.ts")).gatewayCommand(),
  meter: async () => (await import("./commands/meter.ts")).meterCommand(),
  "head-end": async () => (await import("./commands/head-end.ts")).headEndCommand(),
  simulate: async () => (await import("./commands/simulate.ts")).simulateCommand(),
  read: async () => (await import("./commands/read.ts")).readCommand(),
  prove: async () => (await import("./commands/prove.ts")).proveCommand(),
  scan: async () => (await import("./commands/scan.ts")).scanCommand(),
};

const EXAMPLES = `
Examples:
  csj demo                                    a simulated street, its gateways, head-end and pages
  csj read --profile eastron-sdm630 --at tcp://127.0.0.1:5020 --unit 1 --json
  csj scan --at "serial:/dev/ttyUSB0?baud=9600"
  csj commission --config site.yaml --home ./csj-home/site
  csj gateway --config site.yaml --home ./csj-home/site
  csj head-end --config head-end.yaml
  csj prove --site site-01 --standard g100

Exit codes: 0 done; 1 done, and the answer is no; 2 wrong use or configuration; 69 something needed is not there;
70 a mistake of ours. Data goes to stdout, messages to stderr.`;

async function program(asked: string | undefined): Promise<Command> {
  const csj = new Command("csj")
    .description("Open smart metering: meters to exact half-hours, inverters held at no export")
    .version("0.1.0")
    .addHelpText("after", EXAMPLES)
    .configureHelp({ helpWidth: 100 });
  const wanted = asked !== undefined && Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
  for (const name of wanted) {
    const make = commands[name];
    if (make !== undefined) csj.addCommand(await make());
  }
  for (const command of [csj, ...csj.commands]) command.exitOverride().showHelpAfterError("(--help shows how)");
  return csj;
}

try {
  const csj = await program(process.argv[2]);
  await csj.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
