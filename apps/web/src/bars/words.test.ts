import { describe, expect, it } from "vitest";
import { dayOf, GAP_DAY, LONG_DAY, SHORT_DAY, TODAY } from "../test/fixture-days.ts";
import { hourMarks, layoutOf, rateRuns } from "./layout.ts";
import { slotsOf } from "./slots.ts";
import { daySummary, slotName, sumOfSpan, usualWords } from "./words.ts";

const ordinary = dayOf("site-01", "2026-06-23");

describe("a day's places", () => {
  it("are 48, and 50 and 46 where the clocks change", () => {
    expect(slotsOf(ordinary)).toHaveLength(48);
    expect(slotsOf(dayOf("site-01", LONG_DAY))).toHaveLength(50);
    expect(slotsOf(dayOf("site-01", SHORT_DAY))).toHaveLength(46);
  });

  it("name the hour that comes twice by its zone, and nothing else", () => {
    const slots = slotsOf(dayOf("site-01", LONG_DAY));
    expect(slots.filter(({ label }) => label === "01:00").map(({ zoneName }) => zoneName)).toEqual(["BST", "GMT"]);
    expect(slots.filter(({ zoneName }) => zoneName !== undefined)).toHaveLength(4);
  });

  it("skip the hour that does not exist", () => {
    const labels = slotsOf(dayOf("site-01", SHORT_DAY)).map(({ label }) => label);
    expect(labels.slice(0, 4)).toEqual(["00:00", "00:30", "02:00", "02:30"]);
  });

  it("write both of a doubled hour under the axis", () => {
    const marks = hourMarks(slotsOf(dayOf("site-01", LONG_DAY)), 1000).map(({ label }) => label);
    expect(marks.filter((label) => label === "01:00")).toHaveLength(2);
  });

  it("run the whole day while only a part of it is there", () => {
    const slots = slotsOf(dayOf("site-01", TODAY));
    expect(slots).toHaveLength(48);
    expect(slots.filter(({ interval }) => interval !== undefined)).toHaveLength(28);
  });

  it("fall into runs of one rate", () => {
    expect(rateRuns(slotsOf(ordinary)).map(({ rate, from, to }) => [rate, from, to])).toEqual([
      ["day", 0, 1],
      ["night", 1, 11],
      ["day", 11, 48],
    ]);
  });

  it("fit a phone's width without overlap", () => {
    const layout = layoutOf(slotsOf(dayOf("site-01", LONG_DAY)), [], 358);
    expect(layout.left + layout.step * 50).toBeCloseTo(358, 6);
    expect(layout.step).toBeGreaterThan(layout.gap + 3);
  });
});

describe("a span", () => {
  it("adds energy and money exactly, in either direction", () => {
    const slots = slotsOf(ordinary);
    const forward = sumOfSpan(slots, null, { anchor: 34, focus: 38 });
    const chosen = ordinary.intervals.slice(34, 39);
    expect(forward.wh).toBe(chosen.reduce((sum, { home_wh }) => sum + (home_wh ?? 0), 0));
    const micro = chosen.reduce((sum, { cost }) => sum + BigInt((cost ?? "0").replace(".", "")), 0n);
    expect(forward.cost?.replace(".", "").replace(/^0+/, "")).toBe(String(micro));
    expect(sumOfSpan(slots, null, { anchor: 38, focus: 34 })).toEqual(forward);
    expect(forward.label).toBe("17:00 to 19:30");
  });

  it("never counts a missing half-hour as zero", () => {
    const slots = slotsOf(dayOf("site-01", GAP_DAY));
    expect(sumOfSpan(slots, null, { anchor: 20, focus: 22 })).toMatchObject({ wh: null, cost: null, missing: 3 });
    expect(sumOfSpan(slots, null, { anchor: 19, focus: 23 })).toMatchObject({ missing: 3, late: 1 });
  });
});

describe("words", () => {
  it("sum a day up", () => {
    expect(daySummary(ordinary, slotsOf(ordinary))).toMatch(
      /^48 half-hours of 48 received, none estimated\. Peak 18:\d0, \d\.\d\d kWh\.$/,
    );
    const gap = dayOf("site-01", GAP_DAY);
    expect(daySummary(gap, slotsOf(gap))).toContain("45 half-hours of 48 received, 2 late, 3 missing, 1 estimated.");
    const long = dayOf("site-01", LONG_DAY);
    expect(daySummary(long, slotsOf(long))).toContain("The clocks went back: this day has 50 half-hours.");
  });

  it("name each bar with its value, money and quality", () => {
    const gap = dayOf("site-01", GAP_DAY);
    const slots = slotsOf(gap);
    expect(slotName(slots[36]!, gap)).toMatch(/^18:00 to 18:30, \d\.\d\d kWh, £0\.\d\d, day$/);
    expect(slotName(slots[21]!, gap)).toBe("10:30 to 11:00, missing");
    expect(slotName(slots[23]!, gap)).toContain(", late");
  });

  it("compare with the usual day only over what is there", () => {
    const today = dayOf("site-01", TODAY);
    expect(usualWords(today, slotsOf(today))).toMatch(
      /(less|more) than on a usual Wednesday by this time\.$|^As much as on a usual Wednesday by this time\.$/,
    );
    expect(usualWords(ordinary, slotsOf(ordinary))).not.toContain("by this time");
    const first = dayOf("site-01", "2025-09-02");
    expect(usualWords(first, slotsOf(first))).toBe("There is no usual day to compare with yet.");
  });
});
