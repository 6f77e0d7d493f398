import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeMinutes, parseStamp, stampNanoseconds, stampOf, stampText, utcNanoseconds } from "./stamp.ts";

const parsed = (date: string, time: string, order: "dmy" | "mdy" = "dmy") => {
  const stamp = parseStamp(date, time, order);
  if (stamp === undefined) throw new Error(`${date} ${time} was refused`);
  return stamp;
};

describe("a stamp", () => {
  it("agrees with the language's calendar from 1970 to 2200, both ways", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 7_258_118_400 }),
        fc.integer({ min: 0, max: 999_999_999 }),
        (second, rest) => {
          const nanoseconds = BigInt(second) * 1_000_000_000n + BigInt(rest);
          const stamp = stampOf(nanoseconds, 9);
          expect(new Date(second * 1000).toISOString().slice(0, 19)).toBe(
            `${stamp.year}-${two(stamp.month)}-${two(stamp.day)}T${two(stamp.hour)}:${two(stamp.minute)}:${two(stamp.second)}`,
          );
          expect(stampNanoseconds(stamp)).toBe(nanoseconds);
        },
      ),
      { seed: 43 },
    );
  });

  it("has the day first from 1999 and the month first in 1991", () => {
    expect(parsed("03/04/2021", "05:06:07.5")).toMatchObject({ day: 3, month: 4, nanoseconds: 500_000_000 });
    expect(parsed("03/04/91", "05:06:07.5", "mdy")).toMatchObject({ day: 4, month: 3, year: 1991 });
    expect(parsed("12/31/07", "23:59:60", "mdy")).toMatchObject({ day: 31, month: 12, year: 2007, second: 60 });
  });

  it("is refused where it cannot be, and not turned round", () => {
    const wrong = [
      ["31/02/2021", "00:00:00"],
      ["12/31/2021", "00:00:00"],
      ["01/01/2021", "24:00:00"],
      ["01/01/2021", "00:00:61"],
      ["00/01/2021", "00:00:00"],
      ["29/02/2100", "00:00:00"],
      ["01/01/021", "00:00:00"],
      ["01/01/2021", "00:00:00.1234567890"],
    ] as const;
    for (const [date, time] of wrong) expect(parseStamp(date, time, "dmy")).toBeUndefined();
  });

  it("keeps whether the recorder counts microseconds or nanoseconds", () => {
    expect(stampText(parsed("17/02/2021", "17:37:12.422969065"), "dmy")).toBe("17/02/2021,17:37:12.422969065");
    expect(stampText(parsed("7/2/2021", "7:37:12.5"), "dmy")).toBe("07/02/2021,07:37:12.500000");
  });

  it("is in UTC only where the recording says how far its clock is from it", () => {
    expect(codeMinutes("-5h30")).toBe(-330);
    expect(codeMinutes("+10")).toBe(600);
    expect(codeMinutes("x")).toBeUndefined();
    const noon = parsed("01/06/2021", "12:00:00");
    expect(utcNanoseconds(noon, "-5h30") - stampNanoseconds(noon)).toBe(330n * 60_000_000_000n);
    expect(() => utcNanoseconds(noon, undefined)).toThrow("no time code");
  });

  const two = (value: number) => String(value).padStart(2, "0");
});
