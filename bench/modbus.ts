/**
 * How fast registers can be read: over TCP against a server in another process, one after another and pipelined, and
 * over a paced serial line. Subjects take turns in rounds, so that whatever else the machine does meets all of them.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Bench, type BenchOptions, median, type Row } from "./bench.ts";
import {
  bareSocket,
  type Client,
  type Connect,
  csj,
  csjSerial,
  jsmodbus,
  modbusSerial,
  modbusSerialSerial,
} from "./modbus-clients.ts";
import { addressOf } from "./modbus-load.ts";
import { idealRead, silence } from "./modbus-pace.ts";
import { openPty } from "./modbus-pty.ts";

const REGISTERS = 60;
const DEPTH = 128;
const ROUNDS = 15;
const ROUND_MS = 120;
const LINE_ROUNDS = 5;
const LINE_ROUND_MS = 220;
const BAUDS = [9_600, 115_200];
const SIZES = [2, 18, 80];
const FULL = 4;
const WARM_UP_MS = 250;

interface Subject {
  readonly name: string;
  /** Reads for about so long; gives reads per second. */
  measure(ms: number): Promise<number>;
  close(): void;
}

async function child(file: string, ...args: string[]): Promise<{ process: ChildProcess; port: number }> {
  const process = fork(new URL(`./${file}.js`, import.meta.url), args);
  const [message] = (await once(process, "message")) as [{ port: number }];
  return { process, port: message.port };
}

async function rate(client: Client, count: number, lanes: number, ms: number): Promise<number> {
  const start = performance.now();
  const end = start + ms;
  let reads = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      await client.read(addressOf(reads), count);
      reads += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return (reads / (performance.now() - start)) * 1_000;
}

async function subject(name: string, connect: Connect, port: number, depth: number, lanes = depth): Promise<Subject> {
  const client = await connect(port, depth);
  return { name, measure: (ms) => rate(client, REGISTERS, lanes, ms), close: () => client.close() };
}

async function limit(port: number, depth: number): Promise<Subject> {
  const socket = await bareSocket(port, depth, REGISTERS);
  const STEP = 20 * depth;
  const measure = async (ms: number): Promise<number> => {
    const start = performance.now();
    let reads = 0;
    for (; performance.now() < start + ms; reads += STEP) await socket.run(STEP, addressOf(reads));
    return (reads / (performance.now() - start)) * 1_000;
  };
  return { name: "socket", measure, close: () => socket.close() };
}

async function rounds(name: string, subjects: readonly Subject[], options: BenchOptions): Promise<Row[]> {
  const found = new Map<string, number[]>(subjects.map((each) => [each.name, []]));
  for (const each of subjects) await each.measure(WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 5 === 0) options.progress(`modbus ${name}: round ${round + 1} of ${ROUNDS}`);
    for (const each of subjects) {
      found.get(each.name)?.push(await each.measure(options.full ? FULL * ROUND_MS : ROUND_MS));
    }
  }
  for (const each of subjects) each.close();
  return subjects.map((each) => ({
    case: name,
    subject: each.name,
    metric: "reads_per_s",
    value: median(found.get(each.name) ?? []),
    unit: "1/s",
  }));
}

async function overTcp(options: BenchOptions): Promise<Row[]> {
  const server = await child("modbus-server");
  const { port } = server;
  const sequential = [
    await subject("csj", csj("tcp"), port, 1),
    await subject("modbus-serial", modbusSerial("tcp"), port, 1),
    await subject("jsmodbus", jsmodbus, port, 1),
    await limit(port, 1),
  ];
  const rows = await rounds("tcp-sequential", sequential, options);
  // modbus-serial is absent here: of reads that are not awaited it answers the last one only.
  const pipelined = [
    await subject("csj", csj("tcp"), port, DEPTH),
    await subject("jsmodbus", jsmodbus, port, DEPTH),
    await limit(port, DEPTH),
  ];
  rows.push(...(await rounds("tcp-pipelined", pipelined, options)));
  server.process.kill();
  return rows;
}

/** What is used of the line: the time that the reads need at least, by the time that they took. */
async function wireUse(client: Client, baud: number, registers: number, ms: number): Promise<number> {
  const start = performance.now();
  let reads = 0;
  for (; performance.now() < start + ms; reads += 1) await client.read(addressOf(reads), registers);
  // The line was free when the first read came, so one of the silences was not waited for.
  return (reads * idealRead(baud, registers) - silence(baud)) / (performance.now() - start);
}

interface Line {
  readonly subject: string;
  readonly client: Client;
  close(): void;
}

async function measureLines(
  name: string,
  baud: number,
  registers: number,
  lines: readonly Line[],
  options: BenchOptions,
) {
  options.progress(`modbus ${name}`);
  const found = lines.map((): number[] => []);
  for (const { client } of lines) await client.read(0, registers);
  for (let round = 0; round < LINE_ROUNDS; round += 1) {
    for (const [index, { client }] of lines.entries()) {
      const ms = options.full ? FULL * LINE_ROUND_MS : LINE_ROUND_MS;
      found[index]!.push(await wireUse(client, baud, registers, ms));
    }
  }
  for (const line of lines) line.close();
  return lines.map(({ subject: who }, index): Row => {
    return { case: name, subject: who, metric: "wire_use", value: median(found[index]!), unit: "1" };
  });
}

async function socketLine(who: string, baud: number, connect: Connect): Promise<Line> {
  const line = await child("modbus-line", String(baud));
  const client = await connect(line.port, 1);
  const close = (): void => {
    client.close();
    line.process.kill();
  };
  return { subject: who, client, close };
}

async function overSerial(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const baud of BAUDS) {
    for (const registers of SIZES) {
      const lines = [
        await socketLine("csj", baud, csj("rtu")),
        await socketLine("modbus-serial", baud, modbusSerial("rtu")),
      ];
      rows.push(...(await measureLines(`rtu-${baud}-${registers}`, baud, registers, lines, options)));
    }
  }
  return rows;
}

type ConnectSerial = (path: string, baud: number) => Promise<Client>;

async function ptyLine(who: string, baud: number, connect: ConnectSerial): Promise<Line | undefined> {
  const pty = await openPty();
  if (pty === undefined) return undefined;
  const line = await child("modbus-line", String(baud), pty.far);
  const client = await connect(pty.near, baud);
  const close = (): void => {
    client.close();
    line.process.kill();
    pty.close();
  };
  return { subject: who, client, close };
}

async function overPty(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const baud of BAUDS) {
    for (const registers of SIZES) {
      const lines = [
        await ptyLine("csj", baud, csjSerial),
        await ptyLine("modbus-serial", baud, modbusSerialSerial),
      ].filter((line) => line !== undefined);
      rows.push(...(await measureLines(`pty-${baud}-${registers}`, baud, registers, lines, options)));
    }
  }
  return rows;
}

/** With --full also on a pty pair, where the client itself keeps the silence between frames. */
const bench: Bench = async (options) => {
  const rows = [...(await overTcp(options)), ...(await overSerial(options))];
  return options.full ? [...rows, ...(await overPty(options))] : rows;
};

export default bench;
