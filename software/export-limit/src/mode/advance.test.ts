import { readFileSync } from "node:fs";
import { Millis, Watts } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseStandard } from "../standard/standard.ts";
import { advance, initialMode } from "./advance.ts";
import { fromDurable, toDurable } from "./durable.ts";
import type { ModeFacts, ModeState, Verdict } from "./mode.ts";
import { modeSentence } from "./sentence.ts";

const standardOf = (id: string) =>
  parseStandard(parse(readFileSync(new URL(`../../standards/${id}.yaml`, import.meta.url), "utf8")));

const quiet: Omit<ModeFacts, "now"> = {
  input: "good",
  over: Watts(-500),
  allowed: Watts(0),
  rated: Watts(10_000),
  safeLimit: Watts(0),
  units: ["ok"],
  probe: "none",
  stopped: false,
  maintenance: undefined,
  reset: false,
};

/** A site that lives through seconds. */
class Site {
  state: ModeState = initialMode();
  now = 0;
  last!: Verdict;
  readonly standard;

  constructor(id: string) {
    this.standard = standardOf(id);
  }

  /** Gives the second in which the mode was first this one; -1 where it never was. */
  live(seconds: number, change: Partial<ModeFacts> = {}, until?: Verdict["mode"]): number {
    for (let second = 1; second <= seconds; second += 1) {
      this.now += 1_000;
      const { state, verdict } = advance(this.state, { ...quiet, ...change, now: Millis(this.now) }, this.standard);
      this.state = state;
      this.last = verdict;
      if (verdict.mode === until) return second;
    }
    return -1;
  }

  losePower(): void {
    this.state = fromDurable(JSON.parse(JSON.stringify(toDurable(this.state))), this.standard);
    this.now = 0;
  }
}

const over = { over: Watts(5_000) };

describe("a site under G100", () => {
  it("is locked out by the third long excursion within a day, for four hours", () => {
    const site = new Site("g100");
    site.live(5);
    for (let excursion = 0; excursion < 2; excursion += 1) {
      site.live(8, over);
      site.live(30);
    }
    expect([site.last.mode, site.last.excursions]).toEqual(["normal", 2]);
    expect(site.live(8, over, "lockout")).toBe(7);
    expect([site.last.ceiling, site.last.disconnect, site.last.alarm]).toEqual([0, true, true]);
    expect(modeSentence(site.last)).toBe("Locked out for another 4 h 0 min: export went over the limit too often.");
    expect(site.live(4 * 3_600 + 60, {}, "normal")).toBe(4 * 3_600 + 11);
  });

  it("does not count short excursions, nor those of the day before", () => {
    const site = new Site("g100");
    for (let excursion = 0; excursion < 10; excursion += 1) {
      site.live(4, over);
      site.live(10);
    }
    expect(site.last.excursions).toBe(0);
    site.live(8, over);
    site.live(10);
    expect(site.last.excursions).toBe(1);
    site.live(24 * 3_600);
    expect(site.last.excursions).toBe(0);
  });

  it("goes on being locked out after a loss of power, for the time that was left", () => {
    const site = new Site("g100");
    for (let excursion = 0; excursion < 3; excursion += 1) {
      site.live(8, over);
      site.live(20);
    }
    site.live(3_600);
    const left = site.state.lockoutLeft;
    site.losePower();
    site.live(1);
    expect([site.last.mode, site.last.lockoutLeft]).toEqual(["lockout", left - 0]);
  });

  it("counts an excursion that a loss of power cut off", () => {
    const site = new Site("g100");
    site.live(5);
    site.live(2, over);
    site.losePower();
    site.live(5);
    expect(site.last.excursions).toBe(1);
  });
});

describe("a site that loses its meter", () => {
  it("is at the safe limit at once, with an alarm, and comes back after ten good seconds", () => {
    const site = new Site("zero");
    site.live(5);
    site.live(1, { input: "meter-unavailable", over: undefined });
    expect([site.last.mode, site.last.ceiling, site.last.alarm]).toEqual(["failsafe", 0, true]);
    expect(site.live(60, {}, "normal")).toBe(11);
  });

  it("waits anew where the meter is lost again", () => {
    const site = new Site("zero");
    site.live(5);
    site.live(1, { input: "meter-unavailable", over: undefined });
    site.live(8);
    site.live(1, { input: "meter-unavailable", over: undefined });
    expect(site.live(60, {}, "normal")).toBe(11);
  });
});

describe("a trip", () => {
  it.each([
    ["vde-4105", 6_000, 130, 10],
    ["vde-4105", 6_000, 410, 3],
    ["vde-4105", 6_000, 4_200, 0.1],
    ["as4777", 0, 1_100, 5],
    ["as4777", 0, 900, 15],
    ["as4777", 5_000, 1_100, 5],
    ["as4777", 5_000, 150, 15],
    ["ul1741-pcs", 5_000, 600, 30],
    ["zero", 0, 250, 12],
  ])("of %s with %d W allowed comes when %d W too much have flowed for %d s", (id, allowed, watts, seconds) => {
    const site = new Site(id);
    site.live(5, { allowed: Watts(allowed) });
    const tripped = site.live(60, { allowed: Watts(allowed), over: Watts(watts) }, "failsafe");
    // Time begins with the first cycle that sees it.
    expect(tripped).toBe(Math.ceil(seconds) + 1);
    expect(site.last.reason).toBe("export-over");
  });
});

describe("an inverter", () => {
  it("that does not answer lets a trip come a quarter sooner, since there is less to wait for", () => {
    const site = new Site("zero");
    site.live(5);
    const tripped = site.live(60, { units: ["ok", "unreachable"], over: Watts(250) }, "failsafe");
    expect([tripped, site.last.reason]).toEqual([10, "export-over"]);
  });

  it("that does not follow opens the relay", () => {
    const site = new Site("zero");
    site.live(5);
    site.live(1, { units: ["ok", "disobeys"] });
    expect([site.last.mode, site.last.disconnect]).toEqual(["failsafe", true]);
  });

  it.each(["restarted", "foreign"] as const)("that is %s, of several, lets the limit not rise", (trouble) => {
    const site = new Site("zero");
    site.live(5);
    site.live(1, { units: ["ok", trouble] });
    expect([site.last.mode, site.last.mayRise]).toEqual(["degraded", false]);
  });
});

it("an inverter that does not answer, of several, leaves the site degraded and the others their rise", () => {
  const site = new Site("zero");
  site.live(5);
  site.live(1, { units: ["ok", "unreachable"] });
  expect([site.last.mode, site.last.mayRise]).toEqual(["degraded", true]);
});

it("a failed probe is released by a person and not by time", () => {
  const site = new Site("zero");
  site.live(5);
  site.live(1, { probe: "failed" });
  expect(site.live(600, {}, "normal")).toBe(-1);
  expect(site.live(1, { reset: true }, "normal")).toBe(1);
});

it("maintenance lowers the limit, says no alarm, and what flows out meanwhile is recorded and not counted", () => {
  const site = new Site("g100");
  site.live(5);
  site.live(20, { maintenance: Watts(1_000), over: Watts(5_000) });
  expect([site.last.ceiling, site.last.alarm, site.last.excursions]).toEqual([1_000, false, 0]);
  site.live(1, { maintenance: Watts(1_000) });
  expect(site.last.ended).toMatchObject({ peak: 5_000, maintenance: true, lasted: 19_000 });
});

it("a past that cannot be read is a start at the safe limit which waits", () => {
  for (const past of [null, 1, {}, { version: 2 }, { ...toDurable(initialMode()), lockout_left_ms: -1 }]) {
    expect(fromDurable(past, standardOf("zero"))).toMatchObject({ mode: "failsafe", starting: false });
  }
});
