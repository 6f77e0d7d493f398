/**
 * Serves devices over Modbus: each on its own TCP port, on a serial line, or on a wire in memory. The plant is brought to
 * the moment of the request before it is answered, where the server is given the time; otherwise its owner moves it.
 */
import { oneUnit, type RegisterBank, serveLink } from "@csj/modbus";
import type { Instant } from "@csj/quantity";
import type { ByteLink, LinkFactory, Timers } from "@csj/runtime";
import { memoryWire } from "@csj/runtime/fake";
import { type Listener, listenTcp, type SerialSettings, serialLinks } from "@csj/runtime/node";
import type { WorldDevice } from "./devices/device.ts";
import { ILLEGAL_FUNCTION } from "./devices/image.ts";
import { worldErrors } from "./errors.ts";
import { faultFilter } from "./wire-faults.ts";
import type { World } from "./world.ts";

export interface ServeDeviceOptions {
  readonly framing?: "tcp" | "rtu";
  /** Without timers a device answers at once: no latency, and a slow one is as fast as the others. */
  readonly timers?: Timers;
  /** Called before each request is answered, to bring the plant to that moment. */
  readonly before?: () => void;
}

/** Serves one device on a link that is open already. */
export function serveDevice(device: WorldDevice, link: ByteLink, options: ServeDeviceOptions = {}): void {
  const framing = options.framing ?? "tcp";
  serveLink(link, {
    framing,
    units: oneUnit(device.unit, bankOf(device, options.before)),
    filter: faultFilter(device, framing),
    ...(options.timers === undefined ? {} : { timers: options.timers }),
  });
}

/** Our end of a new wire in memory with the device on its other end. */
export function memoryAccess(device: WorldDevice, options: ServeDeviceOptions = {}): ByteLink {
  const { a, b } = memoryWire();
  serveDevice(device, b, options);
  return a;
}

/** The same as a factory, for a bus that opens its link again after a failure. */
export function memoryLinks(device: WorldDevice, options: ServeDeviceOptions = {}): LinkFactory {
  return {
    name: `memory:${device.id}`,
    open: async () => {
      if (device.fault === "cut") throw new Error(`the line to ${device.id} is cut`);
      return memoryAccess(device, options);
    },
  };
}

export interface ServeWorldOptions {
  readonly host: string;
  /** The first device's port; the others follow. 0 takes free ones. */
  readonly firstPort: number;
  readonly timers: Timers;
  /** Simulated time; where it is absent, the owner advances the world. */
  readonly now?: () => Instant;
}

export interface ServedWorld {
  /** `tcp://127.0.0.1:5020`, by device id. */
  readonly addresses: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

export async function serveWorld(world: World, options: ServeWorldOptions): Promise<ServedWorld> {
  const { host, firstPort, timers, now } = options;
  const before = now === undefined ? undefined : () => world.advance(now());
  const addresses = new Map<string, string>();
  const listeners: Listener[] = [];
  const close = async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  for (const [index, device] of world.devices.entries()) {
    const accept = (link: ByteLink) => {
      if (device.fault === "cut") link.close();
      else serveDevice(device, link, { timers, ...(before && { before }) });
    };
    const port = firstPort === 0 ? 0 : firstPort + index;
    const listener = await listenTcp(host, port, accept).catch(async (cause: unknown) => {
      await close();
      throw worldErrors.WORLD_PORT_TAKEN(`Port ${port} on ${host} cannot be had for ${device.id}.`, undefined, cause);
    });
    listeners.push(listener);
    addresses.set(device.id, `tcp://${host}:${listener.port}`);
  }
  return { addresses, close };
}

export interface ServeSerialOptions extends SerialSettings {
  readonly timers: Timers;
  /** How fast simulated time runs; a line of real bytes carries 1 only. */
  readonly speed: number;
  readonly before?: () => void;
}

/** Plays one device on a serial line until the line or `close` ends it. */
export async function serveSerial(device: WorldDevice, options: ServeSerialOptions): Promise<{ close(): void }> {
  const { timers, speed, before, ...settings } = options;
  if (speed !== 1) {
    throw worldErrors.WORLD_SERIAL_SPEED(`${device.id} cannot be served on ${settings.path} at speed ${speed}.`);
  }
  const link = await serialLinks(settings).open();
  serveDevice(device, link, { framing: "rtu", timers, ...(before && { before }) });
  return { close: () => link.close() };
}

/** The registers as the server asks for them. A device that does not answer does not take a write either. */
function bankOf(device: WorldDevice, before: () => void = () => {}): RegisterBank {
  const after =
    <Args extends readonly unknown[], Answer>(answer: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      before();
      return answer(...args);
    };
  return {
    readHolding: after((address: number, count: number) => device.readHolding(address, count)),
    readInput: after((address: number, count: number) => device.readInput(address, count)),
    writeHolding: after((address: number, words: ArrayLike<number>) =>
      device.answers ? device.writeHolding(address, words) : undefined,
    ),
    readCoils: after((address: number, count: number) => device.readCoils?.(address, count) ?? ILLEGAL_FUNCTION),
    readDiscrete: after((address: number, count: number) => device.readDiscrete?.(address, count) ?? ILLEGAL_FUNCTION),
    writeCoils: after((address: number, bits: readonly boolean[]) => {
      if (device.writeCoils === undefined) return ILLEGAL_FUNCTION;
      return device.answers ? device.writeCoils(address, bits) : undefined;
    }),
    latency: () => device.latency,
  };
}
