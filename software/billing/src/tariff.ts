/**
 * A tariff as data: what a kWh costs at each minute of the local day, in and out, a standing charge and a tax. The shape is
 * checked by the schema; that every minute has one rate is checked by `parseTariff`.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { errors } from "./errors.ts";

const closed = { additionalProperties: false } as const;
const Price = Type.String({ pattern: "^-?\\d{1,12}(\\.\\d{1,9})?$", description: "Decimal number in quotes" });
const Charge = Type.String({
  pattern: "^\\d{1,12}(\\.\\d{1,9})?$",
  description: "Decimal number in quotes, 0 or more",
});
const TimeOfDay = Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", description: "Local time, HH:MM" });

export const Rate = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,31}$" }),
    label: Type.String({ minLength: 1, maxLength: 40 }),
    price_per_kwh: Price,
    /** From midnight where absent. */
    from: Type.Optional(TimeOfDay),
    /** Exclusive; to midnight where absent or 00:00. Before `from`: the rate crosses midnight. */
    to: Type.Optional(TimeOfDay),
  },
  closed,
);
export type Rate = Static<typeof Rate>;

export const RATES_MAX = 48;

export const Tariff = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }),
    name: Type.String({ minLength: 1, maxLength: 80 }),
    /** ISO 4217. */
    currency: Type.String({ pattern: "^[A-Z]{3}$" }),
    /** Digits of the currency's minor unit: 2 for GBP, 0 for JPY, 3 for KWD. */
    exponent: Type.Integer({ minimum: 0, maximum: 4 }),
    import: Type.Array(Rate, { minItems: 1, maxItems: RATES_MAX }),
    /** What is paid for exported energy. */
    export: Type.Optional(Type.Array(Rate, { minItems: 1, maxItems: RATES_MAX })),
    standing_per_day: Type.Optional(Charge),
    /** On the charges, not on the export credit. */
    tax_percent: Type.Optional(Charge),
  },
  closed,
);
export type Tariff = Static<typeof Tariff>;

export type Direction = "import" | "export";

export const MINUTES_PER_DAY = 1440;

/** Throws a TARIFF_ error that names the place, `import/0/price_per_kwh`. */
export function parseTariff(value: unknown): Tariff {
  if (!Value.Check(Tariff, value)) throw shapeError(value);
  for (const direction of ["import", "export"] as const) {
    const rates = value[direction];
    if (rates !== undefined) checkDay(rates, direction);
  }
  return value;
}

/** The rate of a local minute of the day, 0 to 1439; undefined only for `export` where nothing is paid for it. */
export function rateOf(tariff: Tariff, minuteOfDay: number): Rate;
export function rateOf(tariff: Tariff, minuteOfDay: number, direction: Direction): Rate | undefined;
export function rateOf(tariff: Tariff, minuteOfDay: number, direction: Direction = "import"): Rate | undefined {
  if (!Number.isInteger(minuteOfDay) || minuteOfDay < 0 || minuteOfDay >= MINUTES_PER_DAY) {
    throw errors.TARIFF_INPUT(`${minuteOfDay} is not a minute of the day.`);
  }
  const rates = tariff[direction];
  const rate = rates?.find((each) => covers(each, minuteOfDay));
  if (rates !== undefined && rate === undefined) throw gap(minuteOfDay, direction);
  return rate;
}

/** Refuses a rate that changes within an interval, whose energy could then not be priced exactly. */
export function checkInterval(tariff: Tariff, intervalMinutes: number): void {
  for (const direction of ["import", "export"] as const) {
    for (const [index, rate] of (tariff[direction] ?? []).entries()) {
      const { from, to } = minutesOf(rate);
      if (from % intervalMinutes === 0 && to % intervalMinutes === 0) continue;
      const span = `${clock(from)} to ${clock(to)}`;
      const path = `${direction}/${index}`;
      throw errors.TARIFF_INTERVAL(
        `Rate ${rate.id} (${span}) starts or ends within an interval of ${intervalMinutes} min.`,
        { path },
      );
    }
  }
}

function covers(rate: Rate, minute: number): boolean {
  const { from, to } = minutesOf(rate);
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

function minutesOf(rate: Rate): { readonly from: number; readonly to: number } {
  const to = rate.to === undefined ? 0 : minuteOf(rate.to);
  return { from: rate.from === undefined ? 0 : minuteOf(rate.from), to: to === 0 ? MINUTES_PER_DAY : to };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function checkDay(rates: readonly Rate[], direction: Direction): void {
  const ids = new Set<string>();
  const owner: (Rate | undefined)[] = new Array(MINUTES_PER_DAY).fill(undefined);
  for (const [index, rate] of rates.entries()) {
    const path = `${direction}/${index}`;
    if (ids.has(rate.id)) throw errors.TARIFF_INVALID(`Two ${direction} rates have the id ${rate.id}.`, { path });
    ids.add(rate.id);
    const { from, to } = minutesOf(rate);
    if (from === to) throw errors.TARIFF_INVALID(`Rate ${rate.id} starts and ends at ${clock(from)}.`, { path });
    claim(owner, rate, path);
  }
  const free = owner.indexOf(undefined);
  if (free >= 0) throw gap(free, direction);
}

function claim(owner: (Rate | undefined)[], rate: Rate, path: string): void {
  for (let minute = 0; minute < MINUTES_PER_DAY; minute += 1) {
    if (!covers(rate, minute)) continue;
    const other = owner[minute];
    if (other !== undefined) {
      throw errors.TARIFF_OVERLAP(`Rates ${other.id} and ${rate.id} both hold at ${clock(minute)}.`, { path });
    }
    owner[minute] = rate;
  }
}

function gap(minute: number, direction: Direction): Error {
  return errors.TARIFF_GAP(`No ${direction} rate holds at ${clock(minute)}.`, { path: direction });
}

function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function shapeError(value: unknown): Error {
  const first = Value.Errors(Tariff, value)[0];
  const path = first?.instancePath.replace(/^\//, "") ?? "";
  const says = first?.keyword === "boolean" ? "has an unknown key" : (first?.message ?? "is not one");
  return errors.TARIFF_INVALID(`The tariff ${says}.`, path === "" ? undefined : { path });
}
