/** From stored boundaries to what an interval or a day message says of its channels. Pure. */
import type { ChannelId } from "@csj/quantity";
import type { IntervalSeconds, RegisterFormat } from "@csj/reading";
import type { BoundaryRow } from "./boundary-rows.ts";
import { commonFormat } from "./common-format.ts";

interface WireFormat {
  readonly unit: "Wh" | "varh";
  readonly per_count: number;
  readonly digits: number;
  readonly step: number;
}

/** A channel of `DayBody` of @csj/uplink. */
export interface DayChannel extends WireFormat {
  readonly counts: (number | null)[];
  readonly delays_ms: (number | null)[];
  readonly breaks: number[];
}

/** A channel of `IntervalBody` of @csj/uplink. */
export interface IntervalChannel extends WireFormat {
  readonly open: number | null;
  readonly close: number | null;
  readonly open_delay_ms: number | null;
  readonly close_delay_ms: number | null;
  readonly broken?: true;
}

type ByChannel<Value> = { readonly [id in ChannelId]?: Value };

/** @param rows of one meter, from the day's first boundary to its last, both included */
export function dayChannels(
  rows: readonly BoundaryRow[],
  startS: number,
  interval: IntervalSeconds,
): ByChannel<DayChannel> {
  const length = 86_400 / interval + 1;
  const channels: { [id in ChannelId]?: DayChannel } = {};
  for (const [channel, own] of byChannel(rows, interval)) {
    const { format, counts } = commonFormat(own);
    const day: DayChannel = {
      ...wireFormat(format),
      counts: new Array(length).fill(null),
      delays_ms: new Array(length).fill(null),
      breaks: [],
    };
    own.forEach((row, at) => {
      const slot = (row.atS - startS) / interval;
      day.counts[slot] = counts[at] as number;
      day.delays_ms[slot] = row.delayMs;
      if (row.broken) day.breaks.push(slot);
    });
    channels[channel] = day;
  }
  return channels;
}

/** @param rows of one meter, at the interval's start and end */
export function intervalChannels(
  rows: readonly BoundaryRow[],
  startS: number,
  interval: IntervalSeconds,
): ByChannel<IntervalChannel> {
  const channels: { [id in ChannelId]?: IntervalChannel } = {};
  for (const [channel, own] of byChannel(rows, interval)) {
    const { format, counts } = commonFormat(own);
    const open = own.findIndex((row) => row.atS === startS);
    const close = own.findIndex((row) => row.atS === startS + interval);
    channels[channel] = {
      ...wireFormat(format),
      open: counts[open] ?? null,
      close: counts[close] ?? null,
      open_delay_ms: own[open]?.delayMs ?? null,
      close_delay_ms: own[close]?.delayMs ?? null,
      ...(own[close]?.broken === true ? { broken: true as const } : {}),
    };
  }
  return channels;
}

/** Boundaries of a former interval length that are none of this one stay out. */
function byChannel(rows: readonly BoundaryRow[], interval: IntervalSeconds): Map<ChannelId, BoundaryRow[]> {
  const channels = new Map<ChannelId, BoundaryRow[]>();
  for (const row of rows) {
    if (row.atS % interval !== 0) continue;
    const own = channels.get(row.channel);
    if (own === undefined) channels.set(row.channel, [row]);
    else own.push(row);
  }
  return channels;
}

function wireFormat({ unit, perCount, digits, step }: RegisterFormat): WireFormat {
  return { unit, per_count: perCount, digits, step };
}
