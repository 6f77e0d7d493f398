import { Instant } from "@csj/quantity";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type DayBill, type PricedInterval, priceDay } from "./price-day.ts";
import { parseTariff, type Tariff } from "./tariff.ts";

const SEED = 20_261_124;

const tariff = parseTariff({
  id: "two",
  name: "Two rates",
  currency: "GBP",
  exponent: 2,
  import: [
    { id: "day", label: "Day", price_per_kwh: "0.2450", from: "05:30", to: "23:30" },
    { id: "night", label: "Night", price_per_kwh: "0.0935", from: "23:30", to: "05:30" },
  ],
  export: [{ id: "out", label: "Export", price_per_kwh: "0.1500" }],
  standing_per_day: "0.6010",
  tax_percent: "5",
});

const HALF_HOUR_MS = 1_800_000;

/** Half-hours from local midnight on. */
function halfHours(energies: readonly (readonly [number | null, number | null])[]): PricedInterval[] {
  return energies.map(([importWh, exportWh], slot) => ({
    start: Instant(slot * HALF_HOUR_MS),
    minute: (slot * 30) % 1440,
    importWh,
    exportWh,
  }));
}

const amounts = (bill: DayBill) => Object.fromEntries(bill.lines.map(({ id, amount }) => [id, amount]));

test("a day is a standing charge, a line per rate, tax on the charges, and a credit for export", () => {
  const energies = Array.from({ length: 48 }, (_, slot) => [slot < 11 ? 100 : 333, slot === 24 ? 1001 : 0] as const);
  const bill = priceDay({ tariff, intervals: halfHours(energies) });
  expect(bill.lines).toEqual([
    line("standing", "Standing charge", "1", "day", "0.6010", "0.60"),
    line("import-day", "Day", "11.988", "kWh", "0.2450", "2.94"),
    line("import-night", "Night", "1.433", "kWh", "0.0935", "0.13"),
    line("tax", "Tax", "3.67", "GBP", "5 %", "0.18"),
    line("export-out", "Export", "1.001", "kWh", "0.1500", "-0.15"),
  ]);
  expect(bill).toMatchObject({ currency: "GBP", exponent: 2, total: "3.70", missing: 0 });
});

function line(id: string, label: string, quantity: string, unit: string, price: string, amount: string) {
  return { id, label, quantity, unit, price, amount, rounding: "half-up to 0.01" };
}

test("a missing interval is not priced and is counted once", () => {
  const bill = priceDay({
    tariff,
    intervals: halfHours([
      [100, 0],
      [null, 0],
      [100, null],
      [null, null],
      [0, 0],
    ]),
  });
  expect(bill.missing).toBe(3);
  expect(bill.perInterval.map(({ cost }) => cost)).toEqual(["0.00935", null, null, null, "0"]);
  expect(bill.perInterval[2]).toMatchObject({ import: "0.00935", export: null });
  expect(amounts(bill)["import-night"]).toBe("0.02");
});

test("a site without an export channel misses nothing, and neither does one whose export is not paid for", () => {
  const [first] = halfHours([[100, null]]) as [PricedInterval];
  const { exportWh: _, ...without } = first;
  expect(priceDay({ tariff, intervals: [without] }).missing).toBe(0);
  const { export: __, ...unpaid } = tariff;
  const bill = priceDay({ tariff: unpaid, intervals: [first] });
  expect(bill.missing).toBe(0);
  expect(bill.lines.map(({ id }) => id)).not.toContain("export-out");
});

test("an empty day still has its standing charge, and a tariff without one has no such line", () => {
  expect(priceDay({ tariff, intervals: [] }).total).toBe("0.63");
  const { standing_per_day: _, tax_percent: __, ...bare } = tariff;
  const bill = priceDay({ tariff: bare, intervals: [] });
  expect(bill.lines.map(({ id }) => id)).toEqual(["import-day", "import-night", "export-out"]);
  expect(bill.total).toBe("0.00");
});

test("a day with a repeated hour and one with a skipped hour price each interval by its local minute", () => {
  const minutes = { long: [0, 30, 60, 90, 60, 90, 120], short: [0, 30, 120] };
  const of = (all: readonly number[]) =>
    priceDay({
      tariff,
      intervals: all.map((minute, at) => ({ start: Instant(at), minute, importWh: 1000, exportWh: 0 })),
    });
  expect(amounts(of(minutes.long))["import-night"]).toBe("0.65");
  expect(amounts(of(minutes.short))["import-night"]).toBe("0.28");
});

test.each([
  [0, "JPY", "31.50", "39", "half-up to 1"],
  [3, "KWD", "0.0315", "0.039", "half-up to 0.001"],
  [2, "GBP", "0.0315", "0.04", "half-up to 0.01"],
] as const)(
  "a currency with %d digits after the point (%s) is rounded to them",
  (exponent, currency, price, amount, rounding) => {
    const flat = [{ id: "flat", label: "Flat", price_per_kwh: price }];
    const bill = priceDay({
      tariff: parseTariff({ id: "t", name: "T", currency, exponent, import: flat }),
      intervals: halfHours([[1234, null]]),
    });
    expect(bill.lines[0]).toMatchObject({ amount, rounding });
    expect(bill.total).toBe(amount);
  },
);

test("a line is rounded once: many thousandths make a whole", () => {
  const flat = [{ id: "flat", label: "Flat", price_per_kwh: "0.004" }];
  const bill = priceDay({
    tariff: parseTariff({ id: "t", name: "T", currency: "GBP", exponent: 2, import: flat }),
    intervals: halfHours(Array.from({ length: 48 }, () => [1000, null] as const)),
  });
  expect(bill.total).toBe("0.19");
});

test("a negative price pays for import", () => {
  const windy = [{ id: "windy", label: "Windy", price_per_kwh: "-0.05" }];
  const bill = priceDay({
    tariff: parseTariff({ id: "t", name: "T", currency: "GBP", exponent: 2, import: windy, tax_percent: "20" }),
    intervals: halfHours([[10_000, null]]),
  });
  expect(amounts(bill)).toEqual({ "import-windy": "-0.50", tax: "-0.10" });
  expect(bill.total).toBe("-0.60");
});

test.each([1.5, -1, Number.NaN, Infinity, 2 ** 53])("%d Wh is refused", (wh) => {
  expect(() => priceDay({ tariff, intervals: halfHours([[wh, 0]]) })).toThrow("not an energy in whole Wh");
});

const energy = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: null, freq: 10 });
const price = fc
  .tuple(fc.integer({ min: -9_999, max: 99_999 }), fc.integer({ min: 0, max: 5 }))
  .map(([digits, places]) => decimalText(digits, places));
const anyTariff: fc.Arbitrary<Tariff> = fc
  .record({ day: price, night: price, out: price, exponent: fc.constantFrom(0, 2, 3) })
  .map(({ day, night, out, exponent }) => ({
    ...tariff,
    exponent,
    import: tariff.import.map((rate) => ({ ...rate, price_per_kwh: rate.id === "day" ? day : night })),
    export: [{ id: "out", label: "Export", price_per_kwh: out }],
  }));
const anyDay = fc.array(fc.tuple(energy, energy), { minLength: 0, maxLength: 50 });

function decimalText(digits: number, places: number): string {
  const size = String(Math.abs(digits)).padStart(places + 1, "0");
  const text = places === 0 ? size : `${size.slice(0, -places)}.${size.slice(-places)}`;
  return digits < 0 ? `-${text}` : text;
}

/** In 10^-15 of the major unit, by its own slow way: digit strings as whole numbers, one interval after the other. */
function slowly(tariffPrice: string, energies: readonly number[]): bigint {
  const [whole = "0", fraction = ""] = tariffPrice.replace("-", "").split(".");
  const perWh = BigInt(whole + fraction.padEnd(12, "0"));
  let total = 0n;
  for (const wh of energies) total += tariffPrice.startsWith("-") ? -perWh * BigInt(wh) : perWh * BigInt(wh);
  return total;
}

function roundedSlowly(value: bigint, exponent: number): string {
  const unit = 10n ** BigInt(15 - exponent);
  const size = value < 0n ? -value : value;
  const whole = size / unit + (size % unit >= unit / 2n ? 1n : 0n);
  const text = decimalText(Number(whole), exponent);
  return value < 0n && whole > 0n ? `-${text}` : text;
}

function isNight(slot: number): boolean {
  const minute = (slot * 30) % 1440;
  return minute < 330 || minute >= 1410;
}

test("each line is what an independent slow calculation gives", () => {
  fc.assert(
    fc.property(anyTariff, anyDay, (tariff, energies) => {
      const bill = amounts(priceDay({ tariff, intervals: halfHours(energies) }));
      const imported = (night: boolean) =>
        energies.flatMap(([wh], slot) => (wh === null || isNight(slot) !== night ? [] : [wh]));
      const exported = energies.flatMap(([, wh]) => (wh === null ? [] : [wh]));
      const [day, night] = tariff.import.map((rate) => rate.price_per_kwh) as [string, string];
      const out = tariff.export?.[0]?.price_per_kwh ?? "";
      expect(bill["import-day"]).toBe(roundedSlowly(slowly(day, imported(false)), tariff.exponent));
      expect(bill["import-night"]).toBe(roundedSlowly(slowly(night, imported(true)), tariff.exponent));
      expect(bill["export-out"]).toBe(roundedSlowly(-slowly(out, exported), tariff.exponent));
    }),
    { seed: SEED },
  );
});

test("the intervals' exact amounts add up to the line before it is rounded, and the lines to the total", () => {
  fc.assert(
    fc.property(anyTariff, anyDay, (tariff, energies) => {
      const bill = priceDay({ tariff, intervals: halfHours(energies) });
      const sumOf = (texts: readonly (string | null)[]) => texts.reduce((all, text) => all + fixed(text ?? "0"), 0n);
      const [day, night] = ["day", "night"].map((id) =>
        sumOf(bill.perInterval.filter(({ rate }) => rate === id).map((each) => each.import)),
      );
      expect(amounts(bill)["import-day"]).toBe(roundedSlowly(day as bigint, tariff.exponent));
      expect(amounts(bill)["import-night"]).toBe(roundedSlowly(night as bigint, tariff.exponent));
      expect(sumOf(bill.lines.map(({ amount }) => amount))).toBe(fixed(bill.total));
      for (const each of bill.perInterval) {
        if (each.cost !== null) expect(fixed(each.cost)).toBe(fixed(each.import ?? "") - fixed(each.export ?? ""));
      }
    }),
    { seed: SEED },
  );
});

/** A decimal text in 10^-15. */
function fixed(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole + fraction.padEnd(15, "0"));
  return text.startsWith("-") ? -size : size;
}
