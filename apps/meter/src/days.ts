/** Where the meter's days and months end, on the clock of its zone. */
import { dateAfter, localDateOf, localDay, type ZoneTable } from "@csj/calendar";
import { Instant } from "@csj/quantity";
import { zoneTableOf } from "@csj/runtime/node";
import { meterErrors } from "./errors.ts";

/** @throws METER_CONFIG_INVALID */
export function zoneOf(id: string): ZoneTable {
  const table = zoneTableOf(id);
  if (table === undefined) throw meterErrors.METER_CONFIG_INVALID(`${id} is not a time zone of this machine.`);
  return table;
}

export interface DayEnd {
  /** UTC ms. */
  readonly end: number;
  /** The day is the last of its month. */
  readonly isMonth: boolean;
}

/** The end of the day in which the instant lies. */
export function dayEndAfter(zone: ZoneTable, at: number): DayEnd {
  const today = localDateOf(zone, Instant(at));
  const isMonth = dateAfter(today).slice(0, 7) !== today.slice(0, 7);
  return { end: localDay(zone, today).to, isMonth };
}
