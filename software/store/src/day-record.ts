/**
 * A meter's UTC day in and out of its rows. What goes in is what was signed: every boundary's count and delay. What is
 * stored is what is asked for, the values, with as little beside them as gives every count back, so that the signed
 * body can be made again and its seal checked years later.
 */
import type { ChannelId, Instant } from "@csj/quantity";
import {
  type BoundaryDay,
  DAY_MS,
  dayStart,
  deriveDay,
  type IntervalSeconds,
  qualityCode,
  type UtcDay,
} from "@csj/reading";
import { channelCode, channelOfCode, channelUnit } from "./channel-code.ts";
import { CopyRows } from "./copy.ts";
import type { Queries } from "./database.ts";
import type { Delivery } from "./delivery.ts";
import { Packer, Unpacker } from "./varint.ts";

export interface ChannelDay extends BoundaryDay {
  readonly channel: ChannelId;
}

export interface MeterDay {
  /** Key of the meter's row. */
  readonly meter: number;
  readonly day: UtcDay;
  readonly channels: readonly ChannelDay[];
  readonly delivery: Delivery;
}

const MISSING = qualityCode("missing");
const EMPTY = new Uint8Array(0);

const DAY_COLUMNS = ["meter", "day", "gateway", "epoch", "seq", "received_at", "previous", "signature"];
const BLOCK_COLUMNS = [
  ...["meter", "channel", "day", "interval_s", "per_count", "digits", "step", "open", "close"],
  ...["values", "quality", "delays", "anchors", "breaks"],
];

/** Days as they are copied in; good for one copy, since a database's thread takes the bytes with it. */
export interface DayRows {
  readonly heads: Uint8Array<ArrayBuffer>;
  readonly blocks: Uint8Array<ArrayBuffer>;
}

export function rowsOfDays(days: readonly MeterDay[]): DayRows | undefined {
  if (days.length === 0) return undefined;
  const heads = new CopyRows();
  const blocks = new CopyRows();
  const packer = new Packer();
  for (const day of days) {
    const number = dayStart(day.day) / DAY_MS;
    putHead(heads, day, number);
    for (const channel of day.channels) putBlock(blocks, packer, day, channel, number);
  }
  return { heads: heads.finish(), blocks: blocks.finish() };
}

/** Fails with STORE_DUPLICATE where one of the days is there already. */
export async function copyDays(queries: Queries, rows: DayRows | undefined): Promise<void> {
  if (rows === undefined) return;
  await queries.copyIn("meter_day", DAY_COLUMNS, rows.heads);
  await queries.copyIn("block", BLOCK_COLUMNS, rows.blocks);
}

function putHead(rows: CopyRows, { meter, delivery }: MeterDay, day: number): void {
  rows.row(DAY_COLUMNS.length);
  rows.int4(meter);
  rows.date(day);
  putDelivery(rows, delivery);
}

export function putDelivery(rows: CopyRows, delivery: Delivery): void {
  rows.int4(delivery.gateway);
  rows.int8(delivery.epoch);
  rows.int8(delivery.seq);
  rows.instant(delivery.receivedAt);
  rows.hex(delivery.previous);
  rows.hex(delivery.signature);
}

function putBlock(rows: CopyRows, packer: Packer, { meter }: MeterDay, channel: ChannelDay, day: number): void {
  const derived = deriveDay(channel, (day * DAY_MS) as Instant);
  rows.row(BLOCK_COLUMNS.length);
  rows.int4(meter);
  rows.int2(channelCode(channel.channel));
  rows.date(day);
  rows.int2(channel.interval);
  rows.int4(channel.perCount);
  rows.int2(channel.digits);
  rows.int8(channel.step);
  putCount(rows, channel.counts[0]);
  putCount(rows, channel.counts.at(-1));
  rows.int4List(derived.values);
  rows.bytes(derived.quality.some((code) => code !== 0) ? derived.quality : EMPTY);
  rows.bytes(packDelays(packer.clear(), channel.delays));
  const anchors = packAnchors(packer.clear(), channel.counts, derived.quality);
  if (anchors.length === 0) rows.null();
  else rows.bytes(anchors);
  if (channel.breaks.length === 0) rows.null();
  else rows.int2List(channel.breaks);
}

function putCount(rows: CopyRows, count: number | null | undefined): void {
  if (count == null) rows.null();
  else rows.int8(count);
}

function packDelays(packer: Packer, delays: readonly (number | null)[]): Uint8Array {
  for (const delay of delays) packer.putOptional(delay);
  return packer.bytes();
}

/** Boundaries whose count does not follow from the one before it, as pairs of index and count. */
function packAnchors(packer: Packer, counts: readonly (number | null)[], quality: Uint8Array): Uint8Array {
  for (let at = 1; at < counts.length; at += 1) {
    const count = counts[at];
    if (quality[at - 1] === MISSING && count != null) packer.put(at).put(count);
  }
  return packer.bytes();
}

export interface BlockRow {
  readonly meter: number;
  readonly channel: number;
  readonly day: UtcDay;
  readonly interval_s: IntervalSeconds;
  readonly per_count: number;
  readonly digits: number;
  readonly step: number;
  readonly open: number | null;
  readonly close: number | null;
  readonly values: number[];
  readonly quality: Uint8Array;
  readonly delays: Uint8Array;
  readonly anchors: Uint8Array | null;
  readonly breaks: number[] | null;
}

export const BLOCK_FIELDS =
  "b.meter, b.channel, b.day, b.interval_s, b.per_count, b.digits, b.step, b.open, b.close, b.values, b.quality, b.delays, b.anchors, b.breaks";

/** The channel's day as it was signed. */
export function channelDayOf(row: BlockRow): ChannelDay {
  const channel = channelOfCode(row.channel);
  const delays = new Unpacker(row.delays);
  return {
    channel,
    unit: channelUnit(channel),
    perCount: row.per_count,
    digits: row.digits,
    step: row.step,
    interval: row.interval_s,
    counts: countsOf(row),
    delays: Array.from({ length: row.values.length + 1 }, () => delays.takeOptional()),
    breaks: row.breaks ?? [],
  };
}

function countsOf(row: BlockRow): (number | null)[] {
  const anchors = anchorsFrom(row.anchors);
  const counts: (number | null)[] = [row.open];
  for (const [slot, value] of row.values.entries()) {
    const before = counts[slot];
    if (row.quality[slot] === MISSING || before == null) counts.push(anchors.get(slot + 1) ?? null);
    else counts.push((before + value / row.per_count) % 10 ** row.digits);
  }
  return counts;
}

function anchorsFrom(bytes: Uint8Array | null): Map<number, number> {
  const found = new Map<number, number>();
  const packed = new Unpacker(bytes ?? EMPTY);
  while (!packed.done) found.set(packed.take(), packed.take());
  return found;
}
