import { isCoded } from "@csj/fault";
import { Instant, Millis } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { FakeTime } from "./fake/time.ts";
import { formatClockScale, parseClockScale, scaledClock, scaledTimers } from "./scaled-clock.ts";

const text = "2026-11-24T09:00:00.000Z=2026-06-13T04:00:00.000Z@60";
const real = Instant(Date.parse("2026-11-24T09:00:00Z"));

describe("a scaled clock", () => {
  it("shows the simulated start at the real start and runs at its speed", () => {
    const time = new FakeTime(real);
    const clock = scaledClock(text, time);
    expect(new Date(clock.now()).toISOString()).toBe("2026-06-13T04:00:00.000Z");
    time.skip(Millis(1500));
    expect(new Date(clock.now()).toISOString()).toBe("2026-06-13T04:01:30.000Z");
    expect(clock.monotonic()).toBe(90_000);
  });

  it("is the same in a process that started later", () => {
    const early = new FakeTime(real);
    early.skip(Millis(60_000));
    const late = new FakeTime(Instant(real + 60_000));
    expect(scaledClock(text, late).now()).toBe(scaledClock(text, early).now());
  });

  it("reads what it writes", () => {
    expect(formatClockScale(parseClockScale(text))).toBe(text);
    expect(parseClockScale("2026-11-24T10:00+01:00=2026-06-13T04:00Z@0.5")).toMatchObject({ real, speed: 0.5 });
  });

  it("refuses what is no clock: no zone, no speed, a speed of 0", () => {
    for (const bad of [
      "",
      "now",
      text.replace("Z=", "="),
      text.replace("@60", ""),
      text.replace("@60", "@0"),
      text.replace("-24T", "-99T"),
    ]) {
      expect(
        isCoded(
          failureOf(() => parseClockScale(bad)),
          "RUNTIME_CLOCK_SCALE",
        ),
        bad,
      ).toBe(true);
    }
  });

  it("has timers that fire after simulated time", async () => {
    const time = new FakeTime(real);
    let fired = 0;
    scaledTimers(60, time).after(Millis(60_000), () => {
      fired += 1;
    });
    await time.advance(Millis(999));
    expect(fired).toBe(0);
    await time.advance(Millis(1));
    expect(fired).toBe(1);
  });
});

function failureOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
