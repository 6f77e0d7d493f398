import { describe, expect, it } from "vitest";
import { addDecimals, money } from "./money.ts";
import { energy, power } from "./power.ts";
import { age, dayBeside } from "./time.ts";

describe("numbers as people read them", () => {
  it("show an absent value as a dash, never as zero", () => {
    expect([power(null), power(Number.NaN), energy(undefined)]).toEqual(["–", "–", "–"]);
  });

  it("change to kilowatts at a thousand watts, after rounding", () => {
    expect([power(999.4), power(999.6), power(2149), power(-180), power(-0.3)]).toEqual([
      "999 W",
      "1.0 kW",
      "2.1 kW",
      "−180 W",
      "0 W",
    ]);
  });

  it("add decimals without a float between", () => {
    expect(addDecimals(["0.1", "0.2"])).toBe("0.3");
    expect(addDecimals(["12.345678", "-0.345678", "1"])).toBe("13.000000");
    expect(addDecimals(["-0.5", "0.25"])).toBe("-0.25");
    expect(addDecimals([])).toBe("0");
  });

  it("round money once, to the currency's own digits", () => {
    expect(money("0.205500", "GBP", 2)).toContain("0.21");
    expect(money("1234", "JPY", 0)).toContain("1,234");
    expect(money("0.0125", "KWD", 3)).toContain("0.013");
  });

  it("give ages in one unit and move days by date", () => {
    expect([age(900), age(61_000), age(7_300_000), age(90_000_000)]).toEqual(["0 s", "1 min", "2 h", "1 day"]);
    expect([dayBeside("2026-03-28", 1), dayBeside("2026-03-29", 1), dayBeside("2026-01-01", -1)]).toEqual([
      "2026-03-29",
      "2026-03-30",
      "2025-12-31",
    ]);
  });
});
