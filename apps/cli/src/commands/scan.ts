/**
 * `csj scan`: which units answer and what they are. On a serial line it listens first and leaves a bus alone on which
 * somebody else talks: two masters damage each other's answers, and one of them may be holding a limit.
 */
import { type Found, listenFirst, type Profile, scanUnits } from "@csj/device";
import { type BusAddress, formatBusAddress } from "@csj/modbus";
import { loadProfiles } from "@csj/profiles";
import { Millis } from "@csj/quantity";
import { linksOf, nodeTimers } from "@csj/runtime/node";
import { Command, Option } from "commander";
import { busAddress, withBus } from "./bus.ts";
import { listOf, unitIds, wholeNumber } from "./options.ts";

interface Options {
  readonly at: BusAddress;
  readonly units: readonly number[];
  readonly bauds?: readonly number[];
  readonly listen: number;
  readonly timeout?: number;
  readonly json?: true;
}

interface Row extends Found {
  readonly at: string;
}

const TIMEOUT_TCP_MS = 500;
const TIMEOUT_SERIAL_MS = 300;

const EXAMPLES = `
Examples:
  csj scan --at tcp://127.0.0.1:5020
  csj scan --at tcp://192.168.1.20:502 --units 1,3,126 --json
  csj scan --at "serial:/dev/ttyUSB0?parity=none" --bauds 2400,9600,19200 --units 1-20

Nothing is written to any device. A master that asks more seldom than --listen is not heard.
Exit codes: 0 something was found; 1 nothing was found; 2 wrong use; 69 the bus cannot be used, or somebody else uses it.`;

export function scanCommand(): Command {
  return new Command("scan")
    .description("find the units of a bus and recognise the devices")
    .requiredOption("--at <address>", "tcp://host:port, rtu+tcp://host:port or serial:PATH?baud=...", busAddress)
    .addOption(new Option("--units <ids>", "unit ids to try").argParser(unitIds).default(unitIds("1-247"), "1-247"))
    .option("--bauds <list>", "serial: try these one after the other", listOf(wholeNumber(300, 4_000_000)))
    .option("--listen <ms>", "serial: listen so long before asking", wholeNumber(0, 600_000), 3000)
    .option("--timeout <ms>", "for one answer; 500 over TCP, 300 on a serial line", wholeNumber(10, 60_000))
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const found = await scanAll(options);
      const text = options.json === true ? `${JSON.stringify({ found }, null, 2)}\n` : table(found);
      process.stdout.write(text);
      if (found.length === 0) process.exitCode = 1;
    });
}

async function scanAll(options: Options): Promise<Row[]> {
  const profiles = [...loadProfiles().values()];
  const rows: Row[] = [];
  for (const address of addressesOf(options)) {
    if (address.kind === "serial") await listen(address, options.listen);
    rows.push(...(await scanOne(address, options, profiles)));
  }
  return rows;
}

function addressesOf({ at, bauds }: Options): BusAddress[] {
  if (at.kind !== "serial" || bauds === undefined) return [at];
  return bauds.map((baud) => ({ ...at, baud }));
}

async function listen(address: BusAddress, duration: number): Promise<void> {
  say(`listening on ${formatBusAddress(address)} for ${duration / 1000} s`);
  await listenFirst(linksOf(address), nodeTimers, Millis(duration));
}

async function scanOne(address: BusAddress, options: Options, profiles: readonly Profile[]): Promise<Row[]> {
  const at = formatBusAddress(address);
  const shared = address.kind === "serial";
  const timeout = Millis(options.timeout ?? (shared ? TIMEOUT_SERIAL_MS : TIMEOUT_TCP_MS));
  const rows: Row[] = [];
  let done = 0;
  await withBus(address, timeout, async (bus) => {
    for await (const { unit, found } of scanUnits(bus, { units: options.units, profiles, timeout, shared })) {
      done += 1;
      progress(`${at}: unit ${unit} (${done} of ${options.units.length}), ${rows.length} found`);
      if (found !== undefined) rows.push({ ...found, at });
    }
  });
  progress("");
  say(`${at}: ${rows.length} found`);
  return rows;
}

function table(rows: readonly Row[]): string {
  return rows.map((row) => `${line(row)}\n`).join("");
}

function line({ at, unit, profiles, identity, models, note }: Row): string {
  const name = identity === undefined ? "" : `${[identity.maker, identity.model].filter(Boolean).join(" ")}, `;
  const serial = identity?.serial ? `serial ${identity.serial}, ` : "";
  const what = profiles.length === 0 ? "not recognised" : profiles.join(" or ");
  const listed = models.length === 0 ? "" : `, SunSpec models ${models.join(" ")}`;
  return `${at} unit ${unit}: ${name}${serial}${what}${listed}${note === undefined ? "" : ` (${note})`}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One line that is written over, on a terminal alone. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
