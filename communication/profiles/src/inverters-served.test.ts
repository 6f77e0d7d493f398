/** The limits over a real bus and our server: frames, functions and lanes as on site, and a device that refuses what it must. */
import { openLimiter, type PowerLimiter } from "@csj/device";
import { ModbusBus, oneUnit, type RegisterBank, serveLink } from "@csj/modbus";
import { Watts } from "@csj/quantity";
import { type Listener, linksOf, listenTcp, nodeClock, nodeTimers } from "@csj/runtime/node";
import { afterEach, describe, expect, it } from "vitest";
import { fixture, fixtureAccess } from "./fixture.ts";
import { loadProfiles, profile } from "./load.ts";

const ILLEGAL_ADDRESS = 2;
const ILLEGAL_FUNCTION = 1;

/** The fixture's words, which can be written where they are; `refuses` by address. */
function inverterOf(id: string, refuses: ReadonlySet<number> = new Set()) {
  const words = fixtureAccess(fixture(id));
  const bank: RegisterBank = {
    readHolding: (address, count) => words.peek(3, address, count) ?? ILLEGAL_ADDRESS,
    readInput: (address, count) => words.peek(4, address, count) ?? ILLEGAL_ADDRESS,
    writeHolding: (address, written) => {
      const there = words.peek(3, address, written.length) !== undefined || id === "goodwe-dt";
      if (!there || refuses.has(address)) return ILLEGAL_ADDRESS;
      words.set(3, address, Array.from(written));
      return undefined;
    },
  };
  return { words, bank };
}

const open: { bus: ModbusBus; listener: Listener }[] = [];

async function limiterTo(id: string, bank: RegisterBank): Promise<PowerLimiter> {
  const listener = await listenTcp("127.0.0.1", 0, (link) => {
    serveLink(link, { framing: "tcp", units: oneUnit(7, bank) });
  });
  const links = linksOf({ kind: "tcp", host: "127.0.0.1", port: listener.port });
  const bus = new ModbusBus({ links, framing: "tcp", clock: nodeClock(), timers: nodeTimers });
  open.push({ bus, listener });
  const stated = fixture(id).words.some((word) => word.limit === "rated");
  return openLimiter(profile(id), bus, 7, { id, ...(stated ? {} : { rated: Watts(10_000) }) });
}

afterEach(async () => {
  for (const { bus, listener } of open.splice(0)) {
    bus.close();
    await listener.close();
  }
});

const ids = [...loadProfiles().values()].filter(({ roles }) => roles.includes("inverter")).map(({ id }) => id);

describe("a limit over a real bus", () => {
  it.each(ids)("reaches %s, goes to zero, and is read back as it was confirmed", async (id) => {
    const limiter = await limiterTo(id, inverterOf(id).bank);
    const { rated } = await limiter.prepare();
    for (const share of [0.5, 0, -1, 0.07, 2]) {
      const confirmed = await limiter.limitTo(Watts(share * rated));
      expect(confirmed).toBeLessThanOrEqual(Math.max(0, Math.min(share, 1)) * rated);
      const back = await limiter.readBack?.();
      if (back?.state !== "unreadable") expect(back?.limit).toBeCloseTo(confirmed, 6);
    }
  });

  it("that is refused fails, coded, and the next one begins with what makes a limit possible", async () => {
    const refuses = new Set([3051]);
    const { bank, words } = inverterOf("solis-string", refuses);
    const limiter = await limiterTo("solis-string", bank);
    await limiter.prepare();
    await expect(limiter.limitTo(Watts(2000))).rejects.toMatchObject({ code: "MODBUS_EXCEPTION" });
    words.set(3, 3069, [0x55]);
    refuses.clear();
    expect(await limiter.limitTo(Watts(2000))).toBe(2000);
    expect([...(words.peek(3, 3069, 1) ?? [])]).toEqual([0xaa]);
    expect([...(words.peek(3, 3051, 1) ?? [])]).toEqual([2000]);
  });

  it("to a SolarEdge whose firmware refuses to switch its ramp off leaves the ramp at 100 % a minute", async () => {
    const { bank, words } = inverterOf("solaredge-inverter");
    const stubborn: RegisterBank = {
      ...bank,
      writeHolding: (address, written) =>
        written[1] === 0xbf80 ? ILLEGAL_FUNCTION + 2 : bank.writeHolding?.(address, written),
    };
    const limiter = await limiterTo("solaredge-inverter", stubborn);
    await limiter.prepare();
    expect(await limiter.limitTo(Watts(0))).toBe(0);
    expect([...(words.peek(3, 0xf31a, 2) ?? [])]).toEqual([0, 0x42c8]);
    expect([...(words.peek(3, 0xf322, 2) ?? [])]).toEqual([0, 0]);
  });

  it("to a Kostal never uses function 16", async () => {
    const { bank } = inverterOf("kostal-plenticore");
    const single: RegisterBank = {
      ...bank,
      writeHolding: (address, written) =>
        written.length === 1 ? bank.writeHolding?.(address, written) : ILLEGAL_ADDRESS,
    };
    const limiter = await limiterTo("kostal-plenticore", single);
    await limiter.prepare();
    expect(await limiter.limitTo(Watts(3500))).toBe(3500);
  });

  it("is not to be had of a profile that describes none", () => {
    const meter = profile("eastron-sdm630");
    const access = fixtureAccess(fixture("eastron-sdm630"));
    expect(() => openLimiter(meter, access, 1, { id: "meter" })).toThrow(/describes no limit/);
  });
});
