import { Instant } from "@csj/quantity";
import { FakeTime, memoryLog, memoryWire } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { anyUnit, type RegisterBank } from "./bank.ts";
import { ModbusBus } from "./bus.ts";
import { serveLink } from "./server.ts";
import { outcome, script } from "./test/script.ts";

const read = (address: number, count = 1) => ({ unit: 1, function: 3 as const, address, count });
const asked = (frame: string): number => Number.parseInt(frame.split(" ").slice(8, 10).join(""), 16);
const counting: RegisterBank = {
  readHolding: (address, count) => Uint16Array.from({ length: count }, (_, index) => address + index),
};

describe("the queue of a bus", () => {
  it("lets control overtake what waits, in its own order", async () => {
    const { bus, heard, say, wait } = script("tcp");
    for (const address of [1, 2, 3]) void bus.read(read(address));
    await wait(0);
    void bus.read({ ...read(100), lane: "control" });
    void bus.read({ ...read(101), lane: "control" });
    for (let transaction = 1; transaction <= 5; transaction += 1) {
      say(`00 0${transaction} 00 00 00 05 01 03 02 00 00`);
      await wait(0);
    }
    expect(heard.map(asked)).toEqual([1, 100, 101, 2, 3]);
  });

  it("is bounded per lane, so that a dump does not keep a limit out", async () => {
    const { bus } = script("tcp", { queueMax: 2 });
    const dump = [1, 2, 3].map((address) => bus.read(read(address)));
    const limit = bus.write({ unit: 1, function: 6, address: 9, words: [0], lane: "control" });
    expect(await outcome(dump[2]!)).toBe("MODBUS_QUEUE_FULL");
    expect(await outcome(limit)).toBe("waits");
    bus.close();
    expect(await outcome(limit)).toBe("MODBUS_CLOSED");
    await Promise.allSettled(dump);
  });

  it("rejects what cannot be asked before it reaches the wire", async () => {
    const { bus, heard, wait } = script("tcp");
    expect(await outcome(bus.read(read(0, 126)))).toBe("MODBUS_REQUEST");
    expect(await outcome(bus.read({ ...read(0), unit: 256 }))).toBe("MODBUS_REQUEST");
    bus.close();
    expect(await outcome(bus.read(read(0)))).toBe("MODBUS_CLOSED");
    await wait(0);
    expect(heard).toEqual([]);
  });
});

describe("the link of a bus", () => {
  it("is opened when somebody asks, and after failures ever less often", async () => {
    const time = new FakeTime(Instant(0));
    const log = memoryLog();
    let attempts = 0;
    const open = () => {
      attempts += 1;
      return Promise.reject(new Error("ECONNREFUSED"));
    };
    const bus = new ModbusBus({ links: { name: "nowhere", open }, framing: "tcp", clock: time, timers: time, log });
    expect(attempts).toBe(0);
    for (let second = 0; second < 120; second += 1) {
      expect(await outcome(bus.read(read(1)))).toBe("MODBUS_LINK");
      time.skip(1_000 as never);
    }
    // 0.5, 1, 2, 4, 8, 16, 30, 30, 30 s apart, seen once a second.
    expect(attempts).toBeGreaterThanOrEqual(8);
    expect(attempts).toBeLessThanOrEqual(10);
    expect(log.lines).toHaveLength(attempts);
    bus.close();
  });

  it("does not open anything for a bus that was closed meanwhile", async () => {
    const { a, b } = memoryWire();
    let closed = false;
    b.onClose(() => {
      closed = true;
    });
    const time = new FakeTime(Instant(0));
    const bus = new ModbusBus({
      links: { name: "slow", open: async () => a },
      framing: "tcp",
      clock: time,
      timers: time,
    });
    bus.open();
    bus.close();
    await Promise.resolve();
    await Promise.resolve();
    expect(closed).toBe(true);
  });
});

describe("an answer", () => {
  it.each(["tcp", "rtu"] as const)("carries when it came, in wall and in monotonic time (%s)", async (framing) => {
    const time = new FakeTime(Instant(1_000_000));
    const { a, b } = memoryWire();
    serveLink(b, { framing, units: anyUnit({ ...counting, latency: () => 250 }), timers: time });
    const bus = new ModbusBus({ links: { name: "wire", open: async () => a }, framing, clock: time, timers: time });
    const answer = bus.read(read(5, 3));
    await time.advance(250 as never);
    expect(await answer).toEqual({
      words: Uint16Array.from([5, 6, 7]),
      receivedAt: 1_000_250,
      receivedMonotonic: 250,
    });
    bus.close();
  });
});
