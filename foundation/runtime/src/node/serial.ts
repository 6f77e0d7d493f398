/**
 * Serial lines as byte links. The line keeps the silent interval of Modbus over Serial Line V1.02, clause 2.5.1.1: 3.5
 * characters between two frames, 1.75 ms above 19,200 baud. Timers are a millisecond coarse, which at 115,200 baud would
 * cost a fifth of the line, so the last part of the interval is passed in turns of the event loop.
 *
 * The library is loaded when a line is opened: who speaks TCP only needs no native code.
 */
import type { SerialPort } from "serialport";
import type { ByteLink, LinkFactory } from "../ports.ts";

export interface SerialSettings {
  readonly path: string;
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

const DATA_BITS = 8;
const SILENT_CHARACTERS = 3.5;
const FIXED_ABOVE_BAUD = 19_200;
const FIXED_SILENCE_MS = 1.75;
/** What is left of a pause is passed in turns once it is shorter than a timer can be wrong. */
const TIMER_ERROR_MS = 1.5;

export function serialLinks(settings: SerialSettings): LinkFactory {
  const { path, baud, parity, stopBits } = settings;
  // The kernel lets nobody in before the last user of the line has left it, and leaving takes a moment.
  let left: Promise<void> = Promise.resolve();
  return {
    name: `serial:${path}`,
    open: async () => {
      await left;
      const { SerialPort: Port } = await import("serialport");
      const port = new Port({ path, baudRate: baud, dataBits: DATA_BITS, parity, stopBits, autoOpen: false });
      await new Promise<void>((resolve, reject) => {
        port.open((error) => (error === null ? resolve() : reject(error)));
      });
      return serialLink(port, settings, (closing) => {
        left = closing;
      });
    },
  };
}

/** Milliseconds that one character takes: a start bit, eight data bits, parity where there is one, stop bits. */
export function characterTime({ baud, parity, stopBits }: SerialSettings): number {
  return ((1 + DATA_BITS + (parity === "none" ? 0 : 1) + stopBits) / baud) * 1_000;
}

export function silentInterval(settings: SerialSettings): number {
  return settings.baud > FIXED_ABOVE_BAUD ? FIXED_SILENCE_MS : SILENT_CHARACTERS * characterTime(settings);
}

function serialLink(port: SerialPort, settings: SerialSettings, leaving: (closing: Promise<void>) => void): ByteLink {
  const silence = silentInterval(settings);
  const perCharacter = characterTime(settings);
  let busyUntil = 0;
  let last: Promise<void> | undefined;
  let failure: Error | undefined;
  port.on("error", (error) => {
    failure = error;
  });

  const write = (bytes: Uint8Array): void => {
    if (!port.isOpen) return;
    port.write(bytes);
    busyUntil = performance.now() + bytes.length * perCharacter;
  };
  const writeAfterSilence = async (bytes: Uint8Array): Promise<void> => {
    await last;
    await until(() => busyUntil + silence);
    write(bytes);
  };

  return {
    send: (bytes) => {
      if (last === undefined && performance.now() >= busyUntil + silence) return write(bytes);
      const mine = writeAfterSilence(bytes).finally(() => {
        if (last === mine) last = undefined;
      });
      last = mine;
    },
    onBytes: (listener) =>
      void port.on("data", (bytes: Uint8Array) => {
        busyUntil = performance.now();
        listener(bytes);
      }),
    onClose: (listener) =>
      void port.once("close", (error: Error | null | undefined) => listener(failure ?? error ?? undefined)),
    close: () => {
      if (port.isOpen) leaving(new Promise((resolve) => port.close(() => resolve())));
    },
  };
}

async function until(moment: () => number): Promise<void> {
  for (let left = moment() - performance.now(); left > 0; left = moment() - performance.now()) {
    if (left > TIMER_ERROR_MS) await new Promise((resolve) => setTimeout(resolve, left - TIMER_ERROR_MS));
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
