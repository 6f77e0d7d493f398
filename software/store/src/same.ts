/** Whether two records say the same: their registers, not the deliveries that they came in. */
import { slotOf } from "@csj/reading";
import type { ChannelDay } from "./day-record.ts";
import { type ChannelInterval, type MeterInterval, packRegisters } from "./interval-record.ts";
import { Packer } from "./varint.ts";

export function sameDay(one: readonly ChannelDay[], other: readonly ChannelDay[]): boolean {
  return dayText(one) === dayText(other);
}

function dayText(channels: readonly ChannelDay[]): string {
  const facts = channels.map((one) => [
    ...[one.channel, one.interval, one.perCount, one.digits, one.step],
    ...[one.counts, one.delays, one.breaks],
  ]);
  return JSON.stringify(facts.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)));
}

export function sameInterval(one: MeterInterval, other: MeterInterval): boolean {
  return one.interval === other.interval && intervalText(one) === intervalText(other);
}

function intervalText({ channels }: MeterInterval): string {
  const sorted = [...channels].sort((a, b) => (a.channel < b.channel ? -1 : 1));
  return `${sorted.map(({ channel }) => channel).join()} ${packRegisters(new Packer(), sorted).join()}`;
}

/** Whether an interval is what its day has at that place. */
export function agrees(interval: MeterInterval, day: readonly ChannelDay[]): boolean {
  const slot = slotOf(interval.start, interval.interval);
  return interval.channels.every((one) => {
    const channel = day.find((other) => other.channel === one.channel && other.interval === interval.interval);
    return channel !== undefined && agreesAt(one, channel, slot);
  });
}

function agreesAt(one: ChannelInterval, day: ChannelDay, slot: number): boolean {
  const sameFormat = one.perCount === day.perCount && one.digits === day.digits;
  const sameCounts = one.open === day.counts[slot] && one.close === day.counts[slot + 1];
  return sameFormat && sameCounts && one.broken === day.breaks.includes(slot + 1);
}
