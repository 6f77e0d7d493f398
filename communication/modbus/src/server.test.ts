/** Our server as other masters meet it: shared lines, noise, latency, and the faults that a simulated device may have. */
import { Instant, Millis } from "@csj/quantity";
import { FakeTime, memoryWire } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { oneUnit, type RegisterBank, unitsOf } from "./bank.ts";
import { type ServeOptions, serveLink } from "./server.ts";
import { fromHex, rtu, toHex } from "./test/script.ts";

const bank: RegisterBank = { readHolding: (_address, count) => new Uint16Array(count).fill(0x1111) };
const asked = rtu("01 03 00 0a 00 01");
const answered = rtu("01 03 02 11 11");

function serving(options: Partial<ServeOptions> = {}) {
  const time = new FakeTime(Instant(0));
  const { a, b } = memoryWire();
  const said: string[] = [];
  let closed = false;
  a.onBytes((bytes) => said.push(toHex(bytes)));
  a.onClose(() => {
    closed = true;
  });
  const served = serveLink(b, { framing: "rtu", units: oneUnit(1, bank), timers: time, clock: time, ...options });
  return { time, said, served, ask: (hex: string) => a.send(fromHex(hex)), isClosed: () => closed };
}

describe("an RTU server", () => {
  it.each<[string, string[], string[]]>([
    ["answers a request", [asked], [answered]],
    ["answers one that comes byte by byte", asked.split(" "), [answered]],
    ["answers after noise", ["ff 00 01 03", asked], [answered]],
    ["does not answer for another unit", [rtu("02 03 00 0a 00 01")], []],
    [
      "passes over another unit's exchange on the same line",
      [rtu("02 03 00 0a 00 01"), rtu("02 03 02 22 22"), asked],
      [answered],
    ],
    ["does not answer a damaged request", ["01 03 00 0a 00 01 00 00"], []],
    ["answers the good request after a damaged one", ["01 03 00 0a 00 01 00 00", asked], [answered]],
    ["does not answer a broadcast", [rtu("00 06 00 01 00 07")], []],
    ["refuses a function that the device lacks", [rtu("01 06 00 01 00 07")], [rtu("01 86 01")]],
    ["refuses no registers", [rtu("01 03 00 0a 00 00")], [rtu("01 83 03")]],
  ])("%s", (_what, pieces, expected) => {
    const { said, ask } = serving();
    for (const piece of pieces) ask(piece);
    expect(said).toEqual(expected);
  });

  it("forgets half a request after half a second, so that it cannot swallow the next", async () => {
    const { time, said, ask } = serving();
    ask("01 10 00 00 00 7b f6 00");
    await time.advance(Millis(501));
    ask(asked);
    expect(said).toEqual([answered]);
  });

  it("takes a broadcast for every device on the line", () => {
    const written: string[] = [];
    const device = (name: string): RegisterBank => ({
      writeHolding: (address, words) => {
        written.push(`${name} ${address} ${words[0]}`);
        return undefined;
      },
    });
    const devices = new Map([
      [1, device("one")],
      [2, device("two")],
    ]);
    const { said, ask } = serving({ units: unitsOf(devices), everyone: () => devices.values() });
    ask(rtu("00 06 00 01 00 07"));
    expect(written).toEqual(["one 1 7", "two 1 7"]);
    expect(said).toEqual([]);
  });

  it("does not serve a device's words under other addresses when the device gives too few", () => {
    const short: RegisterBank = { readHolding: () => new Uint16Array(1) };
    const { said, ask } = serving({ units: oneUnit(1, short) });
    ask(rtu("01 03 00 0a 00 02"));
    expect(said).toEqual([rtu("01 83 04")]);
  });
});

describe("a TCP server", () => {
  const tcp = "00 07 00 00 00 06 01 03 00 0a 00 01";

  it("answers several requests of one packet in one write", () => {
    const { said, ask } = serving({ framing: "tcp" });
    ask(`${tcp} ${tcp.replace("07", "08")}`);
    expect(said).toEqual(["00 07 00 00 00 05 01 03 02 11 11 00 08 00 00 00 05 01 03 02 11 11"]);
  });

  it("says that a unit nobody has does not answer", () => {
    const { said, ask } = serving({ framing: "tcp" });
    ask(tcp.replace("06 01 03", "06 09 03"));
    expect(said).toEqual(["00 07 00 00 00 03 09 83 0b"]);
  });

  it("hangs up on what is not Modbus", () => {
    const { said, ask, isClosed } = serving({ framing: "tcp" });
    ask("47 45 54 20 2f 20 48 54 54 50");
    expect(said).toEqual([]);
    expect(isClosed()).toBe(true);
  });
});

describe("an answer", () => {
  it("waits as long as the device takes to think", async () => {
    const { time, said, ask } = serving({ units: oneUnit(1, { ...bank, latency: () => 20 }) });
    ask(asked);
    await time.advance(Millis(19));
    expect(said).toEqual([]);
    await time.advance(Millis(1));
    expect(said).toEqual([answered]);
  });

  it("is what the filter makes of it: nothing, something else, several, later", async () => {
    const filtered = (filter: NonNullable<ServeOptions["filter"]>) => serving({ filter });
    const silent = filtered(() => []);
    silent.ask(asked);
    expect(silent.said).toEqual([]);

    const noisy = filtered((request, answer) => [
      { bytes: Uint8Array.of(request.unit, 0xff), delay: 0 },
      { bytes: answer, delay: 30 },
    ]);
    noisy.ask(asked);
    expect(noisy.said).toEqual(["01 ff"]);
    await noisy.time.advance(Millis(30));
    expect(noisy.said).toEqual(["01 ff", answered]);
  });

  it("that takes long holds up the next, and is not overtaken by it", async () => {
    let request = 0;
    const { time, said, ask } = serving({
      units: oneUnit(1, { readHolding: (_address, count) => new Uint16Array(count).fill(++request) }),
      filter: (_request, answer) => [{ bytes: answer, delay: request === 1 ? 300 : 10 }],
    });
    ask(asked);
    ask(asked);
    await time.advance(Millis(309));
    expect(said).toEqual([rtu("01 03 02 00 01")]);
    await time.advance(Millis(1));
    expect(said).toEqual([rtu("01 03 02 00 01"), rtu("01 03 02 00 02")]);
  });

  it("that still waits is not sent any more when serving has stopped", async () => {
    const { time, said, ask, served } = serving({ units: oneUnit(1, { ...bank, latency: () => 20 }) });
    ask(asked);
    served.close();
    await time.advance(Millis(50));
    expect(said).toEqual([]);
  });
});
