/** `csj read`: one reading of one device, with the resolution of each register. Exit 0 only where something was read. */
import { type EnergySample, openMeter, type Role, roles, type Sample, type Wiring, wirings } from "@csj/device";
import type { BusAddress, RegisterAccess } from "@csj/modbus";
import { formatBusAddress } from "@csj/modbus";
import { profile, profileIds } from "@csj/profiles";
import { Millis, quantities } from "@csj/quantity";
import { Command, Option } from "commander";
import { busAddress, withBus } from "./bus.ts";
import { wholeNumber } from "./options.ts";

interface Options {
  readonly profile: string;
  readonly at: BusAddress;
  readonly unit?: number;
  readonly role?: Role;
  readonly wiring?: Wiring;
  readonly timeout: number;
  readonly json?: true;
}

export interface Reading {
  readonly profile: string;
  readonly at: string;
  readonly unit: number;
  readonly role: Role;
  readonly quantities: Readonly<Record<string, { value: number; unit: string; measured_at: string }>>;
  readonly registers: Readonly<
    Record<
      string,
      { count: number; per_count: number; digits: number; step: number; unit: string; wh: number; measured_at: string }
    >
  >;
  /** Reason by quantity or register. */
  readonly unavailable: Readonly<Record<string, string>>;
}

const EXAMPLES = `
Examples:
  csj read --profile eastron-sdm630 --at tcp://127.0.0.1:5020 --unit 1 --json
  csj read --profile eastron-sdm120 --at "serial:/dev/ttyUSB0?baud=2400" --role pv
  csj read --profile sunspec-inverter --at tcp://192.168.1.20:502

Profiles: ${profileIds().join(", ")}.
A register holds count x per_count Wh (or varh) and returns to 0 after 10^digits counts; step is its smallest change in
counts. What could not be read is listed with the reason and is never 0.
Exit codes: 0 something was read; 2 wrong use; 69 nothing could be read.`;

export function readCommand(): Command {
  return new Command("read")
    .description("read one device once and print what it says, with its resolution")
    .requiredOption("--profile <id>", "what the device is")
    .requiredOption("--at <address>", "tcp://host:port, rtu+tcp://host:port or serial:PATH?baud=...", busAddress)
    .option("--unit <id>", "unit id; the profile's default where not given", wholeNumber(0, 255))
    .addOption(new Option("--role <role>", "what the device measures").choices(roles))
    .addOption(new Option("--wiring <direction>", "for --role pv: which direction is generation").choices(wirings))
    .option("--timeout <ms>", "for one answer", wholeNumber(10, 60_000), 1000)
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const reading = await withBus(options.at, options.timeout, (bus) => readOnce(bus, options));
      process.stdout.write(options.json === true ? `${JSON.stringify(reading, null, 2)}\n` : table(reading));
    });
}

export async function readOnce(access: RegisterAccess, options: Options): Promise<Reading> {
  const chosen = profile(options.profile);
  const role = options.role ?? (chosen.roles[0] as Role);
  const unit = options.unit ?? chosen.serial.unit;
  const wiring = options.wiring === undefined ? {} : { wiring: options.wiring };
  const meter = openMeter(chosen, access, unit, { id: chosen.id, role, timeout: Millis(options.timeout), ...wiring });
  const power = await settled(meter.readPower());
  const energy = await settled(meter.readEnergy());
  if (power.value === undefined && energy.value === undefined) throw power.error;
  return {
    profile: chosen.id,
    at: formatBusAddress(options.at),
    unit,
    role,
    quantities: quantitiesOf(power.value),
    registers: registersOf(energy.value),
    unavailable: { ...reasons(power, "power"), ...reasons(energy, "energy") },
  };
}

interface Settled<Value> {
  readonly value?: Value;
  readonly error?: unknown;
}

async function settled<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

function quantitiesOf(sample: Sample | undefined): Reading["quantities"] {
  if (sample === undefined) return {};
  const measured_at = new Date(sample.measuredAt).toISOString();
  return Object.fromEntries(
    [...sample.values].map(([id, value]) => [id, { value: rounded(value), unit: quantities[id].unit, measured_at }]),
  );
}

/** A float32 read as a double shows digits that the device never had. */
function rounded(value: number): number {
  return Number(value.toPrecision(7));
}

function registersOf(sample: EnergySample | undefined): Reading["registers"] {
  if (sample === undefined) return {};
  return Object.fromEntries(
    [...sample.registers].map(([channel, { count, perCount, digits, step, unit, measuredAt }]) => {
      const measured_at = new Date(measuredAt).toISOString();
      return [channel, { count, per_count: perCount, digits, step, unit, wh: count * perCount, measured_at }];
    }),
  );
}

function reasons(read: Settled<Sample | EnergySample>, name: string): Record<string, string> {
  if (read.value !== undefined) return Object.fromEntries<string>([...read.value.unavailable]);
  return { [name]: read.error instanceof Error ? read.error.message : String(read.error) };
}

function table(reading: Reading): string {
  const lines = [`${reading.profile} at ${reading.at}, unit ${reading.unit}, as ${reading.role}`, ""];
  for (const [id, { value, unit, measured_at }] of Object.entries(reading.quantities)) {
    lines.push(`  ${id.padEnd(18)}${String(value).padStart(14)} ${(unit === "1" ? "" : unit).padEnd(5)}${measured_at}`);
  }
  if (Object.keys(reading.registers).length > 0) lines.push("");
  for (const [channel, register] of Object.entries(reading.registers)) {
    const { wh, unit, per_count, step, digits, measured_at } = register;
    const format = `step ${step * per_count} ${unit}, ${digits} digits of ${per_count} ${unit}`;
    lines.push(`  ${channel.padEnd(18)}${String(wh).padStart(14)} ${unit.padEnd(5)}${measured_at}  ${format}`);
  }
  const missing = Object.entries(reading.unavailable);
  if (missing.length > 0) lines.push("", ...missing.map(([id, reason]) => `  ${id.padEnd(18)}unavailable: ${reason}`));
  return `${lines.join("\n")}\n`;
}
