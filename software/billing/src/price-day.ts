/**
 * A local day's bill. Energy is whole Wh, a price is an exact decimal, and their product is exact; each line is rounded
 * once, by the rule that it prints, and the total is the sum of what is printed, so that a reader can add it up again.
 */
import type { Instant } from "@csj/quantity";
import { errors } from "./errors.ts";
import { formatExact, formatMinor, minus, parseDecimal, type Rational, roundHalfUp, times, ZERO } from "./rational.ts";
import { type Direction, type Rate, rateOf, type Tariff } from "./tariff.ts";

export interface PricedInterval {
  readonly start: Instant;
  /** Of the local day at its start, 0 to 1439; the hour that a clock change repeats has the same minutes twice. */
  readonly minute: number;
  /** Null where it is missing. */
  readonly importWh: number | null;
  /** Null where it is missing; absent where the site has no such channel. */
  readonly exportWh?: number | null;
}

export interface Line {
  /** `standing`, `import-<rate>`, `export-<rate>`, `tax`. */
  readonly id: string;
  readonly label: string;
  /** Exact decimal. */
  readonly quantity: string;
  readonly unit: string;
  /** Per unit, as the tariff writes it. */
  readonly price: string;
  /** In major units with the currency's digits; a credit is negative. */
  readonly amount: string;
  /** `half-up to 0.01`. */
  readonly rounding: string;
}

export interface IntervalCost {
  readonly start: Instant;
  /** Import rate's id. */
  readonly rate: string;
  /** Exact, in major units, before tax; null where that energy is missing. */
  readonly import: string | null;
  /** What is paid for it, 0 or more for a positive price; null where it is missing, "0" where nothing is paid. */
  readonly export: string | null;
  /** Import less export; null where either is. */
  readonly cost: string | null;
}

export interface DayBill {
  readonly currency: string;
  readonly exponent: number;
  readonly lines: readonly Line[];
  readonly total: string;
  /** Intervals with energy missing: not priced, so the bill is incomplete by them. */
  readonly missing: number;
  readonly perInterval: readonly IntervalCost[];
}

const WH_PER_KWH = 1000n;

export function priceDay(day: { readonly tariff: Tariff; readonly intervals: readonly PricedInterval[] }): DayBill {
  const { tariff, intervals } = day;
  const charges = [...standingLine(tariff), ...energyLines(tariff, intervals, "import")];
  const credits = energyLines(tariff, intervals, "export");
  const drafts = [...charges, ...taxLine(tariff, charges), ...credits];
  const perInterval = intervals.map((interval) => intervalCost(tariff, interval));
  return {
    currency: tariff.currency,
    exponent: tariff.exponent,
    lines: drafts.map(({ line }) => line),
    total: formatMinor(total(drafts), tariff.exponent),
    missing: perInterval.filter(({ cost }) => cost === null).length,
    perInterval,
  };
}

interface Draft {
  readonly line: Line;
  readonly minor: bigint;
}

function standingLine(tariff: Tariff): Draft[] {
  const price = tariff.standing_per_day;
  if (price === undefined) return [];
  return [
    draft(tariff, { id: "standing", label: "Standing charge", quantity: "1", unit: "day", price }, parseDecimal(price)),
  ];
}

function energyLines(tariff: Tariff, intervals: readonly PricedInterval[], direction: Direction): Draft[] {
  return (tariff[direction] ?? []).map((rate) => {
    const wh = energyAt(tariff, intervals, direction, rate);
    const exact = worth(wh, rate);
    const quantity = formatExact({ over: wh, under: WH_PER_KWH });
    const parts = {
      id: `${direction}-${rate.id}`,
      label: rate.label,
      quantity,
      unit: "kWh",
      price: rate.price_per_kwh,
    };
    return draft(tariff, parts, direction === "import" ? exact : minus(ZERO, exact));
  });
}

function energyAt(tariff: Tariff, intervals: readonly PricedInterval[], direction: Direction, rate: Rate): bigint {
  let wh = 0n;
  for (const interval of intervals) {
    const energy = energyOf(interval, direction);
    if (energy != null && rateOf(tariff, interval.minute, direction) === rate) wh += whole(energy);
  }
  return wh;
}

/** On what the charge lines print, so that the line can be checked from the page. */
function taxLine(tariff: Tariff, charges: readonly Draft[]): Draft[] {
  const percent = tariff.tax_percent;
  if (percent === undefined) return [];
  const base = total(charges);
  const quantity = formatMinor(base, tariff.exponent);
  const exact = times(
    { over: base, under: 10n ** BigInt(tariff.exponent) },
    times(parseDecimal(percent), { over: 1n, under: 100n }),
  );
  return [draft(tariff, { id: "tax", label: "Tax", quantity, unit: tariff.currency, price: `${percent} %` }, exact)];
}

function draft(tariff: Tariff, parts: Omit<Line, "amount" | "rounding">, exact: Rational): Draft {
  const minor = roundHalfUp(exact, tariff.exponent);
  const rounding = `half-up to ${formatMinor(1n, tariff.exponent)}`;
  return { line: { ...parts, amount: formatMinor(minor, tariff.exponent), rounding }, minor };
}

function total(drafts: readonly Draft[]): bigint {
  return drafts.reduce((all, { minor }) => all + minor, 0n);
}

function intervalCost(tariff: Tariff, interval: PricedInterval): IntervalCost {
  const charge = amountOf(tariff, interval, "import");
  const credit = amountOf(tariff, interval, "export");
  return {
    start: interval.start,
    rate: rateOf(tariff, interval.minute).id,
    import: charge === null ? null : formatExact(charge),
    export: credit === null ? null : formatExact(credit),
    cost: charge === null || credit === null ? null : formatExact(minus(charge, credit)),
  };
}

/** Null where the energy is missing and would have a price. */
function amountOf(tariff: Tariff, interval: PricedInterval, direction: Direction): Rational | null {
  const rate = rateOf(tariff, interval.minute, direction);
  const energy = energyOf(interval, direction);
  if (rate === undefined || energy === undefined) return ZERO;
  return energy === null ? null : worth(whole(energy), rate);
}

function energyOf(interval: PricedInterval, direction: Direction): number | null | undefined {
  return direction === "import" ? interval.importWh : interval.exportWh;
}

function worth(wh: bigint, rate: Rate): Rational {
  return times({ over: wh, under: WH_PER_KWH }, parseDecimal(rate.price_per_kwh));
}

function whole(wh: number): bigint {
  if (!Number.isSafeInteger(wh) || wh < 0) throw errors.TARIFF_INPUT(`${wh} is not an energy in whole Wh.`);
  return BigInt(wh);
}
