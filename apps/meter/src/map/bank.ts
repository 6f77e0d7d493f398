/** The meter as a Modbus server asks for it. Functions 3 and 4 read the same registers. */
import type { RegisterBank } from "@csj/modbus";
import type { Filed } from "./files.ts";
import { readFile } from "./files.ts";
import { type Row, sizes, wordsOf } from "./row.ts";
import type { Shown } from "./shown.ts";
import { SUNSPEC_BASE, type SunspecChain } from "./sunspec.ts";
import { areas } from "./table.ts";
import { type WriteActions, writeRegisters } from "./writes.ts";

const ILLEGAL_ADDRESS = 2;

interface Area {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly Row[];
}

const endOf = (row: Row): number => row.at + sizes[row.type];
const placed: readonly Area[] = areas.map((rows) => ({
  from: Math.min(...rows.map(({ at }) => at)),
  to: Math.max(...rows.map(endOf)),
  rows,
}));

export interface BankParts {
  readonly show: () => Shown;
  readonly sunspec: SunspecChain;
  readonly files: readonly Filed[];
  readonly actions: WriteActions;
  readonly identification: ReadonlyMap<number, Uint8Array>;
  readonly coils?: Pick<RegisterBank, "readCoils" | "writeCoils">;
}

export function bankOf({ show, sunspec, files, actions, identification, coils }: BankParts): RegisterBank {
  const read = (address: number, count: number): Uint16Array | number => {
    const inChain = address >= SUNSPEC_BASE && address + count <= SUNSPEC_BASE + sunspec.length;
    if (inChain) return sunspec.read(show(), address, count);
    const area = placed.find(({ from, to }) => address >= from && address + count <= to);
    return area === undefined ? ILLEGAL_ADDRESS : wordsIn(area, show(), address, count);
  };
  return {
    readHolding: read,
    readInput: read,
    writeHolding: (address, words) => writeRegisters(actions, address, words),
    readFile: (file, record, count) => readFile(files, file, record, count),
    identification: () => identification,
    ...coils,
  };
}

function wordsIn({ rows }: Area, shown: Shown, address: number, count: number): Uint16Array {
  const words = new Uint16Array(count);
  for (const row of rows) {
    if (row.at >= address + count || endOf(row) <= address) continue;
    const view = wordsOf(row.type, row.of(shown));
    for (let word = 0; word < sizes[row.type]; word += 1) {
      const place = row.at + word - address;
      if (place >= 0 && place < count) words[place] = view.getUint16(2 * word);
    }
  }
  return words;
}
