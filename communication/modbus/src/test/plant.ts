/** A device with everything in it, on a real socket or serial line, for clients that we did not write. */
import { linksOf, listenTcp, nodeClock, nodeTimers } from "@csj/runtime/node";
import { oneUnit, type RegisterBank } from "../bank.ts";
import type { Framing } from "../bus.ts";
import { ModbusBus } from "../bus.ts";
import { serveLink } from "../server.ts";

export interface Plant {
  readonly bank: RegisterBank;
  readonly holding: Uint16Array;
  readonly coils: boolean[];
}

const SIZE = 256;
const ILLEGAL_ADDRESS = 2;
const text = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));

/** Holding register n is 1000 + n, input register 2000 + n, every third coil and every fifth input is on. */
export function plant(): Plant {
  const holding = Uint16Array.from({ length: SIZE }, (_, index) => 1_000 + index);
  const coils = Array.from({ length: SIZE }, (_, index) => index % 3 === 0);
  const inside = (address: number, count: number): boolean => address + count <= SIZE;
  const bank: RegisterBank = {
    readHolding: (address, count) =>
      inside(address, count) ? holding.slice(address, address + count) : ILLEGAL_ADDRESS,
    readInput: (address, count) =>
      inside(address, count)
        ? Uint16Array.from({ length: count }, (_, index) => 2_000 + address + index)
        : ILLEGAL_ADDRESS,
    writeHolding: (address, words) => {
      if (!inside(address, words.length)) return ILLEGAL_ADDRESS;
      holding.set(words, address);
      return undefined;
    },
    readCoils: (address, count) => (inside(address, count) ? coils.slice(address, address + count) : ILLEGAL_ADDRESS),
    readDiscrete: (address, count) => Array.from({ length: count }, (_, index) => (address + index) % 5 === 0),
    writeCoils: (address, bits) => {
      if (!inside(address, bits.length)) return ILLEGAL_ADDRESS;
      bits.forEach((bit, index) => {
        coils[address + index] = bit;
      });
      return undefined;
    },
    readFile: (file, record, count) => Uint16Array.from({ length: count }, (_, index) => file * 100 + record + index),
    identification: () => new Map([0, 1, 2, 0x80].map((id) => [id, text(`object ${id}`)])),
  };
  return { bank, holding, coils };
}

export function listenPlant(bank: RegisterBank, framing: Framing, port = 0) {
  return listenTcp("127.0.0.1", port, (link) => {
    serveLink(link, { framing, units: oneUnit(1, bank), timers: nodeTimers, everyone: () => [bank] });
  });
}

export function tcpBus(port: number, framing: Framing, pipeline = 1): ModbusBus {
  const links = linksOf({ kind: "tcp", host: "127.0.0.1", port });
  return new ModbusBus({ links, framing, clock: nodeClock(), timers: nodeTimers, pipeline });
}
