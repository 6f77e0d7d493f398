/** Where a bus is, as a person writes it. */
import { errors } from "./errors.ts";

export interface TcpAddress {
  readonly kind: "tcp";
  readonly framing: "tcp" | "rtu";
  readonly host: string;
  readonly port: number;
}

export interface SerialAddress {
  readonly kind: "serial";
  readonly framing: "rtu";
  readonly path: string;
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

export type BusAddress = TcpAddress | SerialAddress;

const MODBUS_TCP_PORT = 502;
const BAUD_DEFAULT = 9_600;
const BAUD_MAX = 4_000_000;

export function parseBusAddress(text: string): BusAddress {
  const tcp = /^(rtu\+tcp|tcp):\/\/(\[[0-9A-Fa-f:.]+\]|[^\s:/?#[\]]+)(?::(\d+))?\/?$/.exec(text);
  if (tcp !== null) return tcpAddress(text, tcp[1]!, tcp[2]!, tcp[3]);
  const serial = /^serial:([^?#]+)(?:\?(.*))?$/.exec(text);
  if (serial !== null) return serialAddress(text, serial[1]!, serial[2] ?? "");
  throw wrong(text, "it is neither a TCP nor a serial address");
}

/** The address as `parseBusAddress` takes it. */
export function formatBusAddress(address: BusAddress): string {
  if (address.kind === "serial") {
    const { path, baud, parity, stopBits } = address;
    return `serial:${path}?baud=${baud}&parity=${parity}&stop=${stopBits}`;
  }
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.framing === "rtu" ? "rtu+tcp" : "tcp"}://${host}:${address.port}`;
}

function tcpAddress(text: string, scheme: string, host: string, digits: string | undefined): TcpAddress {
  const port = digits === undefined ? MODBUS_TCP_PORT : Number(digits);
  if (port < 1 || port > 65_535) throw wrong(text, `port ${digits} is not 1 to 65535`);
  const bare = host.startsWith("[") ? host.slice(1, -1) : host;
  return { kind: "tcp", framing: scheme === "tcp" ? "tcp" : "rtu", host: bare, port };
}

function serialAddress(text: string, path: string, query: string): SerialAddress {
  const settings = new Map<string, string>();
  for (const part of query.split("&").filter((piece) => piece !== "")) {
    const [name = "", value = ""] = part.split("=", 2);
    if (name !== "baud" && name !== "parity" && name !== "stop") throw wrong(text, `it does not know "${name}"`);
    settings.set(name, value);
  }
  const baud = Number(settings.get("baud") ?? BAUD_DEFAULT);
  if (!Number.isInteger(baud) || baud < 1 || baud > BAUD_MAX)
    throw wrong(text, `baud "${settings.get("baud")}" is no baud`);
  const parity = settings.get("parity") ?? "none";
  if (parity !== "none" && parity !== "even" && parity !== "odd")
    throw wrong(text, `parity "${parity}" is not none, even or odd`);
  const stop = settings.get("stop") ?? "1";
  if (stop !== "1" && stop !== "2") throw wrong(text, `stop "${stop}" is not 1 or 2`);
  return { kind: "serial", framing: "rtu", path, baud, parity, stopBits: stop === "1" ? 1 : 2 };
}

function wrong(text: string, why: string): Error {
  return errors.MODBUS_ADDRESS(`"${text}" is no bus address: ${why}.`);
}
