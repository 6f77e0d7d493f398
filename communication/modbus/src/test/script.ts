/** A bus whose device is the test: what the bus sends is heard, and what the device says is said by hand. */
import { Instant, Millis } from "@csj/quantity";
import type { ByteLink } from "@csj/runtime";
import { FakeTime, memoryWire } from "@csj/runtime/fake";
import { type BusOptions, ModbusBus } from "../bus.ts";
import { putCrc } from "../crc.ts";

export interface Script {
  readonly bus: ModbusBus;
  readonly time: FakeTime;
  /** Requests as hex, in the order in which they were sent. */
  readonly heard: string[];
  /** Links opened so far. */
  readonly opened: () => number;
  say(hex: string): void;
  /** Moves time and lets everything settle. */
  wait(ms: number): Promise<void>;
  hangUp(): void;
}

export function script(framing: "rtu" | "tcp", options: Partial<BusOptions> = {}): Script {
  const time = new FakeTime(Instant(1_700_000_000_000));
  const heard: string[] = [];
  let device: ByteLink | undefined;
  let opened = 0;
  const open = async (): Promise<ByteLink> => {
    const { a, b } = memoryWire();
    device = b;
    opened += 1;
    b.onBytes((bytes) => heard.push(toHex(bytes)));
    return a;
  };
  const bus = new ModbusBus({ links: { name: "script", open }, framing, clock: time, timers: time, ...options });
  return {
    bus,
    time,
    heard,
    opened: () => opened,
    say: (hex) => device?.send(fromHex(hex)),
    wait: (ms) => time.advance(Millis(ms)),
    hangUp: () => device?.close(),
  };
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

export function fromHex(hex: string): Uint8Array {
  const digits = hex.replaceAll(/\s/g, "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

/** The bytes with their CRC behind them. */
export function rtu(hex: string): string {
  const bytes = fromHex(hex);
  const frame = new Uint8Array(bytes.length + 2);
  frame.set(bytes);
  putCrc(frame, 0, bytes.length);
  return toHex(frame);
}

/** What became of a promise, as text: the words in hex, "done", the error's code, or "waits". */
export async function outcome(promise: Promise<unknown>): Promise<string> {
  const settled = promise.then(
    (answer) => (answer === undefined ? "done" : wordsOf(answer)),
    (error: { code?: string }) => error.code ?? String(error),
  );
  for (let round = 0; round < 64; round += 1) await Promise.resolve();
  return Promise.race([settled, Promise.resolve("waits")]);
}

function wordsOf(answer: unknown): string {
  return [...(answer as { words: Uint16Array }).words].map((word) => word.toString(16)).join(" ");
}
