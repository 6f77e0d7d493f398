/** Random days and intervals, the same for the same seed: gaps, late reads, rollovers and meter exchanges included. */
import { type ChannelId, Instant } from "@csj/quantity";
import { dayStart, type IntervalSeconds, intervalsPerDay, type UtcDay } from "@csj/reading";
import type { Random } from "@csj/runtime";
import type { ChannelDay, MeterDay } from "../day-record.ts";
import type { Delivery } from "../delivery.ts";
import type { MeterInterval } from "../interval-record.ts";

export function delivery(seq: number, more: Partial<Delivery> = {}): Delivery {
  return {
    gateway: 1,
    epoch: 1_790_000_000,
    seq,
    receivedAt: Instant(Date.parse("2026-11-25T00:00:03Z")),
    previous: "ab".repeat(32),
    signature: "cd".repeat(64),
    ...more,
  };
}

const CHANNELS: readonly ChannelId[] = ["import", "export", "reactive-import"];

export function randomDay(
  random: Random,
  meter: number,
  day: UtcDay,
  seq: number,
  interval: IntervalSeconds = 1800,
): MeterDay {
  return { meter, day, channels: CHANNELS.map((id) => randomChannel(random, id, interval)), delivery: delivery(seq) };
}

function randomChannel(random: Random, channel: ChannelId, interval: IntervalSeconds): ChannelDay {
  const digits = 6;
  const length = intervalsPerDay(interval);
  let count = Math.floor(random.next() * 10 ** digits);
  const counts: (number | null)[] = [];
  const breaks: number[] = [];
  for (let at = 0; at <= length; at += 1) {
    if (random.next() < 0.02) {
      breaks.push(at);
      count = 0;
    }
    count = (count + Math.floor(random.next() * 500)) % 10 ** digits;
    counts.push(random.next() < 0.05 ? null : count);
  }
  const delays = counts.map((one) =>
    one === null ? null : Math.floor(random.next() * (random.next() < 0.1 ? 9_000 : 900)),
  );
  const unit = channel.startsWith("reactive") ? "varh" : "Wh";
  return { channel, unit, perCount: 10, digits, step: 1, interval, counts, delays, breaks };
}

/** The intervals that a gateway would have sent before the day was over. */
export function intervalsOf(day: MeterDay, seq: number): MeterInterval[] {
  const interval = day.channels[0]?.interval ?? 1800;
  return Array.from({ length: intervalsPerDay(interval) }, (_, slot) => ({
    meter: day.meter,
    start: Instant(dayStart(day.day) + slot * interval * 1000),
    interval,
    channels: day.channels.map(({ counts, delays, breaks, channel, unit, perCount, digits, step }) => ({
      ...{ channel, unit, perCount, digits, step },
      open: counts[slot] ?? null,
      close: counts[slot + 1] ?? null,
      openDelay: delays[slot] ?? null,
      closeDelay: delays[slot + 1] ?? null,
      broken: breaks.includes(slot + 1),
    })),
    delivery: delivery(seq + slot),
  }));
}
