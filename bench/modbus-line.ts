/**
 * A serial server with one device behind it, in a process of its own: RTU frames on a TCP socket, paced as the baud
 * wants. It keeps the 3.5 characters of silence on the line itself, as serial servers do, so no client gains by asking too
 * early; the time between an answer's last byte and the next request is all that a client can lose. Arguments: the baud,
 * and the path of a serial line where it is to be on one instead of a socket.
 */
import { createServer } from "node:net";
import type { Duplex } from "node:stream";
import { crc16, crcHolds } from "@csj/modbus";
import { served } from "./modbus-load.ts";
import { BITS, LATENCY_MS, silence } from "./modbus-pace.ts";

const baud = Number(process.argv[2]);
const path = process.argv[3];
const REQUEST_BYTES = 8;
/** A timer can be wrong by this much; the rest is passed in turns. */
const TIMER_ERROR_MS = 2;

const perCharacter = (BITS / baud) * 1_000;
let lineFreeAt = 0;

async function until(moment: number): Promise<void> {
  for (let left = moment - performance.now(); left > 0; left = moment - performance.now()) {
    if (left > TIMER_ERROR_MS) await new Promise((resolve) => setTimeout(resolve, left - TIMER_ERROR_MS));
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

function answerTo(request: Buffer): Buffer {
  const address = request.readUInt16BE(2);
  const count = request.readUInt16BE(4);
  const answer = Buffer.alloc(5 + 2 * count);
  answer.set([request[0]!, 3, 2 * count]);
  for (let index = 0; index < count; index += 1) answer.writeUInt16BE(served[address + index]!, 3 + 2 * index);
  answer.writeUInt16LE(crc16(answer, 0, answer.length - 2), answer.length - 2);
  return answer;
}

/** The device, on anything that bytes come from and go to. */
function serve(wire: Duplex): void {
  let waiting = Buffer.alloc(0);
  wire.on("data", (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes]);
    if (waiting.length < REQUEST_BYTES) return;
    const request = waiting.subarray(0, REQUEST_BYTES);
    waiting = waiting.subarray(REQUEST_BYTES);
    if (!crcHolds(request, 0, REQUEST_BYTES)) return;
    const start = Math.max(performance.now(), lineFreeAt);
    const answer = answerTo(request);
    const answered = start + REQUEST_BYTES * perCharacter + silence(baud) + LATENCY_MS + answer.length * perCharacter;
    lineFreeAt = answered + silence(baud);
    void until(answered).then(() => wire.write(answer));
  });
  wire.on("error", () => wire.destroy());
}

async function onSerial(path: string): Promise<void> {
  const { SerialPort } = await import("serialport");
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(error)));
  });
  serve(port);
  process.send?.({ port: 0 });
}

function onSocket(): void {
  const server = createServer({ noDelay: true }, serve);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) process.send?.({ port: address.port });
  });
}

process.once("disconnect", () => process.exit(0));
if (path === undefined) onSocket();
else await onSerial(path);
