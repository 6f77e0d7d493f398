/**
 * Energy known in sum alone. A boundary that was never read may be the one between two days, and a whole day may be
 * absent, so spans are found over a meter's days in order and not in each day alone.
 */
import { Instant } from "@csj/quantity";
import { DAY_MS, dayStart, growth, type Span } from "@csj/reading";
import { type BlockRow, channelDayOf } from "./day-record.ts";

interface Boundary {
  readonly at: number;
  readonly count: number;
  readonly digits: number;
  readonly perCount: number;
}

/** Walks one channel's days. */
export class SpanWalker {
  readonly spans: Span[] = [];
  #last: Boundary | undefined;

  day(row: BlockRow): void {
    const start = dayStart(row.day);
    const width = row.interval_s * 1000;
    const boundary = (at: number, count: number): Boundary => ({
      ...{ at, count },
      ...{ digits: row.digits, perCount: row.per_count },
    });
    if (isWhole(row)) {
      this.#reach(boundary(start, row.open), width);
      this.#last = boundary(start + DAY_MS, row.close);
      return;
    }
    const { counts, breaks } = channelDayOf(row);
    for (const [index, count] of counts.entries()) {
      if (breaks.includes(index)) this.#last = undefined;
      if (count !== null) this.#reach(boundary(start + index * width, count), width);
    }
  }

  #reach(next: Boundary, width: number): void {
    const last = this.#last;
    this.#last = next;
    if (last === undefined || next.at - last.at <= width) return;
    if (last.digits !== next.digits || last.perCount !== next.perCount) return;
    const amount = growth(last.count, next.count, next.digits) * next.perCount;
    this.spans.push({ from: Instant(last.at), to: Instant(next.at), amount });
  }
}

/** Every boundary was read and belongs to one series, so nothing has to be unpacked. */
function isWhole(row: BlockRow): row is BlockRow & { open: number; close: number } {
  return row.anchors === null && row.breaks === null && row.open !== null && row.close !== null;
}
