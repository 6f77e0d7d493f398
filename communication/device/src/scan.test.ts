import { ModbusBus, type RegisterBank, serveLink, unitsOf } from "@csj/modbus";
import { Instant, Millis } from "@csj/quantity";
import { FakeTime, memoryWire } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import type { RegisterProfile, SunSpecProfile } from "./profile.ts";
import { listenFirst, type Scanned, scanUnits, unitsFrom } from "./scan.ts";

const head = {
  name: "Test",
  maker: "Test",
  models: ["Test"],
  roles: ["grid" as const],
  phases: 1 as const,
  verification: { status: "simulator" as const, source: ["test"], unverified: [] },
  serial: { baud: 9600, parity: "none" as const, stop_bits: 1 as const, unit: 1 },
  facts: { update_ms: null, latency_ms: null, registers: "unknown" as const },
  quirks: [],
};

function meter(id: string, detect: RegisterProfile["detect"]): RegisterProfile {
  return {
    ...head,
    id,
    kind: "registers",
    bus: { function: 4, order: "msw-first", registers_max: 20, gap_max: 0 },
    invalid: "none",
    power: [{ quantity: "power", address: 0, type: "i16", range: [-1, 1] }],
    energy: [],
    detect,
  };
}

const volts = {
  what: "voltage",
  function: 4 as const,
  address: 0,
  type: "u16" as const,
  scale: "0.1",
  range: [80, 300] as [number, number],
};
const three = {
  what: "L2",
  function: 4 as const,
  address: 1,
  type: "u16" as const,
  scale: "0.1",
  range: [80, 300] as [number, number],
};
const sunSpec: SunSpecProfile = {
  ...head,
  id: "sun",
  kind: "sunspec",
  families: [{ models: [103], power: [{ quantity: "generation", point: "W", range: [0, 1] }], energy: [] }],
  limiter: [],
};
const profiles = [
  meter("one-phase", [volts, { ...three, range: [0, 0], optional: true }]),
  meter("three-phase", [volts, three]),
  sunSpec,
];

const input = (words: number[]): RegisterBank => ({
  readInput: (address, count) =>
    address + count > words.length ? 2 : Uint16Array.from(words.slice(address, address + count)),
});

const holding = (words: number[]): RegisterBank => ({
  readHolding: (address, count) =>
    address + count > words.length ? 2 : Uint16Array.from(words.slice(address, address + count)),
});

async function scan(banks: ReadonlyMap<number, RegisterBank>, units: number[], framing: "rtu" | "tcp" = "rtu") {
  const time = new FakeTime(Instant(0));
  const links = {
    name: "memory",
    async open() {
      const { a, b } = memoryWire();
      serveLink(b, { framing, units: unitsOf(banks), timers: time });
      return a;
    },
  };
  const bus = new ModbusBus({ links, framing, clock: time, timers: time, quiet: 1 });
  const results: Scanned[] = [];
  let done = false;
  const run = (async () => {
    const options = { units, profiles, timeout: Millis(100), shared: framing === "rtu" };
    for await (const result of scanUnits(bus, options)) results.push(result);
  })().finally(() => {
    done = true;
  });
  run.catch(() => {});
  for (let step = 0; !done && step < 500; step += 1) await time.advance(Millis(20));
  await run;
  bus.close();
  return results;
}

const short = (results: Scanned[]) =>
  results.flatMap(({ unit, found }) => (found === undefined ? [] : [[unit, ...found.profiles, found.note ?? ""]]));

describe("a scan", () => {
  it("finds the units that answer and what they are, and passes over silence", async () => {
    const banks = new Map([
      [2, input([2302, 2310])],
      [4, input([2302])],
      [5, input([7, 7])],
    ]);
    expect(short(await scan(banks, [1, 2, 3, 4, 5]))).toEqual([
      [2, "three-phase", ""],
      [4, "one-phase", ""],
      [5, "it answers, and no profile fits"],
    ]);
  });

  it("takes SunSpec devices at their word", async () => {
    const words = [0x5375, 0x6e53, 1, 66, 0x534d, 0x4100, ...new Array(64).fill(0), 103, 50, ...new Array(50).fill(0)];
    const [first] = await scan(new Map([[1, holding([...words, 0xffff, 0])]]), [1]);
    expect(first?.found).toMatchObject({ profiles: ["sun"], models: [1, 103], identity: { maker: "SMA" } });
  });

  it("over TCP sees that a device does not look at the unit id, and lists it once", async () => {
    const bank = input([2302, 2310]);
    const all = new Map(Array.from({ length: 247 }, (_, at) => [at + 1, bank] as const));
    expect(short(await scan(all, [1, 2, 3], "tcp"))).toEqual([
      [1, "three-phase", "the device answers to every unit id"],
    ]);
  });

  it("over TCP takes a gateway's 'nobody answered' for silence", async () => {
    expect(short(await scan(new Map([[7, input([2302])]]), [6, 7, 8], "tcp"))).toEqual([[7, "one-phase", ""]]);
  });
});

describe("listening before a scan", () => {
  const listen = async (bytes: number) => {
    const time = new FakeTime(Instant(0));
    const { a, b } = memoryWire();
    const heard = listenFirst({ name: "line", open: async () => a }, time, Millis(3000));
    heard.catch(() => {});
    await time.advance(Millis(1000));
    b.send(new Uint8Array(bytes));
    await time.advance(Millis(2000));
    return heard;
  };

  it("refuses a bus on which somebody else talks", async () => {
    await expect(listen(8)).rejects.toMatchObject({ code: "SCAN_BUS_IN_USE" });
  });

  it("says so where the line cannot be opened", async () => {
    const links = { name: "serial:/dev/none", open: () => Promise.reject(new Error("no such port")) };
    const listening = listenFirst(links, new FakeTime(Instant(0)), Millis(1));
    await expect(listening).rejects.toMatchObject({ code: "SCAN_LINE" });
  });

  it("does not take a stray character for a conversation", async () => {
    await expect(listen(1)).resolves.toBeUndefined();
  });
});

describe("unit ids", () => {
  it("are written as ranges and lists", () => {
    expect(unitsFrom("1-3,17, 2")).toEqual([1, 2, 3, 17]);
    for (const wrong of ["0", "248", "5-3", "a", "1-", ""]) expect(unitsFrom(wrong), wrong).toBeUndefined();
  });
});
