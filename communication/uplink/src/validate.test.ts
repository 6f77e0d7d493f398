import { describe, expect, it } from "vitest";
import { checkedEnvelope, checkedHello, checkedStored } from "./validate.ts";

const stamp = { gateway: "site-01", epoch: 1, seq: 1 };
const format = { unit: "Wh", per_count: 1, digits: 6, step: 1 };

function day(channel: object = {}, more: object = {}) {
  const counts = Array.from({ length: 25 }, (_, at) => 100 + at);
  const filled = { ...format, counts, delays_ms: counts.map(() => 5), breaks: [], ...channel };
  const body = {
    kind: "day",
    ...stamp,
    meter: "m-1",
    day: "2026-11-24",
    interval_s: 3600,
    channels: { import: filled },
  };
  return { ...body, ...more };
}

function interval(channel: object = {}, more: object = {}) {
  const filled = { ...format, open: 1, close: 2, open_delay_ms: 3, close_delay_ms: 4, ...channel };
  const body = {
    kind: "interval",
    ...stamp,
    meter: "m-1",
    start_s: 1800,
    interval_s: 1800,
    channels: { export: filled },
  };
  return { ...body, ...more };
}

const problem = (value: unknown) => checkedStored(value).problem;

describe("a stored message", () => {
  it("is taken where all its parts agree", () => {
    const value = day();
    expect(checkedStored(value)).toEqual({ value });
    expect(problem(interval())).toBeUndefined();
    expect(problem(day({ counts: [999_999, ...Array(24).fill(3)] }))).toBeUndefined();
    expect(
      problem(
        day({ counts: [500, null, 3, ...Array(22).fill(4)], delays_ms: [0, null, ...Array(23).fill(1)], breaks: [2] }),
      ),
    ).toBeUndefined();
    expect(problem(interval({ open: null, open_delay_ms: null }))).toBeUndefined();
  });

  it.each([
    ["a kind that is none", { kind: "day-old" }, "/kind is not one that is stored"],
    ["nothing", null, "/kind is not one that is stored"],
    ["an unknown key", day({}, { colour: 1 }), "/colour is not a known key"],
    ["an unknown channel", day({}, { channels: { gas: {} } }), "/channels/gas is not a known key"],
    ["no channel", day({}, { channels: {} }), "/channels must not have fewer than 1 properties"],
    ["a fraction", day({ step: 0.5 }), "/channels/import/step must be integer"],
    ["an interval that we do not have", day({}, { interval_s: 60 }), "/interval_s"],
    ["a day of no calendar", day({}, { day: "2026-02-30" }), "/day is not a day of the calendar"],
    ["too few counts", day({ counts: [1] }), "has 1 counts, not 25"],
    ["too few delays", day({ delays_ms: [1] }), "has 1 delays, not 25"],
    ["breaks out of order", day({ breaks: [3, 2] }), "has breaks out of order"],
    ["a break beyond the day", day({ breaks: [25] }), "has breaks out of order"],
    [
      "a delay without a count",
      day({ counts: [null, ...Array(24).fill(1)] }),
      "has a count without a delay, or the other way, at 0",
    ],
    [
      "a count beyond its digits",
      day({ digits: 4, counts: Array(25).fill(10_000) }),
      "has a count of more than 4 digits at boundary 0",
    ],
    [
      "a growth that no meter has",
      day({ digits: 15, counts: [0, ...Array(24).fill(3e9)] }),
      "grows by more than a meter can count at boundary 1",
    ],
    ["Wh on a varh channel", day({}, { channels: { "reactive-import": day().channels.import } }), "cannot be in Wh"],
    ["a start between intervals", interval({}, { start_s: 1801 }), "/start_s is not the start of an interval"],
    ["an interval's count without a delay", interval({ close_delay_ms: null }), "has a count without a delay"],
  ])("is refused with %s, saying where", (_, value, says) => {
    expect(problem(value)).toContain(says);
  });
});

describe("an envelope and a hello", () => {
  it("have no key that is not theirs", () => {
    const envelope = { body: {}, mac: "a".repeat(64) };
    expect(checkedEnvelope(envelope).problem).toBeUndefined();
    expect(checkedEnvelope({ ...envelope, extra: 1 }).problem).toBe("/extra is not a known key");
    expect(checkedEnvelope({ ...envelope, mac: "A".repeat(64) }).problem).toContain("/mac");
    expect(checkedHello({ body: {}, signature: "" }).problem).toBeDefined();
  });
});
