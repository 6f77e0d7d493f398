/** What goes wrong on serial lines, one by one. The first cases are those that the common libraries get wrong. */
import { describe, expect, it } from "vitest";
import { exceptionOf } from "./exception.ts";
import { outcome, rtu, script } from "./test/script.ts";

const TIMEOUT = 1_000;
const QUIET = 50;

const hex = (value: number): string => value.toString(16).padStart(2, "0");
const read = (address: number, count: number, unit = 1) => ({ unit, function: 3 as const, address, count });
const asked = (address: number, count: number, unit = 1): string =>
  rtu(`${hex(unit)} 03 00 ${hex(address)} 00 ${hex(count)}`);
const answer = (fill: string, count: number, unit = 1): string =>
  rtu(
    `${hex(unit)} 03 ${hex(2 * count)} ${Array<string>(2 * count)
      .fill(fill)
      .join(" ")}`,
  );
const write = (address: number, word: number) => ({ unit: 1, function: 6 as const, address, words: [word] });
const echo = (address: number, word: number): string => rtu(`01 06 00 ${hex(address)} 00 ${hex(word)}`);

/** A bus whose device has let the read of two registers at 10 time out. */
async function afterTimeout() {
  const bus = script("rtu");
  const first = bus.bus.read(read(10, 2));
  await bus.wait(TIMEOUT);
  expect(await outcome(first)).toBe("MODBUS_TIMEOUT");
  expect(bus.heard.splice(0)).toEqual([asked(10, 2)]);
  return bus;
}

describe("an answer that comes after its timeout", () => {
  it("is not taken for the next read of the same length", async () => {
    const { bus, heard, say, wait } = await afterTimeout();
    await wait(QUIET);
    const second = bus.read(read(20, 2));
    expect(heard).toEqual([asked(20, 4)]);
    say(answer("10", 2));
    expect(await outcome(second)).toBe("waits");
    say(answer("20", 4));
    expect(heard).toEqual([asked(20, 4), asked(20, 2)]);
    say(answer("20", 2));
    expect(await outcome(second)).toBe("2020 2020");
    expect(bus.counters).toMatchObject({ late: 1, probes: 1, requests: 2, answers: 1, timeouts: 1 });
  });

  it("is thrown away in the quiet time, after which nothing is owed", async () => {
    const { bus, heard, say, wait } = await afterTimeout();
    const second = bus.read(read(20, 2));
    say(answer("10", 2));
    await wait(QUIET);
    expect(heard).toEqual([asked(20, 2)]);
    say(answer("20", 2));
    expect(await outcome(second)).toBe("2020 2020");
  });

  it("is thrown away while nobody asks", async () => {
    const { bus, heard, say, wait } = await afterTimeout();
    await wait(5_000);
    say(answer("10", 2));
    const second = bus.read(read(20, 2));
    expect(heard).toEqual([asked(20, 2)]);
    say(answer("20", 2));
    expect(await outcome(second)).toBe("2020 2020");
    expect(bus.counters.late).toBe(1);
  });

  it("is told by its length from another read, whose answer settles it as well", async () => {
    const { bus, heard, say, wait } = await afterTimeout();
    await wait(QUIET);
    const second = bus.read(read(20, 5));
    say(answer("10", 2));
    expect(await outcome(second)).toBe("waits");
    say(answer("20", 5));
    expect(await outcome(second)).toBe("2020 2020 2020 2020 2020");
    const third = bus.read(read(30, 2));
    expect(heard).toEqual([asked(20, 5), asked(30, 2)]);
    say(answer("30", 2));
    expect(await outcome(third)).toBe("3030 3030");
  });

  it("does not hold up another unit", async () => {
    const { bus, heard, say, wait } = await afterTimeout();
    await wait(QUIET);
    const other = bus.read(read(20, 2, 2));
    expect(heard).toEqual([asked(20, 2, 2)]);
    say(answer("10", 2));
    say(answer("20", 2, 2));
    expect(await outcome(other)).toBe("2020 2020");
  });

  it("leaves the line quiet until it is silent, but not for ever", async () => {
    const { bus, heard, say, wait } = await afterTimeout();
    const second = bus.read(read(20, 5));
    for (let passed = 0; passed < QUIET * 19; passed += QUIET - 1) {
      say("00");
      await wait(QUIET - 1);
    }
    expect(heard).toEqual([]);
    say("00");
    await wait(QUIET);
    expect(heard).toEqual([asked(20, 5)]);
    say(answer("20", 5));
    expect(await outcome(second)).toBe("2020 2020 2020 2020 2020");
  });

  it("is still owed when the link was lost and opened again", async () => {
    const { bus, heard, hangUp, wait } = script("rtu");
    const first = bus.read(read(10, 2));
    await wait(0);
    hangUp();
    expect(await outcome(first)).toBe("MODBUS_LINK");
    void bus.read(read(20, 2)).catch(() => undefined);
    await wait(0);
    expect(heard).toEqual([asked(10, 2), asked(20, 4)]);
  });

  it("is forgotten after a minute", async () => {
    const { bus, heard, wait } = await afterTimeout();
    await wait(61_000);
    void bus.read(read(20, 2)).catch(() => undefined);
    expect(heard).toEqual([asked(20, 2)]);
  });
});

describe("a device that does not answer a probe", () => {
  it("fails the read, is asked the same probe again, and comes back", async () => {
    const { bus, heard, say, wait } = await afterTimeout();
    for (let round = 0; round < 5; round += 1) {
      await wait(QUIET);
      const again = bus.read(read(10, 2));
      await wait(TIMEOUT);
      expect(await outcome(again)).toBe("MODBUS_TIMEOUT");
    }
    expect(heard.splice(0)).toEqual(Array<string>(5).fill(asked(10, 4)));
    await wait(QUIET);
    const back = bus.read(read(10, 2));
    say(answer("99", 4));
    say(answer("11", 2));
    expect(await outcome(back)).toBe("1111 1111");
    expect(heard).toEqual([asked(10, 4), asked(10, 2)]);
  });

  it("or refuses it, which proves as much", async () => {
    const { bus, heard, say, wait } = await afterTimeout();
    await wait(QUIET);
    const second = bus.read(read(20, 2));
    say(rtu("01 83 02"));
    say(answer("20", 2));
    expect(await outcome(second)).toBe("2020 2020");
    expect(heard).toEqual([asked(20, 4), asked(20, 2)]);
  });
});

describe("an exception that can be a late one", () => {
  it("is not told as this request's", async () => {
    const { bus, say, wait } = await afterTimeout();
    await wait(QUIET);
    const second = bus.read(read(20, 5));
    say(rtu("01 83 02"));
    expect(await outcome(second)).toBe("MODBUS_LATE");
  });
});

describe("a write after a write that timed out", () => {
  async function afterWriteTimeout() {
    const bus = script("rtu");
    const first = bus.bus.write(write(1, 100));
    await bus.wait(TIMEOUT);
    expect(await outcome(first)).toBe("MODBUS_TIMEOUT");
    bus.heard.splice(0);
    await bus.wait(QUIET);
    return bus;
  }

  it("waits for a probe, so that the older echo is not its own", async () => {
    const { bus, heard, say } = await afterWriteTimeout();
    const second = bus.write(write(1, 100));
    expect(heard).toEqual([asked(1, 1)]);
    say(echo(1, 100));
    say(answer("00", 1));
    expect(heard).toEqual([asked(1, 1), echo(1, 100)]);
    expect(await outcome(second)).toBe("waits");
    say(echo(1, 100));
    expect(await outcome(second)).toBe("done");
  });

  it("is sent all the same when the probe fails, but its echo is not believed", async () => {
    const { bus, heard, say, wait } = await afterWriteTimeout();
    const second = bus.write(write(1, 50));
    await wait(TIMEOUT);
    expect(heard).toEqual([asked(1, 1), echo(1, 50)]);
    say(echo(1, 50));
    expect(await outcome(second)).toBe("MODBUS_LATE");
  });
});

describe("what comes instead of an answer", () => {
  it.each<[string, string[], string]>([
    ["two bytes of noise before it", ["ff 00", answer("11", 2)], "1111 1111"],
    ["noise that begins like it", ["01 03 04 01 03", answer("11", 2)], "1111 1111"],
    ["noise that begins like a long frame", ["01 03 fa", answer("11", 2)], "1111 1111"],
    ["every byte alone", answer("11", 2).split(" "), "1111 1111"],
    ["its own request as an echo", [asked(10, 2), answer("11", 2)], "1111 1111"],
    ["another unit's answer before it", [answer("22", 2, 2), answer("11", 2)], "1111 1111"],
    ["another master's request before it", [asked(10, 2, 9), answer("11", 2)], "1111 1111"],
    ["a damaged frame, then a good one", ["01 03 04 11 11 11 10 ff ff", answer("11", 2)], "1111 1111"],
    ["a damaged frame", ["01 03 04 11 11 11 10 ff ff"], "MODBUS_CRC"],
    ["half a frame", ["01 03 04 11 11"], "MODBUS_TRUNCATED"],
    ["another unit's answer", [answer("22", 2, 2)], "MODBUS_FOREIGN"],
    ["an answer of another function", [rtu("01 04 04 11 11 11 11")], "MODBUS_FOREIGN"],
    ["too few registers", [answer("11", 1)], "MODBUS_MALFORMED"],
    ["too many registers", [answer("11", 3)], "MODBUS_MALFORMED"],
    ["an exception", [rtu("01 83 02")], "MODBUS_EXCEPTION"],
    ["another unit's exception", [rtu("02 83 02")], "MODBUS_FOREIGN"],
    ["noise only", ["00 11 22 33 44 55 66 77 88 99"], "MODBUS_TRUNCATED"],
    ["nothing", [], "MODBUS_TIMEOUT"],
  ])("%s", async (_what, pieces, expected) => {
    const { bus, say, wait } = script("rtu");
    const only = bus.read(read(10, 2));
    await wait(0);
    for (const piece of pieces) say(piece);
    await wait(2 * TIMEOUT);
    expect(await outcome(only)).toBe(expected);
  });

  it("an exception keeps its code", async () => {
    const { bus, say, wait } = script("rtu");
    const only = bus.read(read(10, 2));
    await wait(0);
    say(rtu("01 83 06"));
    await expect(only.catch(exceptionOf)).resolves.toBe(6);
  });

  it("a damaged frame is told after the quiet time, not after the timeout", async () => {
    const { bus, say, wait } = script("rtu");
    const only = bus.read(read(10, 2));
    await wait(0);
    say("01 03 04 11 11 11 10 ff ff");
    await wait(QUIET);
    expect(await outcome(only)).toBe("MODBUS_CRC");
    expect(bus.counters).toMatchObject({ crcErrors: 1, timeouts: 0 });
  });

  it("a slow answer that is still arriving at the timeout is waited for", async () => {
    const { bus, say, wait } = script("rtu");
    const only = bus.read(read(10, 2));
    await wait(TIMEOUT - 10);
    for (const byte of answer("11", 2).split(" ")) {
      say(byte);
      await wait(QUIET - 10);
    }
    expect(await outcome(only)).toBe("1111 1111");
  });

  it("an echo of another value is no confirmation of a write", async () => {
    const { bus, say, wait } = script("rtu");
    const only = bus.write(write(1, 100));
    await wait(0);
    say(echo(1, 99));
    expect(await outcome(only)).toBe("MODBUS_MALFORMED");
  });
});

describe("a link on which nothing is heard", () => {
  it("is opened anew after half a minute of asking, and not while it only rests", async () => {
    const { bus, wait, say, opened } = script("rtu");
    const ask = async (): Promise<string> => {
      const only = bus.read(read(10, 2));
      await wait(TIMEOUT + QUIET);
      return outcome(only);
    };
    for (let round = 0; round < 28; round += 1) expect(await ask()).toBe("MODBUS_TIMEOUT");
    expect(opened()).toBe(1);
    for (let round = 0; round < 3; round += 1) await ask();
    expect(opened()).toBe(2);
    await wait(300_000);
    const back = bus.read(read(10, 2));
    await wait(0);
    say(answer("11", 2));
    expect(await outcome(back)).toBe("1111 1111");
    expect(opened()).toBe(2);
  });
});

describe("a broadcast", () => {
  it("is sent to unit 0 and done after the turnaround, without an answer", async () => {
    const { bus, heard, wait } = script("rtu");
    const done = bus.broadcast({ function: 6, address: 1, words: [7] });
    await wait(0);
    expect(heard).toEqual([rtu("00 06 00 01 00 07")]);
    expect(await outcome(done)).toBe("waits");
    await wait(100);
    expect(await outcome(done)).toBe("done");
  });

  it("does not exist over TCP, and nothing is read from everybody", async () => {
    expect(await outcome(script("tcp").bus.broadcast({ function: 6, address: 1, words: [7] }))).toBe("MODBUS_REQUEST");
    expect(await outcome(script("rtu").bus.read(read(1, 1, 0)))).toBe("MODBUS_REQUEST");
  });
});
