import { describe, expect, it } from "vitest";
import { phasesCovered, Requests } from "./requests.ts";

const limit = { allowed_w: 100_000, allowed_a: 16 };
const lowestVolts = 0.85 * 230;

describe("a limit in A", () => {
  it("is that of one phase where an inverter feeds one, or nobody says what it feeds", () => {
    for (const inverters of [[], [{ phase: "l1" }], [{}], [{ phase: "all" }, { phase: "l2" }]] as const) {
      expect(phasesCovered("net", inverters)).toBe(1);
    }
    expect(phasesCovered("per-phase", [{ phase: "all" }])).toBe(1);
    expect(allowed(1)).toBeCloseTo(16 * lowestVolts, 6);
  });

  it("is that of three phases where each inverter is said to feed all of them", () => {
    expect(phasesCovered("net", [{ phase: "all" }, { phase: "all" }])).toBe(3);
    expect(allowed(3)).toBeCloseTo(3 * 16 * lowestVolts, 6);
  });
});

function allowed(phases: 1 | 3): number {
  const requests = new Requests(limit, "Europe/London", phases).at(undefined);
  return Number(requests.find(({ origin }) => origin === "installer, in A")?.allowed);
}
