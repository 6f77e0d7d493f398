/** What somebody who must sign for the state machine would try first. */
import { readFileSync } from "node:fs";
import { Millis, Watts } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseStandard } from "../standard/standard.ts";
import { advance, initialMode } from "./advance.ts";
import { fromDurable, toDurable } from "./durable.ts";
import type { ModeFacts, Verdict } from "./mode.ts";
import { modeSentence } from "./sentence.ts";

const standardOf = (id: string) =>
  parseStandard(parse(readFileSync(new URL(`../../standards/${id}.yaml`, import.meta.url), "utf8")));

const quiet: Omit<ModeFacts, "now"> = {
  input: "good",
  over: Watts(-500),
  allowed: Watts(0),
  rated: Watts(10_000),
  safeLimit: Watts(1_500),
  units: ["ok", "ok"],
  probe: "none",
  stopped: false,
  maintenance: undefined,
  reset: false,
};
const over = { over: Watts(5_000) };

function siteOf(id: string) {
  const standard = standardOf(id);
  let state = initialMode();
  let now = 0;
  let verdict: Verdict | undefined;
  return {
    /** Gives the second in which the mode was first this one; -1 where it never was. */
    live(seconds: number, change: Partial<ModeFacts> = {}, until?: Verdict["mode"], step = 1_000): number {
      for (let second = 1; second <= seconds; second += 1) {
        now += step;
        ({ state, verdict } = advance(state, { ...quiet, ...change, now: Millis(now) }, standard));
        if (verdict.mode === until) return second;
      }
      return -1;
    },
    /** One cycle at another time of the clock. */
    jump(to: number, change: Partial<ModeFacts> = {}): void {
      now = to;
      ({ state, verdict } = advance(state, { ...quiet, ...change, now: Millis(now) }, standard));
    },
    losePower(): void {
      state = fromDurable(JSON.parse(JSON.stringify(toDurable(state))), standard);
      now = 0;
    },
    get state() {
      return state;
    },
    get last() {
      return verdict as Verdict;
    },
  };
}

function lockOut(site: ReturnType<typeof siteOf>): void {
  for (let excursion = 0; excursion < 3; excursion += 1) {
    site.live(8, over);
    site.live(20);
  }
}

describe("a lockout", () => {
  it("is not ended by an operator where the standard does not say so", () => {
    const site = siteOf("g100");
    site.live(5);
    lockOut(site);
    site.live(60, { reset: true });
    expect(site.last.mode).toBe("lockout");
  });

  it("does not make a failed probe forgotten, nor does a loss of power in it", () => {
    const site = siteOf("g100");
    site.live(5);
    site.live(1, { probe: "failed" });
    lockOut(site);
    site.losePower();
    site.live(4 * 3_600 + 600);
    expect([site.last.mode, site.state.sticky]).toEqual(["failsafe", true]);
    expect(site.live(1, { reset: true }, "normal")).toBe(1);
  });

  it("is taken for granted where the past cannot be read, until a person has looked", () => {
    const standard = standardOf("g100");
    const state = fromDurable("torn", standard);
    expect([state.mode, state.lockoutLeft]).toEqual(["lockout", 4 * 3_600_000]);
    const later = advance(state, { ...quiet, now: Millis(1_000), reset: true }, standard);
    expect(later.verdict.mode).toBe("failsafe");
  });
});

describe("a clock", () => {
  it("that is set back stops no trip", () => {
    const site = siteOf("zero");
    site.jump(1_000_000);
    site.live(5);
    site.live(10, over);
    site.jump(0, over);
    expect(site.live(30, over, "failsafe")).toBe(3);
  });

  it("that is set back makes one excursion not two", () => {
    const site = siteOf("g100");
    site.jump(1_000_000);
    site.live(5);
    site.live(8, over);
    site.jump(0, over);
    site.live(8, over);
    expect(site.last.excursions).toBe(1);
  });

  it("that stands still or is none keeps a held site held", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(1, { input: "meter-stale", over: undefined });
    for (let cycle = 0; cycle < 100; cycle += 1) site.jump(Number.NaN);
    expect(site.last.mode).toBe("failsafe");
  });

  it("that passed over a pause of the program is no time of good readings", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(1, { input: "meter-stale", over: undefined });
    site.live(1);
    site.jump(3_600_000);
    expect(site.last.mode).toBe("failsafe");
  });

  it("with cycles of a minute still lets a good site go", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(1, { input: "meter-stale", over: undefined });
    expect(site.live(5, {}, "normal", 60_000)).toBe(3);
  });
});

describe("export", () => {
  it("that is not a number stops no trip that is on its way", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(7, over);
    site.live(1, { over: Watts(Number.NaN) });
    expect(site.live(10, over, "failsafe")).toBe(5);
  });

  it("that comes back after each release waits longer for each, and after the fourth of a day for a person", () => {
    const site = siteOf("zero");
    let exporting = 0;
    for (let second = 0; second < 24 * 3_600; second += 1) {
      const free = site.state.mode === "normal" || site.state.mode === "degraded";
      exporting += free ? 1 : 0;
      site.live(1, free ? over : {});
    }
    expect(exporting).toBeLessThan(60);
    expect([site.state.disobeyed.length, site.last.needsPerson]).toEqual([4, true]);
    expect(modeSentence(site.last)).toContain("A person must look");
    site.losePower();
    expect(site.live(2 * 3_600, {}, "normal", 60_000)).toBe(-1);
    expect(site.live(1, { reset: true }, "normal")).toBe(1);
    expect(site.state.disobeyed).toEqual([]);
  });

  it("counts once for each time of failsafe, whatever is found on top and however often the power fails in it", () => {
    const site = siteOf("zero");
    site.live(5);
    for (let round = 0; round < 10; round += 1) {
      site.live(1, { units: ["disobeys"] });
      site.live(15, over);
      site.live(2, { input: "meter-stale", over: undefined });
      site.losePower();
    }
    expect([site.state.disobeyed.length, site.state.sticky]).toEqual([1, false]);
  });

  it("of the day before is forgotten", () => {
    const site = siteOf("zero");
    site.live(5);
    for (let day = 0; day < 6; day += 1) {
      site.live(1, { units: ["disobeys"] });
      site.live(25 * 60, {}, undefined, 60_000);
      expect([site.last.mode, site.state.disobeyed]).toEqual(["normal", []]);
    }
  });

  it("that is seen leaves nothing of a safe limit that would export as well", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(25, over);
    expect([site.last.reason, site.last.ceiling]).toEqual(["export-over", 0]);
    site.live(5, { input: "meter-stale", over: undefined });
    expect([site.last.reason, site.last.ceiling]).toEqual(["export-over", 0]);
  });
});

describe("a reading that is missing", () => {
  it("is lost after the standard's time, however long the law would hold on", () => {
    const site = siteOf("vde-4105");
    site.live(5);
    expect(site.live(60, { input: "held", over: undefined }, "failsafe")).toBe(4);
    expect([site.last.reason, site.last.alarm]).toEqual(["input-lost", true]);
  });

  it("now and then is not", () => {
    const site = siteOf("vde-4105");
    site.live(5);
    for (let round = 0; round < 20; round += 1) {
      expect(site.live(3, { input: "held", over: undefined }, "failsafe")).toBe(-1);
      site.live(1);
    }
  });
});

describe("a start", () => {
  it("that never reads its devices says so after a minute", () => {
    const site = siteOf("zero");
    site.live(30, { input: "starting", over: undefined });
    expect(site.last.alarm).toBe(false);
    site.live(40, { input: "meter-unavailable", over: undefined });
    expect([site.last.alarm, site.last.reason]).toEqual([true, "meter-unavailable"]);
  });

  it("at which an inverter does not follow is no start any more", () => {
    const site = siteOf("zero");
    site.live(1, { units: ["ok", "disobeys"] });
    expect([site.last.alarm, site.last.reason]).toEqual([true, "disobeys"]);
  });
});

describe("inverters", () => {
  it("that sleep at night are no failure", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(3_600, { units: ["asleep", "asleep"] });
    expect([site.last.mode, site.last.alarm]).toEqual(["normal", false]);
  });

  it("that are heard only on the grid come back from an open relay when a person resets it", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(1, { units: ["unreachable"] });
    let onGrid = 0;
    for (let second = 1; second <= 600 && site.last.mode !== "normal"; second += 1) {
      onGrid = site.last.disconnect ? 0 : onGrid + 1;
      site.live(1, { units: [onGrid > 90 ? "ok" : "unreachable"], reset: second === 120 });
      if (second < 120) expect([site.last.disconnect, site.last.ceiling]).toEqual([true, 1_500]);
    }
    expect(site.last.mode).toBe("normal");
  });

  it("that stay silent are taken off the grid again", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(60, { units: ["unreachable"] });
    site.live(1, { units: ["unreachable"], reset: true });
    expect(site.last.disconnect).toBe(false);
    site.live(301, { units: ["unreachable"] });
    expect(site.last.disconnect).toBe(true);
  });

  it("of which one sleeps and all others are lost leave nobody to command", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(1, { units: ["asleep", "unreachable"] });
    expect(site.last.reason).toBe("inverters-unreachable");
  });

  it("of which one is silent do not hide another that somebody else commands", () => {
    const site = siteOf("zero");
    site.live(5);
    site.live(1, { units: ["unreachable", "foreign"] });
    expect([site.last.reason, site.last.mayRise]).toEqual(["inverter-foreign", false]);
  });
});
