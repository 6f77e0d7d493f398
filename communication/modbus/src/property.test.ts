/** What must hold for every stream of bytes, tried on many. fast-check prints the seed of a failure; the seed is fixed. */
import { Instant, Millis } from "@csj/quantity";
import { FakeTime, memoryWire, seededRandom } from "@csj/runtime/fake";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oneUnit, type RegisterBank } from "./bank.ts";
import { ModbusBus } from "./bus.ts";
import type { Request } from "./pdu.ts";
import { putRequest, readRequest, requestLength } from "./request-codec.ts";
import type { AnswerFilter } from "./sender.ts";
import { serveLink } from "./server.ts";
import { outcome, rtu, script } from "./test/script.ts";

const settings = { seed: 20_260, numRuns: 200 };
const word = fc.integer({ min: 0, max: 65_535 });
const address = fc.integer({ min: 0, max: 60_000 });
const words = (maxLength: number) => fc.array(word, { minLength: 1, maxLength });

const requests: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ function: fc.constantFrom(1 as const, 2 as const), address, count: fc.integer({ min: 1, max: 2000 }) }),
  fc.record({ function: fc.constantFrom(3 as const, 4 as const), address, count: fc.integer({ min: 1, max: 125 }) }),
  fc.record({
    function: fc.constant(5 as const),
    address,
    bits: fc.array(fc.boolean(), { minLength: 1, maxLength: 1 }),
  }),
  fc.record({
    function: fc.constant(15 as const),
    address,
    bits: fc.array(fc.boolean(), { minLength: 1, maxLength: 1968 }),
  }),
  fc.record({ function: fc.constant(6 as const), address, words: words(1) }),
  fc.record({ function: fc.constant(16 as const), address, words: words(123) }),
  fc.record({ function: fc.constant(22 as const), address, and: word, or: word }),
  fc.record({
    function: fc.constant(23 as const),
    address,
    count: fc.integer({ min: 1, max: 125 }),
    writeAddress: address,
    words: words(121),
  }),
);

/** Cuts a hex string of bytes into pieces at places that the numbers choose. */
function pieces(hex: string, cuts: readonly number[]): string[] {
  const bytes = hex.split(" ");
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((one, other) => one - other);
  return [...places, bytes.length].map((end, index) => bytes.slice(index === 0 ? 0 : places[index - 1], end).join(" "));
}

describe("requests", () => {
  it("are understood as they were asked", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const pdu = new Uint8Array(requestLength(request));
        putRequest(request, pdu, 0);
        expect(readRequest(pdu, 0, pdu.length)).toEqual(request);
      }),
      settings,
    );
  });

  it("that are garbage are refused or understood, and never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 253 }), (pdu) => {
        const request = readRequest(pdu, 0, pdu.length);
        if (typeof request === "number") return;
        const again = new Uint8Array(requestLength(request));
        putRequest(request, again, 0);
        expect(again).toEqual(pdu);
      }),
      { ...settings, numRuns: 2_000 },
    );
  });
});

describe("a stream of bytes", () => {
  const answers = {
    rtu: rtu("01 03 08 11 11 22 22 33 33 44 44"),
    tcp: "00 01 00 00 00 0b 01 03 08 11 11 22 22 33 33 44 44",
  };

  it.each(["rtu", "tcp"] as const)("gives the same answer however it is cut (%s)", async (framing) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 8 }), async (cuts) => {
        const { bus, say, wait } = script(framing);
        const only = bus.read({ unit: 1, function: 3, address: 0, count: 4 });
        await wait(0);
        for (const piece of pieces(answers[framing], cuts)) say(piece);
        expect(await outcome(only)).toBe("1111 2222 3333 4444");
      }),
      { ...settings, numRuns: 50 },
    );
  });

  it.each(["rtu", "tcp"] as const)("that is garbage never becomes words (%s)", async (framing) => {
    const byte = fc.constantFrom("00", "01", "03", "04", "08", "83", "ff", "11", "0b");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(byte, { minLength: 1, maxLength: 300 }), { maxLength: 6 }), async (said) => {
        const { bus, say, wait } = script(framing);
        const only = bus.read({ unit: 1, function: 3, address: 0, count: 4 });
        await wait(0);
        for (const piece of said) {
          say(piece.join(" "));
          await wait(30);
        }
        await wait(3_000);
        expect(await outcome(only)).toMatch(/^MODBUS_/);
      }),
      { ...settings, numRuns: 100 },
    );
  });
});

/**
 * A device whose every answer names the request that it is for, behind a line that delays (often past the timeout),
 * loses, damages and invents. It answers in the order in which it is asked, as devices do.
 */
async function campaign(framing: "rtu" | "tcp", seed: number): Promise<{ good: number; failed: number; late: number }> {
  const random = seededRandom(seed);
  const time = new FakeTime(Instant(0));
  let serial = 0;
  const bank: RegisterBank = {
    readHolding(start, count) {
      serial += 1;
      const served = [serial & 0xffff, start, count];
      return Uint16Array.from({ length: count }, (_, index) => served[index % 3]!);
    },
    writeHolding: () => undefined,
  };
  const filter: AnswerFilter = (_request, answer) => {
    const dice = random.next();
    const delay = dice < 0.3 ? random.next() * 400 : random.next() * 60;
    const bytes = Uint8Array.from(answer);
    if (random.next() < 0.1) return [];
    // TCP has a check sum of its own; what it delivers is whole.
    if (framing === "tcp") return [{ bytes, delay }];
    if (random.next() < 0.1) bytes[Math.floor(random.next() * bytes.length)]! ^= 1 << Math.floor(random.next() * 8);
    const noise = Uint8Array.from({ length: Math.floor(random.next() * 12) }, () => Math.floor(random.next() * 256));
    const noisy = framing === "rtu" && random.next() < 0.1;
    return noisy
      ? [
          { bytes: noise, delay },
          { bytes, delay: delay + 1 },
        ]
      : [{ bytes, delay }];
  };
  const open = async () => {
    const { a, b } = memoryWire();
    serveLink(b, { framing, units: oneUnit(1, bank), timers: time, filter });
    return a;
  };
  const bus = new ModbusBus({ links: { name: "bad", open }, framing, clock: time, timers: time, timeout: 100 });
  const tally = { good: 0, failed: 0, late: 0 };
  for (let round = 0; round < 150; round += 1) {
    const count = 3 + Math.floor(random.next() * 3);
    const start = Math.floor(random.next() * 1_000);
    const reading = bus.read({ unit: 1, function: 3, address: start, count }).then(
      ({ words: found }) => {
        tally.good += 1;
        expect([...found].slice(0, 3)).toEqual([serial & 0xffff, start, count]);
      },
      () => {
        tally.failed += 1;
      },
    );
    await time.advance(Millis(250));
    await reading;
  }
  tally.late = bus.counters.late;
  bus.close();
  return tally;
}

describe("a device that answers late, or not, or wrongly, in any mixture", () => {
  it.each([1, 2, 3, 4, 5, 6])("never has an older answer taken for a newer one (RTU, seed %i)", async (seed) => {
    const { good, failed, late } = await campaign("rtu", seed);
    expect(good).toBeGreaterThan(30);
    expect(failed).toBeGreaterThan(10);
    expect(late).toBeGreaterThan(3);
  });

  it.each([7, 8, 9])("never has an older answer taken for a newer one (TCP, seed %i)", async (seed) => {
    const { good, failed } = await campaign("tcp", seed);
    expect(good).toBeGreaterThan(30);
    expect(failed).toBeGreaterThan(10);
  });
});
