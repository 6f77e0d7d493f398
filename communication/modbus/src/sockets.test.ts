/** What a real socket does that a wire in memory does not: it closes, comes back, and speaks before it is asked. */
import { createServer, type Server, type Socket } from "node:net";
import { linksOf, tcpLinks } from "@csj/runtime/node";
import { afterEach, expect, it } from "vitest";
import { listenPlant, plant, tcpBus } from "./test/plant.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const read = { unit: 1, function: 3 as const, address: 7, count: 1 };

it("a server that drops the connection and returns is read again", async () => {
  const { bank } = plant();
  const first = await listenPlant(bank, "tcp");
  const bus = tcpBus(first.port, "tcp");
  cleanups.push(() => bus.close());
  expect((await bus.read(read)).words[0]).toBe(1007);
  await first.close();
  await expect(bus.read(read)).rejects.toMatchObject({ code: "MODBUS_LINK" });
  const second = await listenPlant(bank, "tcp", first.port);
  cleanups.push(() => second.close());
  let words: Uint16Array | undefined;
  for (let attempt = 0; attempt < 40 && words === undefined; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    words = await bus.read(read).then(
      (answer) => answer.words,
      () => undefined,
    );
  }
  expect(words?.[0]).toBe(1007);
});

it("nobody listening is told by name, at once for those who ask during the pause", async () => {
  const gone = await listenPlant(plant().bank, "tcp");
  await gone.close();
  const bus = tcpBus(gone.port, "tcp");
  cleanups.push(() => bus.close());
  await expect(bus.read(read)).rejects.toMatchObject({ code: "MODBUS_LINK" });
  await expect(bus.read(read)).rejects.toThrow(/next attempt/);
});

it("bytes that came before anybody listened are handed over, in order", async () => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.write("first ");
    setTimeout(() => socket.end("second"), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => server.close());
  const address = server.address() as { port: number };
  const link = await tcpLinks("127.0.0.1", address.port).open();
  await new Promise((resolve) => setTimeout(resolve, 60));
  let heard = "";
  const closed = new Promise<void>((resolve) => link.onClose(() => resolve()));
  link.onBytes((bytes) => {
    heard += Buffer.from(bytes).toString();
  });
  await closed;
  expect(heard).toBe("first second");
});

it("an address leads to a link", async () => {
  const listener = await listenPlant(plant().bank, "tcp");
  cleanups.push(() => listener.close());
  const link = await linksOf({ kind: "tcp", host: "127.0.0.1", port: listener.port }).open();
  link.close();
});
