/**
 * Zone tables from the platform's tzdata, for the pure code that has none. An offset is asked for once a week and a
 * change is then found to the second, so a zone costs some 15 ms once.
 */
import type { OffsetChange, ZoneTable } from "@csj/calendar";
import { Instant } from "@csj/quantity";

const FROM = Date.UTC(2000, 0);
const TO = Date.UTC(2050, 0);
const WEEK_MS = 7 * 86_400_000;

/** Undefined where the platform does not know the zone. */
export function zoneTableOf(id: string): ZoneTable | undefined {
  const format = formatOf(id);
  if (format === undefined) return undefined;
  const offset = offsetsOf(format);
  const changes: OffsetChange[] = [];
  let before = offset(FROM);
  for (let at = FROM; at < TO; at += WEEK_MS) {
    const after = offset(at + WEEK_MS);
    if (after === before) continue;
    const change = findChange(offset, at, at + WEEK_MS);
    changes.push({ at: Instant(change), offset: offset(change) });
    before = after;
  }
  return { id, tzdata: process.versions["tz"] ?? "unknown", firstOffset: offset(FROM), changes };
}

/** The first second of `to`'s offset. */
function findChange(offset: (at: number) => number, from: number, to: number): number {
  const wanted = offset(to);
  let [low, high] = [from, to];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offset(middle) === wanted) high = middle;
    else low = middle;
  }
  return high;
}

/** Seconds east of UTC, from the text `GMT+05:30` that the platform writes. */
function offsetsOf(format: Intl.DateTimeFormat): (at: number) => number {
  return (at) => {
    const text = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const match = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(text);
    if (match === null) return 0;
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return sign === "-" ? -size : size;
  };
}

function formatOf(id: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: id, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
}
