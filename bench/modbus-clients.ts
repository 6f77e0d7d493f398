/** The clients that are compared, each behind the same small face. */

import { once } from "node:events";
import { createRequire } from "node:module";
import { createConnection, type Socket } from "node:net";
import { ModbusBus } from "@csj/modbus";
import type { LinkFactory } from "@csj/runtime";
import { nodeClock, nodeTimers, serialLinks, tcpLinks } from "@csj/runtime/node";
import { check, served, UNIT } from "./modbus-load.ts";

const require = createRequire(import.meta.url);

export interface Client {
  /** Reads and checks. */
  read(address: number, count: number): Promise<void>;
  close(): void;
}

export type Connect = (port: number, depth: number) => Promise<Client>;

export function csj(framing: "tcp" | "rtu"): Connect {
  return async (port, depth) => csjOn(tcpLinks("127.0.0.1", port), framing, depth);
}

export async function csjSerial(path: string, baud: number): Promise<Client> {
  return csjOn(serialLinks({ path, baud, parity: "none", stopBits: 1 }), "rtu", 1);
}

function csjOn(links: LinkFactory, framing: "tcp" | "rtu", depth: number): Client {
  const bus = new ModbusBus({ links, framing, clock: nodeClock(), timers: nodeTimers, pipeline: depth });
  return {
    read: async (address, count) => {
      const { words } = await bus.read({ unit: UNIT, function: 3, address, count });
      check("csj", address, count, words);
    },
    close: () => bus.close(),
  };
}

interface SerialClient {
  connectTCP(host: string, options: { port: number }): Promise<void>;
  connectTelnet(host: string, options: { port: number }): Promise<void>;
  connectRTUBuffered(path: string, options: { baudRate: number }): Promise<void>;
  setID(unit: number): void;
  setTimeout(milliseconds: number): void;
  readHoldingRegisters(address: number, count: number): Promise<{ data: number[] }>;
  close(done: () => void): void;
}

function newModbusSerial(): SerialClient {
  return new (require("modbus-serial") as new () => SerialClient)();
}

export function modbusSerial(framing: "tcp" | "rtu"): Connect {
  return async (port) => {
    const client = newModbusSerial();
    if (framing === "tcp") await client.connectTCP("127.0.0.1", { port });
    else await client.connectTelnet("127.0.0.1", { port });
    return modbusSerialOn(client);
  };
}

export async function modbusSerialSerial(path: string, baud: number): Promise<Client> {
  const client = newModbusSerial();
  await client.connectRTUBuffered(path, { baudRate: baud });
  return modbusSerialOn(client);
}

function modbusSerialOn(client: SerialClient): Client {
  client.setID(UNIT);
  client.setTimeout(5_000);
  return {
    read: async (address, count) => {
      check("modbus-serial", address, count, (await client.readHoldingRegisters(address, count)).data);
    },
    close: () => client.close(() => undefined),
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
const CHUNK_MAX = 65_536;

/** What the server sends for this request, over and over, so that any piece of the stream can be compared at once. */
function answersTo(address: number, count: number): Buffer {
  const answer = Buffer.alloc(HEADER + 2 * count);
  answer.set([0, 1, 0, 0, 0, 3 + 2 * count, UNIT, 3, 2 * count]);
  for (let index = 0; index < count; index += 1) answer.writeUInt16BE(served[address + index]!, HEADER + 2 * index);
  return Buffer.concat(Array<Buffer>(Math.ceil(CHUNK_MAX / answer.length) + 1).fill(answer));
}

/** The limit: the same bytes over the same socket, compared with what they must be, and nothing else. */
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
      const expected = answersTo(address, count);
      let received = 0;
      let asked = depth;
      const listen = (bytes: Buffer): void => {
        const phase = received % answerBytes;
        const before = Math.floor(received / answerBytes);
        received += bytes.length;
        const whole = Math.floor(received / answerBytes);
        const wrong = bytes.compare(expected, phase, phase + bytes.length) !== 0;
        if (wrong || whole >= reads) socket.off("data", listen);
        if (wrong) reject(new Error("the bare socket heard something else"));
        else if (whole >= reads) resolve();
        const more = Math.min(whole - before, reads - asked);
        asked += more;
        if (more > 0 && !wrong) socket.write(more === 1 ? request : Buffer.concat(Array<Buffer>(more).fill(request)));
      };
      socket.on("data", listen);
      socket.write(Buffer.concat(Array<Buffer>(depth).fill(request)));
    });
  return { run, close: () => socket.destroy() };
}
