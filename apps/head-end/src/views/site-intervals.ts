/**
 * What a site took, gave, made and used in each interval, over its meters. A sum is known where each part of it is: one
 * missing meter makes the interval missing, and nothing is filled in.
 */
import type { ChannelId, Instant } from "@csj/quantity";
import type { Quality } from "@csj/reading";
import { type Database, type MeterEntry, readSeries, type Series } from "@csj/store";

export interface SiteInterval {
  readonly importWh: number | null;
  readonly exportWh: number | null;
  readonly generationWh: number | null;
  readonly homeWh: number | null;
  readonly quality: Quality;
}

export interface SiteIntervals {
  readonly lengthMs: number;
  /** The channels that the site has. */
  readonly channels: ReadonlySet<ChannelId>;
  at(start: number): SiteInterval;
}

const HALF_HOUR_S = 1800;

/** The longest interval of its meters: a shorter one adds up to it, a longer one is never split. */
export function intervalSecondsOf(meters: readonly MeterEntry[]): number {
  const lengths = meters.map(({ interval_s }) => interval_s ?? HALF_HOUR_S);
  return lengths.length === 0 ? HALF_HOUR_S : Math.max(...lengths);
}

export async function readSiteIntervals(
  database: Database,
  meters: readonly MeterEntry[],
  from: Instant,
  to: Instant,
): Promise<SiteIntervals> {
  const lengthMs = intervalSecondsOf(meters) * 1000;
  const parts: Sums[] = [];
  for (const meter of meters) {
    const series = await readSeries(database, meter.key, from, to);
    for (const id of new Set([...meter.channels, ...series.map(({ channel }) => channel)])) {
      if (!SHOWN.has(id)) continue;
      parts.push(
        sumsOf(
          id,
          series.find(({ channel }) => channel === id),
          lengthMs,
        ),
      );
    }
  }
  const channels = new Set(parts.map(({ channel }) => channel));
  return { lengthMs, channels, at: (start) => intervalAt(parts, channels, start, lengthMs) };
}

const SHOWN: ReadonlySet<ChannelId> = new Set(["import", "export", "generation"]);

interface Sum {
  amount: number;
  /** How much of the interval the amounts cover, in ms. */
  covered: number;
  quality: Quality;
}

/** One meter's channel, by the start of the site's interval. */
interface Sums {
  readonly channel: ChannelId;
  readonly byStart: ReadonlyMap<number, Sum>;
}

function sumsOf(channel: ChannelId, series: Series | undefined, lengthMs: number): Sums {
  const byStart = new Map<number, Sum>();
  for (const { start, intervalS, amount, quality } of series?.points ?? []) {
    const key = Math.floor(start / lengthMs) * lengthMs;
    const sum = byStart.get(key) ?? { amount: 0, covered: 0, quality };
    if (amount !== null) {
      sum.amount += amount;
      sum.covered += intervalS * 1000;
    }
    sum.quality = worse(sum.quality, quality);
    byStart.set(key, sum);
  }
  return { channel, byStart };
}

function intervalAt(
  parts: readonly Sums[],
  channels: ReadonlySet<ChannelId>,
  start: number,
  lengthMs: number,
): SiteInterval {
  const total = (id: ChannelId): number | null => {
    const own = parts.filter(({ channel }) => channel === id).map(({ byStart }) => byStart.get(start));
    const known = own.filter((sum): sum is Sum => sum !== undefined && sum.covered === lengthMs);
    return own.length === 0 || known.length < own.length ? null : known.reduce((all, { amount }) => all + amount, 0);
  };
  const [importWh, exportWh, generationWh] = [total("import"), total("export"), total("generation")];
  const sums = parts.map(({ byStart }) => byStart.get(start));
  const whole = sums.length > 0 && sums.every((sum) => sum !== undefined && sum.covered === lengthMs);
  const quality = whole
    ? sums.reduce<Quality>((worst, sum) => worse(worst, sum?.quality ?? "missing"), "actual")
    : "missing";
  return { importWh, exportWh, generationWh, homeWh: homeOf(channels, importWh, exportWh, generationWh), quality };
}

/** Import - export + generation; unknown where a part is, and where export without a meter at the array says too little. */
function homeOf(
  channels: ReadonlySet<ChannelId>,
  importWh: number | null,
  exportWh: number | null,
  generationWh: number | null,
): number | null {
  if (importWh === null) return null;
  if (!channels.has("generation")) return channels.has("export") && exportWh !== 0 ? null : importWh;
  if (generationWh === null || (channels.has("export") && exportWh === null)) return null;
  return importWh - (exportWh ?? 0) + generationWh;
}

const RANK: Readonly<Record<Quality, number>> = { actual: 0, edited: 1, estimated: 2, late: 3, missing: 4 };

export function worse(one: Quality, other: Quality): Quality {
  return RANK[one] >= RANK[other] ? one : other;
}
