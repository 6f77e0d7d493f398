/** Where the meter's days and months end: the platform's zone table, asked once a day and never while measuring. */
import { Instant } from "@csj/quantity";

export interface DayEnd {
  /** UTC ms. */
  readonly end: number;
  /** The day is the last of its month. */
  readonly isMonth: boolean;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The longest civil day, with two hours for what zones do. */
const HOURS_MAX = 27;

/** The end of the day in which the instant lies. Zones change at whole minutes since 1972, so minutes are looked at. */
export function dayEndAfter(zone: string, at: number): DayEnd {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const dateOf = (instant: number) => format.format(Instant(instant));
  const today = dateOf(at);
  let same = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  for (let hours = 0; hours < HOURS_MAX && dateOf(same + HOUR_MS) === today; hours += 1) same += HOUR_MS;
  while (dateOf(same) === today) same += MINUTE_MS;
  return { end: same, isMonth: dateOf(same).slice(0, 7) !== today.slice(0, 7) };
}
