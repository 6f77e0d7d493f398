import { describe, expect, it } from "vitest";
import type { PerPhase, Phase } from "../site.ts";
import { type Choice, checkCts, choicesOf, type KnownStep } from "./ct-check.ts";

const idle: PerPhase = [300, 200, 100];

/** What a meter whose CTs lie as `wired` shows of true phase powers. */
const index = (phase: Phase) => Number(phase.slice(1)) - 1;
const shown = (wired: Choice, truth: PerPhase): PerPhase =>
  wired.shows.map(
    (phase, column) => truth[index(phase) as 0] * (wired.sign[column as 0] as number),
  ) as unknown as PerPhase;

function step(wired: Choice, what: "load" | "pv", phase: Phase | "all", added: number, told = true): KnownStep {
  const more = idle.map((watts, at) =>
    phase === "all" ? watts + added / 3 : at === index(phase) ? watts + added : watts,
  ) as unknown as PerPhase;
  return {
    what,
    added,
    phase: told ? phase : undefined,
    before: { watts: shown(wired, idle) },
    after: { watts: shown(wired, more) },
  };
}

const same = (a: Choice, b: Choice) => `${a.shows} ${a.sign}` === `${b.shows} ${b.sign}`;

describe("current transformers", () => {
  it("are found under each of the 48 ways to wire them, from a load on each of two phases and a three-phase inverter", () => {
    for (const wired of choicesOf(3)) {
      const steps = [
        step(wired, "load", "l1", 2_000),
        step(wired, "load", "l2", 1_500),
        step(wired, "pv", "all", 3_000),
      ];
      const check = checkCts(steps, { watts: shown(wired, idle) }, 3);
      expect(same((check.choices[0] as { choice: Choice }).choice, wired), JSON.stringify(wired)).toBe(true);
      expect(check.choices[0]?.watts.map(Math.round)).toEqual([...idle]);
      expect(check.untested).toEqual([]);
      expect(check.verdict).not.toBe("not-sure");
    }
  });

  it("are told to be turned round on one phase", () => {
    const wired: Choice = { shows: ["l1", "l2", "l3"], sign: [-1, 1, 1] };
    const check = checkCts([step(wired, "pv", "l1", 2_000)], { watts: shown(wired, idle) }, 1);
    expect(check).toMatchObject({ verdict: "turned-round", untested: [] });
    expect(check.sure).toBeGreaterThan(0.5);
  });

  it("stay untested on a phase that no step reached, and the check says so", () => {
    const wired: Choice = { shows: ["l1", "l2", "l3"], sign: [1, 1, -1] };
    const check = checkCts([step(wired, "load", "l1", 2_000)], { watts: shown(wired, idle) }, 3);
    expect(check).toMatchObject({ verdict: "right", untested: ["l2", "l3"] });
  });

  it("are told by direction alone where nobody knows the load's phase", () => {
    const wired: Choice = { shows: ["l1", "l2", "l3"], sign: [1, -1, 1] };
    const check = checkCts([step(wired, "load", "l2", 2_000, false)], { watts: shown(wired, idle) }, 3);
    expect(check.choices[0]?.choice.sign[1]).toBe(-1);
    expect(check.untested).toEqual(["l1", "l3"]);
  });

  it("are not judged by a step that is too small, or by one that the meter hardly saw", () => {
    const wired: Choice = { shows: ["l1", "l2", "l3"], sign: [1, 1, 1] };
    expect(checkCts([step(wired, "load", "l1", 300)], { watts: idle }, 3).verdict).toBe("not-sure");
    const fallenOff = { ...step(wired, "load", "l1", 2_000), after: { watts: idle } };
    expect(checkCts([fallenOff], { watts: idle }, 3).verdict).toBe("not-sure");
  });

  it("show the power factor under each choice", () => {
    const reading = {
      watts: [1_150, -575, 0] as PerPhase,
      volts: [230, 230, 230] as PerPhase,
      amps: [5, 5, 0] as PerPhase,
    };
    const [plain] = checkCts([], reading, 3).choices;
    expect(plain?.powerFactor[0]).toBeCloseTo(1);
    expect(plain?.powerFactor[1]).toBeCloseTo(-0.5);
    expect(plain?.powerFactor[2]).toBeNaN();
  });
});
