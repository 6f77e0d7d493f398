/** The clients that are compared, each behind the same small face. */

import { once } from "node:events";
import { createRequire } from "node:module";
import { createConnection, type Socket } from "node:net";
import { ModbusBus } from "@csj/modbus";
import { nodeClock, nodeTimers, tcpLinks } from "@csj/runtime/node";
import { check, UNIT } from "./modbus-load.ts";

const require = createRequire(import.meta.url);

export interface Client {
  /** Reads and checks. */
  read(address: number, count: number): Promise<void>;
  close(): void;
}

export type Connect = (port: number, depth: number) => Promise<Client>;

export function csj(framing: "tcp" | "rtu"): Connect {
  return async (port, depth) => {
    const links = tcpLinks("127.0.0.1", port);
    const bus = new ModbusBus({ links, framing, clock: nodeClock(), timers: nodeTimers, pipeline: depth });
    return {
      read: async (address, count) => {
        const { words } = await bus.read({ unit: UNIT, function: 3, address, count });
        check("csj", address, count, words);
      },
      close: () => bus.close(),
    };
  };
}

interface SerialClient {
  connectTCP(host: string, options: { port: number }): Promise<void>;
  connectTelnet(host: string, options: { port: number }): Promise<void>;
  setID(unit: number): void;
  setTimeout(milliseconds: number): void;
  readHoldingRegisters(address: number, count: number): Promise<{ data: number[] }>;
  close(done: () => void): void;
}

export function modbusSerial(framing: "tcp" | "rtu"): Connect {
  return async (port) => {
    const client = new (require("modbus-serial") as new () => SerialClient)();
    if (framing === "tcp") await client.connectTCP("127.0.0.1", { port });
    else await client.connectTelnet("127.0.0.1", { port });
    client.setID(UNIT);
    client.setTimeout(5_000);
    return {
      read: async (address, count) => {
        check("modbus-serial", address, count, (await client.readHoldingRegisters(address, count)).data);
      },
      close: () => client.close(() => undefined),
    };
  };
}

interface JsmodbusClient {
  readHoldingRegisters(address: number, count: number): Promise<{ response: { body: { valuesAsArray: number[] } } }>;
}

export const jsmodbus: Connect = async (port) => {
  const { client: clients } = require("jsmodbus") as {
    client: { TCP: new (socket: Socket, unit: number, timeout: number) => JsmodbusClient };
  };
  const socket = createConnection({ host: "127.0.0.1", port, noDelay: true });
  const client = new clients.TCP(socket, UNIT, 5_000);
  await once(socket, "connect");
  return {
    read: async (address, count) => {
      const { response } = await client.readHoldingRegisters(address, count);
      check("jsmodbus", address, count, response.body.valuesAsArray);
    },
    close: () => socket.destroy(),
  };
};

const HEADER = 9;

/** The limit: the same bytes over the same socket, with nothing that Modbus needs except the comparison of one word. */
export async function bareSocket(port: number, depth: number, count: number) {
  const socket = createConnection({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  const answerBytes = HEADER + 2 * count;
  const requestOf = (address: number): Buffer =>
    Buffer.from([0, 1, 0, 0, 0, 6, UNIT, 3, address >> 8, address & 0xff, count >> 8, count & 0xff]);

  /** `reads` reads, `depth` in flight; resolves when the last answer is there. */
  const run = (reads: number, address: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = requestOf(address);
      const batch = Buffer.concat(Array<Buffer>(depth).fill(request));
      let received = 0;
      let asked = depth;
      socket.write(batch);
      socket.on("data", function listen(bytes: Buffer) {
        const before = Math.floor(received / answerBytes);
        received += bytes.length;
        const whole = Math.floor(received / answerBytes);
        if (whole >= reads) {
          socket.off("data", listen);
          if (received === reads * answerBytes) resolve();
          else reject(new Error("the bare socket heard more than it asked for"));
          return;
        }
        const more = Math.min(whole - before, reads - asked);
        asked += more;
        if (more > 0) socket.write(more === 1 ? request : Buffer.concat(Array<Buffer>(more).fill(request)));
      });
    });
  return { run, close: () => socket.destroy() };
}
