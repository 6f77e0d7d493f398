/** A week's events, counted into the tables of EN 50160. It sets no limit on their number, so they fail nothing. */
import { cellOf, dipTable, type EventTable, swellTable } from "../event/classes.ts";
import type { VoltageEvent } from "../event/event.ts";

/** Longer interruptions are long ones. Unverified. */
const SHORT_INTERRUPTION_SECONDS = 180;

export interface EventCounts {
  /** By row and column of `dipTable` and `swellTable`. */
  readonly dips: readonly (readonly number[])[];
  readonly swells: readonly (readonly number[])[];
  /** Dips and swells that their table does not hold: shorter than half a cycle, longer than a minute. */
  readonly outsideTables: number;
  readonly shortInterruptions: number;
  readonly longInterruptions: number;
  /** Of all, those that the stream broke off: they lasted at least as long as they are counted. */
  readonly truncated: number;
}

export class EventTables {
  readonly #dips = emptyTable(dipTable);
  readonly #swells = emptyTable(swellTable);
  #outsideTables = 0;
  #shortInterruptions = 0;
  #longInterruptions = 0;
  #truncated = 0;

  take(event: VoltageEvent): void {
    if (event.truncated) this.#truncated++;
    if (event.kind !== "interruption") this.#takeIntoTable(event);
    else if (event.seconds > SHORT_INTERRUPTION_SECONDS) this.#longInterruptions++;
    else this.#shortInterruptions++;
  }

  counts(): EventCounts {
    return {
      dips: this.#dips.map((row) => [...row]),
      swells: this.#swells.map((row) => [...row]),
      outsideTables: this.#outsideTables,
      shortInterruptions: this.#shortInterruptions,
      longInterruptions: this.#longInterruptions,
      truncated: this.#truncated,
    };
  }

  #takeIntoTable(event: VoltageEvent): void {
    const cell = cellOf(event);
    const row = cell && (event.kind === "dip" ? this.#dips : this.#swells)[cell.row];
    if (row === undefined) this.#outsideTables++;
    else row[cell!.column] = row[cell!.column]! + 1;
  }
}

function emptyTable(table: EventTable): number[][] {
  return Array.from({ length: table.parts.length - 1 }, () => table.seconds.map(() => 0));
}
