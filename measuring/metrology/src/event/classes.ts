/**
 * The tables into which dips and swells are counted: by residual voltage and duration, as EN 50160 and the UNIPEDE survey
 * do. `verified: false`: the limits are from memory of the standard.
 */
import type { VoltageEvent } from "./event.ts";

export interface EventTable {
  readonly source: string;
  readonly verified: boolean;
  /** Upper end of each column, s, the last one included; an event shorter than `shortest` is in none. */
  readonly shortest: number;
  readonly seconds: readonly number[];
  /** Parts of the reference voltage: row k of a dip table lies below `parts[k]`, down to `parts[k + 1]`. */
  readonly parts: readonly number[];
}

const SHORTEST_SECONDS = 0.01;

export const dipTable: EventTable = {
  source: "EN 50160:2010, Table 2",
  verified: false,
  shortest: SHORTEST_SECONDS,
  seconds: [0.2, 0.5, 1, 5, 60],
  parts: [0.9, 0.8, 0.7, 0.4, 0.05, 0],
};

export const swellTable: EventTable = {
  source: "EN 50160:2010, Table 5",
  verified: false,
  shortest: SHORTEST_SECONDS,
  seconds: [0.5, 5, 60],
  parts: [Number.POSITIVE_INFINITY, 1.2, 1.1],
};

export interface EventCell {
  readonly row: number;
  readonly column: number;
}

/** Cell of a dip or swell; undefined for one that its table does not hold (too short, over a minute, another kind). */
export function cellOf(event: Pick<VoltageEvent, "kind" | "part" | "seconds">): EventCell | undefined {
  if (event.kind === "interruption") return undefined;
  const table = event.kind === "dip" ? dipTable : swellTable;
  const column = event.seconds < table.shortest ? -1 : table.seconds.findIndex((end) => event.seconds <= end);
  const row = rowOf(event, table.parts);
  return row < 0 || column < 0 ? undefined : { row, column };
}

/** The lower end of a row belongs to it: 80 % of the declared voltage is in 90 > u >= 80. */
function rowOf({ kind, part }: Pick<VoltageEvent, "kind" | "part">, parts: readonly number[]): number {
  for (let row = 0; row + 1 < parts.length; row++) {
    const upper = parts[row]!;
    const lower = parts[row + 1]!;
    if (kind === "dip" ? part < upper && part >= lower : part >= lower && part < upper) return row;
  }
  return -1;
}
