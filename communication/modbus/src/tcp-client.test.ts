import { describe, expect, it } from "vitest";
import { outcome, script } from "./test/script.ts";

const read = (address: number, count: number) => ({ unit: 1, function: 3 as const, address, count });
const answer = (transaction: number, fill: string, unit = "01"): string =>
  `00 0${transaction} 00 00 00 07 ${unit} 03 04 ${Array<string>(4).fill(fill).join(" ")}`;

describe("Modbus TCP", () => {
  it("asks with a transaction id and takes the answer that carries it", async () => {
    const { bus, heard, say, wait } = script("tcp");
    const only = bus.read(read(10, 2));
    await wait(0);
    expect(heard).toEqual(["00 01 00 00 00 06 01 03 00 0a 00 02"]);
    say(answer(1, "11"));
    expect(await outcome(only)).toBe("1111 1111");
  });

  it("gives the socket up after a timeout, and goes on with the next transaction id on a new one", async () => {
    const { bus, heard, say, wait, opened } = script("tcp");
    const first = bus.read(read(10, 2));
    await wait(1_000);
    expect(await outcome(first)).toBe("MODBUS_TIMEOUT");
    const second = bus.read(read(20, 2));
    await wait(0);
    expect(opened()).toBe(2);
    say(answer(1, "10"));
    expect(await outcome(second)).toBe("waits");
    say(answer(2, "20"));
    expect(await outcome(second)).toBe("2020 2020");
    expect(heard).toHaveLength(2);
    expect(bus.counters).toMatchObject({ foreign: 1, reconnects: 1, timeouts: 1 });
  });

  it.each<[string, string, string]>([
    ["of another unit", answer(1, "11", "02"), "MODBUS_FOREIGN"],
    ["of another function", "00 01 00 00 00 07 01 04 04 11 11 11 11", "MODBUS_MALFORMED"],
    ["with too few registers", "00 01 00 00 00 05 01 03 02 11 11", "MODBUS_MALFORMED"],
    ["with a byte count that lies", "00 01 00 00 00 07 01 03 06 11 11 11 11", "MODBUS_MALFORMED"],
    ["with an exception", "00 01 00 00 00 03 01 83 02", "MODBUS_EXCEPTION"],
    ["that is not Modbus", "48 54 54 50 2f 31 2e 31", "MODBUS_MALFORMED"],
    ["that is too long", "00 01 00 00 01 07 01 03", "MODBUS_MALFORMED"],
    ["of another transaction only", answer(7, "11"), "MODBUS_TIMEOUT"],
    ["that is half", "00 01 00 00 00 07 01 03 04 11", "MODBUS_TIMEOUT"],
  ])("fails by name on an answer %s", async (_what, said, expected) => {
    const { bus, say, wait } = script("tcp");
    const only = bus.read(read(10, 2));
    await wait(0);
    say(said);
    await wait(1_000);
    expect(await outcome(only)).toBe(expected);
  });

  it("keeps one request in flight unless told otherwise", async () => {
    const { bus, heard, say, wait } = script("tcp");
    const both = [bus.read(read(10, 2)), bus.read(read(20, 2))];
    await wait(0);
    expect(heard).toHaveLength(1);
    say(answer(1, "10"));
    expect(heard).toHaveLength(2);
    say(answer(2, "20"));
    expect(await Promise.all(both.map(outcome))).toEqual(["1010 1010", "2020 2020"]);
  });

  it("pipelines where it may, and takes answers in any order", async () => {
    const { bus, heard, say, wait } = script("tcp", { pipeline: 3 });
    const all = [10, 20, 30, 40].map((address) => bus.read(read(address, 2)));
    await wait(0);
    expect(heard.join(" ").split(" ")).toHaveLength(3 * 12);
    say(`${answer(3, "30")} ${answer(1, "10")}`);
    say(answer(2, "20"));
    await wait(0);
    say(answer(4, "40"));
    expect(await Promise.all(all.map(outcome))).toEqual(["1010 1010", "2020 2020", "3030 3030", "4040 4040"]);
  });

  it("fails what is in flight when the other side hangs up, and opens again for the next", async () => {
    const { bus, say, wait, hangUp, opened } = script("tcp");
    const first = bus.read(read(10, 2));
    await wait(0);
    hangUp();
    expect(await outcome(first)).toBe("MODBUS_LINK");
    const second = bus.read(read(20, 2));
    await wait(0);
    say(answer(2, "20"));
    expect(await outcome(second)).toBe("2020 2020");
    expect(opened()).toBe(2);
  });
});
