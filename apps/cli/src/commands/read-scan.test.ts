import { type RegisterBank, serveLink, unitsOf } from "@csj/modbus";
import { fixture, fixtureAccess } from "@csj/profiles";
import { type Listener, listenTcp } from "@csj/runtime/node";
import type { Command } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readCommand } from "./read.ts";
import { scanCommand } from "./scan.ts";

const ILLEGAL_ADDRESS = 2;

/** A served device whose registers are a fixture's words. */
function bankOf(id: string): RegisterBank {
  const read = fixture(id);
  const words = fixtureAccess(read);
  const answer = (address: number, count: number) => words.peek(read.function, address, count) ?? ILLEGAL_ADDRESS;
  return read.function === 3 ? { readHolding: answer } : { readInput: answer };
}

let listener: Listener | undefined;

async function serve(banks: ReadonlyMap<number, RegisterBank>): Promise<string> {
  listener = await listenTcp("127.0.0.1", 0, (link) => void serveLink(link, { framing: "tcp", units: unitsOf(banks) }));
  return `tcp://127.0.0.1:${listener.port}`;
}

/** Runs a command as a shell would, and gives what it wrote to stdout. */
async function run(command: Command, ...args: string[]): Promise<string> {
  let written = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
  const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    await command.exitOverride().parseAsync(args, { from: "user" });
  } finally {
    spy.mockRestore();
    quiet.mockRestore();
  }
  return written;
}

afterEach(async () => {
  await listener?.close();
  listener = undefined;
  process.exitCode = undefined;
});

describe("csj read", () => {
  it("prints a reading with the resolution of each register", async () => {
    const at = await serve(new Map([[1, bankOf("abb-b23")]]));
    const reading = JSON.parse(await run(readCommand(), "--profile", "abb-b23", "--at", at, "--unit", "1", "--json"));
    expect(reading).toMatchObject({ profile: "abb-b23", at, unit: 1, role: "grid", unavailable: {} });
    expect(reading.quantities.power).toMatchObject({ value: 1251.56, unit: "W" });
    expect(reading.registers.import).toMatchObject({
      count: 856_720,
      per_count: 10,
      digits: 10,
      step: 1,
      wh: 8_567_200,
    });
    expect(Math.abs(Date.parse(reading.registers.import.measured_at) - Date.now())).toBeLessThan(60_000);
  });

  it("lists what is unavailable with its reason, for people too", async () => {
    const at = await serve(new Map([[1, bankOf("sunspec-inverter")]]));
    const text = await run(readCommand(), "--profile", "sunspec-inverter", "--at", at);
    expect(text).toMatch(/generation +3680 W/);
    expect(text).toMatch(/generation +30388530 Wh .* step 10 Wh, 10 digits of 10 Wh/);
    expect(text).toMatch(/voltage.l2 +unavailable: the device gives no value/);
  });

  it("fails, coded, where nothing at all was read", async () => {
    const at = await serve(new Map([[1, bankOf("abb-b23")]]));
    const wrong = run(readCommand(), "--profile", "eastron-sdm630", "--at", at, "--unit", "1", "--json");
    await expect(wrong).rejects.toMatchObject({ code: "MODBUS_EXCEPTION" });
  });

  it("refuses an address and a unit that are none", async () => {
    const args = ["--profile", "abb-b23", "--at"];
    await expect(run(readCommand(), ...args, "nowhere")).rejects.toMatchObject({ code: "MODBUS_ADDRESS" });
    await expect(run(readCommand(), ...args, "tcp://a:1", "--unit", "x")).rejects.toThrow();
  });
});

describe("csj scan", () => {
  const every = [
    "abb-b23",
    "carlo-gavazzi-em340",
    "chint-dtsu666",
    "eastron-sdm120",
    "eastron-sdm630",
    "sunspec-inverter",
    "sunspec-meter",
  ];

  it("recognises every profile by its own fixture and by no other", async () => {
    const at = await serve(new Map(every.map((id, index) => [index + 2, bankOf(id)])));
    const { found } = JSON.parse(await run(scanCommand(), "--at", at, "--units", "1-9", "--json"));
    // The recording behind sunspec-inverter is an SMA's, whose own profile comes first.
    const named = (id: string) => (id === "sunspec-inverter" ? ["sma-sunspec", id] : [id]);
    expect(found.map((row: { unit: number; profiles: string[] }) => [row.unit, ...row.profiles])).toEqual(
      every.map((id, index) => [index + 2, ...named(id)]),
    );
    expect(found[5]).toMatchObject({ identity: { maker: "SMA", model: "SB3.6-1AV-41" } });
  });

  it("exits with 1 where nothing answers", async () => {
    const at = await serve(new Map());
    expect(JSON.parse(await run(scanCommand(), "--at", at, "--units", "1-3", "--json"))).toEqual({ found: [] });
    expect(process.exitCode).toBe(1);
  });
});
