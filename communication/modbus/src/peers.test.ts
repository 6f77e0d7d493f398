/** Against programs that we did not write: modbus-serial, mbpoll and libmodbus, on real sockets and serial lines. */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeClock, nodeTimers, serialLinks } from "@csj/runtime/node";
import type { IServiceVector, default as modbusSerial, ServerTCP } from "modbus-serial";
import { afterEach, describe, expect, it } from "vitest";
import { oneUnit } from "./bank.ts";
import { ModbusBus } from "./bus.ts";
import { serveLink } from "./server.ts";
import { listenPlant, plant, tcpBus } from "./test/plant.ts";
import { compile, has, hasLibmodbus, run, start } from "./test/programs.ts";

type ModbusRTU = InstanceType<(typeof modbusSerial)["default"]>;

const ModbusSerial = createRequire(import.meta.url)("modbus-serial") as {
  new (): ModbusRTU;
  ServerTCP: new (vector: IServiceVector, options: object) => ServerTCP;
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function modbusSerialClient(port: number, framing: "tcp" | "rtu"): Promise<ModbusRTU> {
  const client = new ModbusSerial();
  if (framing === "tcp") await client.connectTCP("127.0.0.1", { port });
  else await client.connectTelnet("127.0.0.1", { port });
  client.setID(1);
  client.setTimeout(2_000);
  cleanups.push(() => new Promise((resolve) => client.close(resolve)));
  return client;
}

describe("modbus-serial", () => {
  it.each(["tcp", "rtu"] as const)("reads and writes our server (%s)", async (framing) => {
    const { bank, holding, coils } = plant();
    const listener = await listenPlant(bank, framing);
    cleanups.push(() => listener.close());
    const client = await modbusSerialClient(listener.port, framing);

    expect((await client.readHoldingRegisters(10, 3)).data).toEqual([1010, 1011, 1012]);
    expect((await client.readInputRegisters(0, 125)).data[124]).toBe(2124);
    expect((await client.readCoils(0, 10)).data.slice(0, 10)).toEqual(coils.slice(0, 10));
    expect((await client.readDiscreteInputs(3, 8)).data).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
    await client.writeRegister(20, 0xabcd);
    await client.writeRegisters(21, [1, 2, 3]);
    expect([...holding.slice(20, 24)]).toEqual([0xabcd, 1, 2, 3]);
    await client.writeCoil(1, true);
    await client.writeCoils(2, [true, false, true]);
    expect(coils.slice(0, 5)).toEqual([true, true, true, false, true]);
    await expect(client.readHoldingRegisters(250, 10)).rejects.toMatchObject({ modbusCode: 2 });
    // Its RTU-over-TCP port does not know how long the answer to a mask write is.
    if (framing === "rtu") return;
    await client.maskWriteRegister(20, 0xff00, 0x0034);
    expect(holding[20]).toBe(0xab34);
  });

  it("reads our device identification", async () => {
    const listener = await listenPlant(plant().bank, "tcp");
    cleanups.push(() => listener.close());
    const client = await modbusSerialClient(listener.port, "tcp");
    expect((await client.readDeviceIdentification(1, 0)).data).toMatchObject({
      0: "object 0",
      1: "object 1",
      2: "object 2",
    });
  });

  it("serves our client", async () => {
    const written = new Map<number, number>();
    const vector = {
      getHoldingRegister: (address: number) => 3_000 + address,
      getInputRegister: (address: number) => 4_000 + address,
      getCoil: (address: number) => address % 2 === 0,
      setRegister: (address: number, value: number) => {
        written.set(address, value);
      },
    };
    const server = new ModbusSerial.ServerTCP(vector as IServiceVector, { host: "127.0.0.1", port: 0, unitID: 1 });
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const port = await new Promise<number>((resolve) => {
      server.on("initialized", () => {
        const inner = (server as unknown as { _server: { address(): { port: number } } })._server;
        resolve(inner.address().port);
      });
    });
    const bus = tcpBus(port, "tcp");
    cleanups.push(() => bus.close());
    expect((await bus.read({ unit: 1, function: 3, address: 7, count: 2 })).words).toEqual(Uint16Array.of(3007, 3008));
    expect((await bus.read({ unit: 1, function: 4, address: 7, count: 1 })).words).toEqual(Uint16Array.of(4007));
    expect((await bus.readBits({ unit: 1, function: 1, address: 0, count: 5 })).bits).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    await bus.write({ unit: 1, function: 6, address: 1, words: [11] });
    await bus.write({ unit: 1, function: 16, address: 2, words: [12, 13] });
    expect([...written]).toEqual([
      [1, 11],
      [2, 12],
      [3, 13],
    ]);
  });
});

describe("our own client and server", () => {
  it.each(["tcp", "rtu"] as const)("speak every function over a real socket (%s)", async (framing) => {
    const { bank, holding, coils } = plant();
    const listener = await listenPlant(bank, framing);
    cleanups.push(() => listener.close());
    const bus = tcpBus(listener.port, framing);
    cleanups.push(() => bus.close());
    await bus.writeBits({ unit: 1, function: 5, address: 1, bits: [true] });
    await bus.writeBits({ unit: 1, function: 15, address: 2, bits: [true, false, true] });
    expect(coils.slice(0, 5)).toEqual([true, true, true, false, true]);
    await bus.maskWrite({ unit: 1, address: 4, and: 0xf2, or: 0x25 });
    expect(holding[4]).toBe((1004 & 0xf2) | (0x25 & ~0xf2));
    const both = await bus.readWrite({ unit: 1, address: 30, count: 2, writeAddress: 31, words: [9] });
    expect(both.words).toEqual(Uint16Array.of(1030, 9));
    const { records } = await bus.readFileRecord({ unit: 1, records: [{ file: 4, record: 1, count: 2 }] });
    expect(records).toEqual([Uint16Array.of(401, 402)]);
    const basic = await bus.readDeviceIdentification({ unit: 1, level: 1 });
    expect([...basic.keys()]).toEqual([0, 1, 2]);
    expect([...(await bus.readDeviceIdentification({ unit: 1, level: 3 })).keys()]).toEqual([0, 1, 2, 0x80]);
    if (framing === "tcp") return;
    await bus.broadcast({ function: 6, address: 50, words: [5] });
    expect(holding[50]).toBe(5);
  });
});

describe.skipIf(!has("mbpoll"))("mbpoll (skipped where it is not installed)", () => {
  it("reads our server and is refused what is not there", async () => {
    const listener = await listenPlant(plant().bank, "tcp");
    cleanups.push(() => listener.close());
    const poll = (...more: string[]) =>
      run("mbpoll", ["-1", "-0", "-m", "tcp", "-p", String(listener.port), "-a", "1", ...more, "127.0.0.1"]);
    const holding = await poll("-t", "4", "-r", "10", "-c", "3");
    expect(holding.stdout).toMatch(/\[10\]:\s+1010\n\[11\]:\s+1011\n\[12\]:\s+1012/);
    expect((await poll("-t", "3", "-r", "0", "-c", "1")).stdout).toMatch(/\[0\]:\s+2000/);
    expect((await poll("-t", "0", "-r", "0", "-c", "4")).stdout).toMatch(
      /\[0\]:\s+1\n\[1\]:\s+0\n\[2\]:\s+0\n\[3\]:\s+1/,
    );
    const refused = await poll("-t", "4", "-r", "255", "-c", "2");
    expect(refused.stdout).not.toMatch(/\[255\]/);
  });
});

describe.skipIf(!hasLibmodbus)("a libmodbus server (skipped where cc or libmodbus is not installed)", () => {
  it("is read and written by our client, one at a time and pipelined", async () => {
    const folder = mkdtempSync(join(tmpdir(), "csj-libmodbus-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const program = join(folder, "server");
    compile(fileURLToPath(new URL("./test/libmodbus-server.c", import.meta.url)), program, ["-lmodbus"]);
    const server = await start(program, [], /port (\d+)/);
    cleanups.push(() => server.stop());
    const bus = tcpBus(Number(server.match[1]), "tcp", 4);
    cleanups.push(() => bus.close());

    expect((await bus.read({ unit: 1, function: 3, address: 5, count: 2 })).words).toEqual(Uint16Array.of(1005, 1006));
    const many = Array.from({ length: 50 }, (_, address) => bus.read({ unit: 1, function: 4, address, count: 60 }));
    for (const [index, { words }] of (await Promise.all(many)).entries()) expect(words[59]).toBe(2059 + index);
    expect((await bus.readBits({ unit: 1, function: 2, address: 4, count: 3 })).bits).toEqual([false, true, false]);
    await bus.write({ unit: 1, function: 16, address: 0, words: [1, 2, 3] });
    await bus.write({ unit: 1, function: 6, address: 1, words: [7] });
    await bus.maskWrite({ unit: 1, address: 2, and: 0xfffe, or: 4 });
    const both = await bus.readWrite({ unit: 1, address: 0, count: 4, writeAddress: 3, words: [9] });
    expect(both.words).toEqual(Uint16Array.of(1, 7, 2, 9));
    await expect(bus.read({ unit: 1, function: 3, address: 255, count: 2 })).rejects.toMatchObject({
      code: "MODBUS_EXCEPTION",
    });
  });
});

describe.skipIf(!has("socat"))("a serial line (skipped where socat is not installed)", () => {
  async function line(): Promise<{ near: string; far: string }> {
    const folder = mkdtempSync(join(tmpdir(), "csj-serial-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const [near, far] = [join(folder, "near"), join(folder, "far")];
    const pty = (link: string): string => `pty,raw,echo=0,link=${link}`;
    const socat = await start("socat", ["-d", "-d", pty(near), pty(far)], /starting data transfer loop/);
    cleanups.push(() => socat.stop());
    return { near, far };
  }
  const settings = (path: string) => ({ path, baud: 19_200, parity: "none" as const, stopBits: 1 as const });

  it("carries our client and our server", async () => {
    const { near, far } = await line();
    const { bank, holding } = plant();
    const link = await serialLinks(settings(far)).open();
    const served = serveLink(link, {
      framing: "rtu",
      units: oneUnit(1, bank),
      clock: nodeClock(),
      everyone: () => [bank],
    });
    cleanups.push(() => served.close());
    const bus = new ModbusBus({
      links: serialLinks(settings(near)),
      framing: "rtu",
      clock: nodeClock(),
      timers: nodeTimers,
    });
    cleanups.push(() => bus.close());
    for (let address = 0; address < 10; address += 1) {
      const { words } = await bus.read({ unit: 1, function: 3, address, count: 100 });
      expect(words[99]).toBe(1099 + address);
    }
    await bus.write({ unit: 1, function: 16, address: 0, words: [1, 2] });
    await bus.broadcast({ function: 6, address: 2, words: [3] });
    expect([...holding.slice(0, 3)]).toEqual([1, 2, 3]);
    await expect(bus.read({ unit: 2, function: 3, address: 0, count: 1, timeout: 100 as never })).rejects.toMatchObject(
      {
        code: "MODBUS_TIMEOUT",
      },
    );
    expect((await bus.read({ unit: 1, function: 3, address: 0, count: 1 })).words).toEqual(Uint16Array.of(1));
  });

  it("can be left and taken again at once, but not be had twice", async () => {
    const { near } = await line();
    const links = serialLinks(settings(near));
    for (let round = 0; round < 3; round += 1) (await links.open()).close();
    const link = await links.open();
    cleanups.push(() => link.close());
    await expect(links.open()).rejects.toThrow();
  });

  it.skipIf(!has("mbpoll"))("carries mbpoll and our server", async () => {
    const { near, far } = await line();
    const link = await serialLinks(settings(far)).open();
    const served = serveLink(link, { framing: "rtu", units: oneUnit(1, plant().bank), clock: nodeClock() });
    cleanups.push(() => served.close());
    const args = [
      "-1",
      "-0",
      "-m",
      "rtu",
      "-b",
      "19200",
      "-P",
      "none",
      "-a",
      "1",
      "-t",
      "4",
      "-r",
      "10",
      "-c",
      "2",
      near,
    ];
    expect((await run("mbpoll", args)).stdout).toMatch(/\[10\]:\s+1010\n\[11\]:\s+1011/);
  });

  it("fails by name where there is no such line", async () => {
    const links = serialLinks(settings("/dev/no-such-line"));
    const bus = new ModbusBus({ links, framing: "rtu", clock: nodeClock(), timers: nodeTimers });
    cleanups.push(() => bus.close());
    await expect(bus.read({ unit: 1, function: 3, address: 0, count: 1 })).rejects.toMatchObject({
      code: "MODBUS_LINK",
    });
  });
});
