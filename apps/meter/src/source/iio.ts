/**
 * A Linux Industrial I/O device with a buffer: the folder in sysfs says which channels there are and how a scan is laid out
 * (`scan_elements/in_NAME_type`, as `be:s24/32>>8`), the character device gives the scans. The kernel's own triggered
 * buffer does the sampling; here scans are only read. A scan has no number, so samples that an overrun of the kernel's
 * buffer drops are not seen: the buffer is made long.
 */
import { createReadStream, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import type { Calibration, ChannelId, Layout } from "@csj/metrology";
import type { IioSource as IioConfig } from "../config/schema.ts";
import { meterErrors } from "../errors.ts";
import type { SampleSink, SampleSource } from "./source.ts";
import { follow, type StreamParts, stamper } from "./stream.ts";

export interface ScanElement {
  readonly index: number;
  /** In bytes, within the scan. */
  readonly at: number;
  readonly bytes: number;
  readonly bits: number;
  readonly shift: number;
  readonly bigEndian: boolean;
  readonly signed: boolean;
}

const TYPE = /^(be|le):([su])(\d+)\/(\d+)>>(\d+)$/;
const BUFFER_SECONDS = 2;
const WIDTHS: readonly number[] = [8, 16, 32];

export class IioSource implements SampleSource {
  readonly layout: Layout;
  readonly calibration: Calibration;
  readonly #parts: StreamParts;
  readonly #config: IioConfig;
  #stream: Readable | undefined;

  constructor(parts: StreamParts, config: IioConfig) {
    this.layout = parts.layout;
    this.calibration = parts.calibration;
    this.#parts = parts;
    this.#config = config;
  }

  /** @throws METER_SOURCE_REFUSED */
  start(sink: SampleSink): void {
    const { device, channels } = this.#config;
    const names = this.layout.channels.map((id) => nameOf(channels, id));
    this.#enable(names);
    const { elements, bytes } = scanLayout(device, names);
    const stream = createReadStream(this.#config.buffer ?? `/dev/${basename(device).replace("iio", "iio:")}`);
    this.#stream = stream;
    const scans = new ScanReader(elements, bytes, sink);
    const stamp = stamper(this.#parts.deps.clock, sink);
    follow(stream, device, sink, (piece) => stamp(scans.push(piece)));
  }

  stop(): void {
    this.#stream?.destroy();
    this.#write("buffer/enable", "0");
  }

  #enable(names: readonly string[]): void {
    this.#write("buffer/enable", "0");
    for (const name of names) this.#write(`scan_elements/in_${name}_en`, "1");
    this.#write("buffer/length", String(BUFFER_SECONDS * this.layout.rate));
    this.#write("buffer/enable", "1");
  }

  #write(path: string, text: string): void {
    const file = join(this.#config.device, path);
    if (!existsSync(file)) throw meterErrors.METER_SOURCE_REFUSED(`There is no ${file}.`, { file });
    writeFileSync(file, text);
  }
}

function nameOf(channels: IioConfig["channels"], id: ChannelId): string {
  const found = Object.entries(channels).find(([, place]) => place === id);
  if (found !== undefined) return found[0];
  throw meterErrors.METER_SOURCE_REFUSED(`No channel of the device is named for ${id}.`);
}

/** Elements lie in the order of their index, each at a multiple of its own size (iio documentation, "Buffers"). */
export function scanLayout(device: string, names: readonly string[]): { elements: ScanElement[]; bytes: number } {
  const read = (name: string, what: string) => {
    const file = join(device, "scan_elements", `in_${name}_${what}`);
    if (!existsSync(file)) throw meterErrors.METER_SOURCE_REFUSED(`There is no ${file}.`, { file });
    return readFileSync(file, "utf8").trim();
  };
  const unplaced = names.map((name) => ({
    name,
    index: Number(read(name, "index")),
    ...typeOf(read(name, "type"), name),
  }));
  let end = 0;
  const placed = new Map<string, ScanElement>();
  for (const { name, ...element } of [...unplaced].sort((one, other) => one.index - other.index)) {
    const at = Math.ceil(end / element.bytes) * element.bytes;
    placed.set(name, { ...element, at });
    end = at + element.bytes;
  }
  const widest = Math.max(...unplaced.map(({ bytes }) => bytes));
  return { elements: names.map((name) => placed.get(name)!), bytes: Math.ceil(end / widest) * widest };
}

function typeOf(text: string, name: string): Omit<ScanElement, "at" | "index"> {
  const [, order, sign, bits, storage, shift] = TYPE.exec(text) ?? [];
  if (storage === undefined || !WIDTHS.includes(Number(storage))) {
    throw meterErrors.METER_SOURCE_REFUSED(`The type "${text}" of ${name} cannot be read.`);
  }
  const numbers = { bytes: Number(storage) / 8, bits: Number(bits), shift: Number(shift) };
  return { ...numbers, bigEndian: order === "be", signed: sign === "s" };
}

/** Bytes in pieces of any length to frames; half a scan waits for its rest. */
class ScanReader {
  readonly #elements: readonly ScanElement[];
  readonly #bytes: number;
  readonly #sink: SampleSink;
  #rest: Uint8Array = new Uint8Array(0);
  #next = 0;

  constructor(elements: readonly ScanElement[], bytes: number, sink: SampleSink) {
    this.#elements = elements;
    this.#bytes = bytes;
    this.#sink = sink;
  }

  /** Gives the number of the sample behind the last one. */
  push(piece: Uint8Array): number {
    const all = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const count = Math.floor(all.length / this.#bytes);
    const samples = new Int32Array(count * this.#elements.length);
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    this.#elements.forEach((element, place) => {
      for (let n = 0; n < count; n += 1) {
        samples[n * this.#elements.length + place] = countAt(view, n * this.#bytes + element.at, element);
      }
    });
    this.#rest = all.slice(count * this.#bytes);
    if (count > 0) this.#sink.frame({ first: this.#next, samples });
    this.#next += count;
    return this.#next;
  }
}

function countAt(view: DataView, at: number, { bytes, bits, shift, bigEndian, signed }: ScanElement): number {
  const raw =
    bytes === 4 ? view.getUint32(at, !bigEndian) : bytes === 2 ? view.getUint16(at, !bigEndian) : view.getUint8(at);
  const unused = 32 - bits;
  const left = (raw >>> shift) << unused;
  // An unsigned converter of 32 bits would not fit a signed count; those that exist have 24 at the most.
  return signed ? left >> unused : left >>> unused;
}
