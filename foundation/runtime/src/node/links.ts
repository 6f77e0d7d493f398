/** From a parsed bus address to the links that lead there. */
import type { LinkFactory } from "../ports.ts";
import { type SerialSettings, serialLinks } from "./serial.ts";
import { tcpLinks } from "./tcp.ts";

/** The part of @csj/modbus' `BusAddress` that a machine needs. */
export type LinkAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | ({ readonly kind: "serial" } & SerialSettings);

export function linksOf(address: LinkAddress): LinkFactory {
  return address.kind === "tcp" ? tcpLinks(address.host, address.port) : serialLinks(address);
}
