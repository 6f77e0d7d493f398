/**
 * One interval of a meter, all its channels in one row, while its day is not over. The registers are packed as they
 * were signed; the values beside them are what a page shows.
 */
import type { ChannelId, Instant } from "@csj/quantity";
import { growth, type IntervalSeconds, LATE_AFTER_MS, qualityCode, type RegisterFormat } from "@csj/reading";
import { channelCode, channelOfCode, channelUnit } from "./channel-code.ts";
import { CopyRows } from "./copy.ts";
import type { Queries } from "./database.ts";
import { putDelivery } from "./day-record.ts";
import { type Delivery, type DeliveryRow, deliveryOf } from "./delivery.ts";
import { Packer, Unpacker } from "./varint.ts";

export interface ChannelInterval extends RegisterFormat {
  readonly channel: ChannelId;
  /** Register at the start and at the end, null where it was never read. */
  readonly open: number | null;
  readonly close: number | null;
  readonly openDelay: number | null;
  readonly closeDelay: number | null;
  /** Another register series began within the interval. */
  readonly broken: boolean;
}

export interface MeterInterval {
  /** Key of the meter's row. */
  readonly meter: number;
  readonly start: Instant;
  readonly interval: IntervalSeconds;
  readonly channels: readonly ChannelInterval[];
  readonly delivery: Delivery;
}

const COLUMNS = [
  ...["meter", "start", "interval_s", "channels", "values", "quality", "registers"],
  ...["gateway", "epoch", "seq", "received_at", "previous", "signature"],
];

/** Intervals as they are copied in; good for one copy, since a database's thread takes the bytes with it. */
export function rowsOfIntervals(intervals: readonly MeterInterval[]): Uint8Array<ArrayBuffer> | undefined {
  if (intervals.length === 0) return undefined;
  const rows = new CopyRows();
  const packer = new Packer();
  for (const one of intervals) putInterval(rows, packer, one);
  return rows.finish();
}

/** Fails with STORE_DUPLICATE where one of the intervals is there already. */
export async function copyIntervals(queries: Queries, rows: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
  if (rows !== undefined) await queries.copyIn("intraday", COLUMNS, rows);
}

function putInterval(rows: CopyRows, packer: Packer, one: MeterInterval): void {
  const { channels } = one;
  rows.row(COLUMNS.length);
  rows.int4(one.meter);
  rows.instant(one.start);
  rows.int2(one.interval);
  rows.int2List(channels.map(({ channel }) => channelCode(channel)));
  rows.int4List(channels.map(amountOf));
  rows.bytes(Uint8Array.from(channels, qualityOfInterval));
  rows.bytes(packRegisters(packer.clear(), channels));
  putDelivery(rows, one.delivery);
}

const ACTUAL = qualityCode("actual");
const LATE = qualityCode("late");
const MISSING = qualityCode("missing");

/** As `deriveDay` of @csj/reading for a day of one interval, without a day's arrays. 0 where it is missing. */
export function amountOf({ open, close, broken, digits, perCount }: ChannelInterval): number {
  return open === null || close === null || broken ? 0 : growth(open, close, digits) * perCount;
}

export function qualityOfInterval({ open, close, broken, openDelay, closeDelay }: ChannelInterval): number {
  if (open === null || close === null || broken) return MISSING;
  return (openDelay ?? 0) > LATE_AFTER_MS || (closeDelay ?? 0) > LATE_AFTER_MS ? LATE : ACTUAL;
}

export function packRegisters(packer: Packer, channels: readonly ChannelInterval[]): Uint8Array {
  for (const one of channels) {
    packer
      .put(one.perCount)
      .put(one.digits)
      .put(one.step)
      .put(one.broken ? 1 : 0);
    packer.putOptional(one.open).putOptional(one.close);
    packer.putOptional(one.openDelay).putOptional(one.closeDelay);
  }
  return packer.bytes();
}

function unpackRegisters(codes: readonly number[], bytes: Uint8Array): ChannelInterval[] {
  const packed = new Unpacker(bytes);
  return codes.map((code) => {
    const channel = channelOfCode(code);
    return {
      channel,
      unit: channelUnit(channel),
      perCount: packed.take(),
      digits: packed.take(),
      step: packed.take(),
      broken: packed.take() === 1,
      open: packed.takeOptional(),
      close: packed.takeOptional(),
      openDelay: packed.takeOptional(),
      closeDelay: packed.takeOptional(),
    };
  });
}

export interface IntradayRow extends DeliveryRow {
  readonly meter: number;
  readonly start: number;
  readonly interval_s: IntervalSeconds;
  readonly channels: number[];
  readonly values: number[];
  readonly quality: Uint8Array;
  readonly registers: Uint8Array;
}

export const INTRADAY_FIELDS = COLUMNS.map((name) => `i.${name}`).join(", ");

/** The interval as it was signed. */
export function meterIntervalOf(row: IntradayRow): MeterInterval {
  return {
    meter: row.meter,
    start: row.start as Instant,
    interval: row.interval_s,
    channels: unpackRegisters(row.channels, row.registers),
    delivery: deliveryOf(row),
  };
}
