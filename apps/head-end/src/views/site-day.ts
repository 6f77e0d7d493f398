/**
 * A household's local day. Its bounds are instants from the zone's table, so whatever number of intervals lies between
 * them comes out: 46 or 50 on the days when the clocks change. The price of it is billing's.
 */
import { checkInterval, type DayBill, parseTariff, priceDay, type Tariff } from "@csj/billing";
import {
  type Bounds,
  dateAfter,
  type LocalDate,
  localDateOf,
  localDay,
  minuteOfDay,
  offsetAt,
  type ZoneTable,
} from "@csj/calendar";
import { isCoded } from "@csj/fault";
import { Instant } from "@csj/quantity";
import type { Quality } from "@csj/reading";
import { type Database, type Extent, extentOf, type MeterEntry, type SiteEntry } from "@csj/store";
import { checkOffsets } from "../zones.ts";
import { iso } from "./intervals.ts";
import { intervalSecondsOf, readSiteIntervals, type SiteInterval, type SiteIntervals } from "./site-intervals.ts";

export interface SiteView {
  readonly database: Database;
  readonly site: SiteEntry;
  readonly meters: readonly MeterEntry[];
  readonly zone: ZoneTable;
  readonly now: Instant;
}

export interface Totals {
  readonly import_wh: number | null;
  readonly export_wh: number | null;
  readonly generation_wh: number | null;
  readonly home_wh: number | null;
}

export interface Counts {
  readonly received: number;
  readonly late: number;
  readonly missing: number;
  /** Intervals of the whole day, also of one that is not over. */
  readonly expected: number;
}

interface Placed extends SiteInterval {
  readonly start: Instant;
}

export async function siteDay(view: SiteView, date: LocalDate) {
  const { database, site, meters, zone } = view;
  const bounds = checkedBounds(view, date);
  const extent = await siteExtent(database, meters);
  const read = await readSiteIntervals(database, meters, bounds.from, bounds.to);
  const placed = placedIn(read, bounds, endOf(view, extent));
  const { bill, problem } = priced(view, read, placed);
  return {
    site: site.id,
    date,
    zone: zone.id,
    tzdata: zone.tzdata,
    from: iso(bounds.from),
    to: iso(bounds.to),
    interval_s: read.lengthMs / 1000,
    intervals: placed.map((one, at) => ({
      start: iso(one.start),
      local: localLabel(zone, one.start),
      ...amountsOf(one),
      quality: one.quality,
      rate: bill?.perInterval[at]?.rate ?? null,
      cost: bill?.perInterval[at]?.cost ?? null,
    })),
    totals: totalsOf(placed),
    counts: countsOf(placed, bounds, read.lengthMs),
    cost: bill === undefined || placed.length === 0 ? null : costOf(bill),
    ...(problem === undefined ? {} : { cost_problem: problem }),
    comparison: { usual_home_wh: await usualHome(view, date, bounds, read.lengthMs) },
    first_date: extent === undefined ? null : localDateOf(zone, extent.from),
    last_date: extent === undefined ? null : localDateOf(zone, Instant(extent.to - 1)),
  };
}

/** A line for each local day that anything is stored for. */
export async function siteDays(view: SiteView, from: LocalDate, to: LocalDate) {
  const { database, meters, zone } = view;
  const extent = await siteExtent(database, meters);
  if (extent === undefined) return { days: [] };
  const first = latest(from, localDateOf(zone, extent.from));
  const last = earliest(to, localDateOf(zone, Instant(endOf(view, extent) - 1)));
  if (first > last) return { days: [] };
  const read = await readSiteIntervals(database, meters, localDay(zone, first).from, localDay(zone, last).to);
  const days = [];
  for (let date = first; date <= last; date = dateAfter(date)) {
    const bounds = checkedBounds(view, date);
    const placed = placedIn(read, bounds, endOf(view, extent));
    days.push({ date, totals: totalsOf(placed), counts: countsOf(placed, bounds, read.lengthMs) });
  }
  return { days };
}

const latest = (one: LocalDate, other: LocalDate) => (one > other ? one : other);
const earliest = (one: LocalDate, other: LocalDate) => (one < other ? one : other);

/** Refuses a day that its intervals do not meet, at its ends or at a clock change within. */
function checkedBounds({ zone, meters }: SiteView, date: LocalDate): Bounds {
  const bounds = localDay(zone, date);
  const within = zone.changes.filter(({ at }) => at >= bounds.from && at < bounds.to).map(({ at }) => at);
  checkOffsets(zone, [bounds.from, bounds.to, ...within], intervalSecondsOf(meters));
  return bounds;
}

async function siteExtent(database: Database, meters: readonly MeterEntry[]): Promise<Extent | undefined> {
  const extents: Extent[] = [];
  for (const { key } of meters) {
    const extent = await extentOf(database, key);
    if (extent !== undefined) extents.push(extent);
  }
  if (extents.length === 0) return undefined;
  const [from, to] = [Math.min(...extents.map(({ from }) => from)), Math.max(...extents.map(({ to }) => to))];
  return { from: Instant(from), to: Instant(to) };
}

/** Now, or what is stored where that is later: the days may be simulated. */
function endOf({ now }: SiteView, extent: Extent | undefined): Instant {
  return Instant(Math.max(now, extent?.to ?? 0));
}

/** The day's intervals that are over. */
function placedIn(read: SiteIntervals, { from, to }: Bounds, end: Instant): Placed[] {
  const placed: Placed[] = [];
  for (let start = from; start < to && start + read.lengthMs <= end; start = Instant(start + read.lengthMs)) {
    placed.push({ start, ...read.at(start) });
  }
  return placed;
}

function amountsOf({ importWh, exportWh, generationWh, homeWh }: SiteInterval): Totals {
  return { import_wh: importWh, export_wh: exportWh, generation_wh: generationWh, home_wh: homeWh };
}

/** Sums of what is known; null where nothing is. */
function totalsOf(placed: readonly SiteInterval[]): Totals {
  const sum = (of: (one: SiteInterval) => number | null): number | null => {
    const known = placed.map(of).filter((amount) => amount !== null);
    return known.length === 0 ? null : known.reduce((all, amount) => all + amount, 0);
  };
  return {
    import_wh: sum(({ importWh }) => importWh),
    export_wh: sum(({ exportWh }) => exportWh),
    generation_wh: sum(({ generationWh }) => generationWh),
    home_wh: sum(({ homeWh }) => homeWh),
  };
}

function countsOf(placed: readonly SiteInterval[], { from, to }: Bounds, lengthMs: number): Counts {
  const count = (quality: Quality) => placed.filter((one) => one.quality === quality).length;
  const missing = count("missing");
  return {
    received: placed.length - missing,
    late: count("late"),
    missing,
    expected: Math.round((to - from) / lengthMs),
  };
}

/** `01:30+01:00`: the hour that a clock change repeats has one label twice and two offsets. */
function localLabel(zone: ZoneTable, at: Instant): string {
  const offset = offsetAt(zone, at);
  const size = Math.abs(offset) / 60;
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = new Date(at + offset * 1000).toISOString().slice(11, 16);
  return `${clock}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

interface Priced {
  readonly bill?: DayBill;
  /** Why there is no bill where a tariff is set. */
  readonly problem?: { readonly code: string; readonly message: string; readonly help: string };
}

function priced({ site, zone }: SiteView, read: SiteIntervals, placed: readonly Placed[]): Priced {
  if (site.tariff === null) return {};
  try {
    const tariff = tariffOf(site.tariff);
    checkInterval(tariff, read.lengthMs / 60_000);
    const intervals = placed.map((one) => ({
      start: one.start,
      minute: minuteOfDay(zone, one.start),
      importWh: one.importWh,
      ...(read.channels.has("export") ? { exportWh: one.exportWh } : {}),
    }));
    return { bill: priceDay({ tariff, intervals }) };
  } catch (error) {
    if (!isCoded(error)) throw error;
    return { problem: { code: error.code, message: error.message, help: error.entry.help } };
  }
}

function tariffOf(text: string): Tariff {
  return parseTariff(JSON.parse(text));
}

function costOf({ currency, exponent, lines, total, missing }: DayBill) {
  return { currency, exponent, lines: lines.map((line) => ({ ...line })), total, missing };
}

const WEEKS = 4;

/** The mean of the same weekday in the four weeks before, by the time on the wall; null where one time has no value. */
async function usualHome(view: SiteView, date: LocalDate, day: Bounds, lengthMs: number): Promise<number[] | null> {
  const { database, meters, zone } = view;
  const dates = Array.from({ length: WEEKS }, (_, week) => dateAfter(date, -7 * (week + 1)));
  const from = localDay(zone, dates.at(-1) as LocalDate).from;
  const read = await readSiteIntervals(database, meters, from, localDay(zone, dates[0] as LocalDate).to);
  const byMinute = new Map<number, number[]>();
  for (const one of dates) {
    const { from, to } = localDay(zone, one);
    for (let start = from; start < to; start = Instant(start + lengthMs)) {
      const { homeWh } = read.at(start);
      if (homeWh === null) continue;
      const minute = minuteOfDay(zone, start);
      byMinute.set(minute, [...(byMinute.get(minute) ?? []), homeWh]);
    }
  }
  const usual: number[] = [];
  for (let start = day.from; start < day.to; start = Instant(start + lengthMs)) {
    const seen = byMinute.get(minuteOfDay(zone, start));
    if (seen === undefined) return null;
    usual.push(Math.round(seen.reduce((all, amount) => all + amount, 0) / seen.length));
  }
  return usual.length === 0 ? null : usual;
}
