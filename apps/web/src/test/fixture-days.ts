/** Days as the head-end answers them: a plain one, today half over, a 50- and a 46-half-hour one, late, missing, edited. */
import type { CostLine, Day, DayInterval, Days, Quality } from "../api/shapes.ts";
import { dayBeside } from "../format/time.ts";
import { civilDate } from "../home/latest.ts";
import { START, ZONE } from "./fixture-street.ts";

export const TODAY = "2026-06-24";
export const FIRST = "2025-09-01";
/** The clocks go back. */
export const LONG_DAY = "2025-10-26";
/** The clocks go forward. */
export const SHORT_DAY = "2026-03-29";
/** Late, missing and edited half-hours. */
export const GAP_DAY = "2026-06-22";
/** Nothing was received. */
export const EMPTY_DAY = "2026-06-10";

const HALF_HOUR = 1_800_000;
const DAY_PENCE = 27.4;
const NIGHT_PENCE = 8.5;

export function dayOf(site: string, date: string): Day {
  const from = midnight(date);
  const to = midnight(dayBeside(date, 1));
  const expected = (to - from) / HALF_HOUR;
  const over = date === EMPTY_DAY ? 0 : Math.max(0, Math.min(expected, Math.floor((START - from) / HALF_HOUR)));
  const intervals = Array.from({ length: over }, (_, index) => intervalOf(date, index, from + index * HALF_HOUR));
  const sum = (pick: (interval: DayInterval) => number | null): number =>
    intervals.reduce((all, one) => all + (pick(one) ?? 0), 0);
  const count = (quality: Quality): number => intervals.filter((interval) => interval.quality === quality).length;
  return {
    site,
    date,
    zone: ZONE,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    interval_s: 1800,
    intervals,
    totals: {
      import_wh: sum(({ import_wh }) => import_wh),
      export_wh: sum(({ export_wh }) => export_wh),
      generation_wh: sum(({ generation_wh }) => generation_wh),
      home_wh: sum(({ home_wh }) => home_wh),
    },
    counts: { received: over - count("missing"), late: count("late"), missing: count("missing"), expected },
    cost: over === 0 ? null : costOf(intervals),
    comparison: {
      usual_home_wh:
        date < "2025-10-01"
          ? null
          : Array.from({ length: expected }, (_, index) => Math.round(shape(index % 48) * 1.08)),
    },
    first_date: FIRST,
    last_date: TODAY,
  };
}

export function daysOf(site: string, from: string, to: string): Days {
  const days: Days["days"][number][] = [];
  for (let date = from; date <= to; date = dayBeside(date, 1)) {
    const { totals, counts } = dayOf(site, date);
    if (date !== EMPTY_DAY) days.push({ date, totals, counts });
  }
  return { days };
}

/** Night base, breakfast, lunch, an oven at 18:00. */
function shape(index: number): number {
  const bump = (at: number, width: number, height: number): number => height * Math.exp(-(((index - at) / width) ** 2));
  return 95 + bump(15, 2, 380) + bump(25, 3, 240) + bump(36.5, 1.6, 1150) + bump(41, 4, 330);
}

function intervalOf(date: string, index: number, start: number): DayInterval {
  const variety = 1 + 0.22 * Math.sin(index * 12.9898 + Number(date.slice(8)) * 7.233);
  const home = Math.round(shape(index % 48) * variety);
  const sun = Math.round(Math.max(0, 1400 * Math.sin(((index - 9) / 32) * Math.PI)) * (0.55 + 0.3 * variety));
  const generation = Math.min(home, sun);
  const exported = index === 31 ? 4 : 0;
  const quality = qualityOf(date, index);
  const known = quality !== "missing";
  const night = index >= 1 && index < 11;
  const imported = home - generation;
  return {
    start: new Date(start).toISOString(),
    local: new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: ZONE,
    }).format(start),
    import_wh: known ? imported : null,
    export_wh: known ? exported : null,
    generation_wh: known ? generation + exported : null,
    home_wh: known ? home : null,
    quality,
    rate: night ? "night" : "day",
    cost: known ? ((imported * (night ? NIGHT_PENCE : DAY_PENCE)) / 100_000).toFixed(6) : null,
  };
}

function qualityOf(date: string, index: number): Quality {
  if (date !== GAP_DAY) return date === TODAY && index === 19 ? "late" : "actual";
  if (index >= 20 && index < 23) return "missing";
  if (index === 23 || index === 34) return "late";
  if (index === 40) return "estimated";
  return index === 44 ? "edited" : "actual";
}

function costOf(intervals: readonly DayInterval[]): Day["cost"] {
  const rate = (id: string, label: string, price: string): CostLine => {
    const wh = intervals
      .filter((interval) => interval.rate === id)
      .reduce((all, { import_wh }) => all + (import_wh ?? 0), 0);
    const amount = ((wh / 1000) * Number(price)).toFixed(2);
    return {
      id: `import-${id}`,
      label,
      quantity: (wh / 1000).toFixed(3),
      unit: "kWh",
      price,
      amount,
      rounding: "half-up to 0.01",
    };
  };
  const charges: CostLine[] = [
    {
      id: "standing",
      label: "Standing charge",
      quantity: "1",
      unit: "day",
      price: "0.5310",
      amount: "0.53",
      rounding: "half-up to 0.01",
    },
    rate("day", "Day", "0.2740"),
    rate("night", "Night", "0.0850"),
  ];
  const base = charges.reduce((all, { amount }) => all + Number(amount), 0);
  const tax = (base * 0.05).toFixed(2);
  const lines = [
    ...charges,
    {
      id: "tax",
      label: "Tax",
      quantity: base.toFixed(2),
      unit: "GBP",
      price: "5 %",
      amount: tax,
      rounding: "half-up to 0.01",
    },
  ];
  return { currency: "GBP", exponent: 2, lines, total: (base + Number(tax)).toFixed(2) };
}

/** London's midnight: UTC's, or one hour before it in summer. */
function midnight(date: string): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  return civilDate(utc - 3_600_000, ZONE) === date ? utc - 3_600_000 : utc;
}
