/**
 * Intervals as CSV (RFC 4180), for a spreadsheet. A cell that a spreadsheet would take for a formula is written as text:
 * ids and names come from configuration files that somebody else may have written.
 */
import type { IntervalPage } from "./intervals.ts";

export function intervalsCsv(page: IntervalPage): string {
  const rows = [["meter", "channel", "start", "interval_s", "value", "unit", "quality"]];
  for (const [channel, intervals] of Object.entries(page.channels)) {
    for (const one of intervals) {
      const unit = "varh" in one ? "varh" : "Wh";
      const value = one.wh ?? one.varh ?? null;
      const text = value === null ? "" : String(value);
      rows.push([page.meter, channel, one.start, String(page.interval_s), text, unit, one.quality]);
    }
  }
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
