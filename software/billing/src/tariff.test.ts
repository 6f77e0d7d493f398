import { CodedError } from "@csj/fault";
import { expect, test } from "vitest";
import { checkInterval, parseTariff, rateOf, type Tariff } from "./tariff.ts";

const day = { id: "day", label: "Day", price_per_kwh: "0.2450", from: "05:30", to: "23:30" };
const night = { id: "night", label: "Night", price_per_kwh: "0.0900", from: "23:30", to: "05:30" };
const tariff = { id: "two", name: "Two rates", currency: "GBP", exponent: 2, import: [day, night] };

function refusal(value: unknown): string {
  try {
    parseTariff(value);
  } catch (error) {
    if (error instanceof CodedError) return `${error.code} ${error.where?.path ?? ""} ${error.message}`;
    throw error;
  }
  return "accepted";
}

test("a rate may cross midnight", () => {
  const two = parseTariff(tariff);
  const at = (time: string) => rateOf(two, Number(time.slice(0, 2)) * 60 + Number(time.slice(3))).id;
  expect(["00:00", "05:29", "05:30", "12:00", "23:29", "23:30", "23:59"].map(at)).toEqual([
    "night",
    "night",
    "day",
    "day",
    "day",
    "night",
    "night",
  ]);
});

test("one rate without times holds all day, and midnight may be written as an end", () => {
  const flat = { id: "flat", label: "Flat", price_per_kwh: "0.3" };
  expect(rateOf(parseTariff({ ...tariff, import: [flat] }), 1439).id).toBe("flat");
  expect(rateOf(parseTariff({ ...tariff, import: [{ ...flat, from: "00:00", to: "00:00" }] }), 1439).id).toBe("flat");
  const halves = [
    { ...flat, id: "am", to: "12:00" },
    { ...flat, id: "pm", from: "12:00" },
  ];
  expect(rateOf(parseTariff({ ...tariff, import: halves }), 720).id).toBe("pm");
});

test("export has rates of its own, or none", () => {
  expect(rateOf(parseTariff(tariff), 0, "export")).toBeUndefined();
  const paid = parseTariff({ ...tariff, export: [{ id: "seg", label: "Export", price_per_kwh: "0.15" }] });
  expect(rateOf(paid, 0, "export")?.id).toBe("seg");
});

test("what is not a tariff is refused by name and place", () => {
  expect(refusal({ ...tariff, import: [day, { ...night, to: "05:00" }] })).toBe(
    "TARIFF_GAP import No import rate holds at 05:00.",
  );
  expect(refusal({ ...tariff, import: [day, { ...night, to: "06:00" }] })).toBe(
    "TARIFF_OVERLAP import/1 Rates day and night both hold at 05:30.",
  );
  expect(refusal({ ...tariff, import: [day, { ...night, id: "day" }] })).toBe(
    "TARIFF_INVALID import/1 Two import rates have the id day.",
  );
  expect(refusal({ ...tariff, import: [{ ...day, to: "05:30" }] })).toBe(
    "TARIFF_INVALID import/0 Rate day starts and ends at 05:30.",
  );
  expect(refusal({ ...tariff, import: [] })).toMatch(/^TARIFF_INVALID import /);
  expect(refusal({ ...tariff, export: [{ ...day }] })).toMatch(/^TARIFF_GAP export /);
  expect(refusal({ ...tariff, standing: "0.6" })).toBe("TARIFF_INVALID standing The tariff has an unknown key.");
  expect(refusal({ ...tariff, import: [{ ...day, price_per_kwh: 0.245 }, night] })).toMatch(
    /^TARIFF_INVALID import\/0\/price_per_kwh /,
  );
  expect(refusal({ ...tariff, import: [{ ...day, from: "24:00" }, night] })).toMatch(
    /^TARIFF_INVALID import\/0\/from /,
  );
  expect(refusal({ ...tariff, standing_per_day: "-1" })).toMatch(/^TARIFF_INVALID standing_per_day /);
  expect(refusal({ ...tariff, exponent: 2.5 })).toMatch(/^TARIFF_INVALID exponent /);
  expect(refusal({ ...tariff, currency: "pounds" })).toMatch(/^TARIFF_INVALID currency /);
  for (const nothing of [null, undefined, "tariff", [], 3]) expect(refusal(nothing)).toMatch(/^TARIFF_INVALID /);
});

test("a rate that changes within an interval is refused for that interval only", () => {
  const two = parseTariff(tariff) as Tariff;
  checkInterval(two, 30);
  expect(() => checkInterval(two, 60)).toThrow(
    "Rate day (05:30 to 23:30) starts or ends within an interval of 60 min.",
  );
});

test.each([-1, 1440, 0.5, Number.NaN])("minute %d is not one of the day", (minute) => {
  expect(() => rateOf(parseTariff(tariff), minute)).toThrow("not a minute of the day");
});
