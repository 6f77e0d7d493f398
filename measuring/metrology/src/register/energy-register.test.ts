import { isCoded } from "@csj/fault";
import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { EnergyRegister } from "./energy-register.ts";

const wholeWattHours = { perCount: 1, digits: 8 };

describe("an energy register", () => {
  it("counts whole steps and carries the rest", () => {
    const register = new EnergyRegister({ perCount: 10, digits: 6 });
    register.add(9.5);
    expect(register.count).toBe(0);
    register.add(0.75);
    expect(register.save()).toEqual({ count: 1, residual: 0.25, rollovers: 0 });
  });

  it("sums a day of one-second pieces to within 1 Wh", () => {
    const seed = 20260613;
    const random = seededRandom(seed);
    const register = new EnergyRegister(wholeWattHours);
    let milliwattSeconds = 0n;
    for (let second = 0; second < 86_400; second += 1) {
      const milliwatts = Math.floor(random.next() * 9_000_000);
      milliwattSeconds += BigInt(milliwatts);
      register.add(milliwatts / 3_600_000);
    }
    const exact = Number(milliwattSeconds / 3_600_000n);
    expect(Math.abs(register.count - exact), `seed ${seed}`).toBeLessThanOrEqual(1);
  });

  it("returns to 0 after its last count and says how often", () => {
    const register = new EnergyRegister({ perCount: 1, digits: 3 }, { count: 998 });
    register.add(3);
    expect(register.save()).toEqual({ count: 1, residual: 0, rollovers: 1 });
  });

  it("goes on from a saved state as if it had not stopped", () => {
    const stopped = new EnergyRegister(wholeWattHours);
    const whole = new EnergyRegister(wholeWattHours);
    for (let piece = 0; piece < 7; piece += 1) {
      stopped.add(0.1);
      whole.add(0.1);
    }
    const resumed = new EnergyRegister(wholeWattHours, JSON.parse(JSON.stringify(stopped.save())));
    resumed.add(0.4);
    whole.add(0.4);
    expect(resumed.save()).toEqual(whole.save());
  });

  it("refuses energy that is negative or no number", () => {
    for (const energy of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const register = new EnergyRegister(wholeWattHours, { count: 5 });
      expect(codeOf(() => register.add(energy))).toBe("METROLOGY_ENERGY_REFUSED");
      expect(register.count).toBe(5);
    }
  });

  it("refuses a count that its digits cannot show", () => {
    expect(codeOf(() => new EnergyRegister({ perCount: 1, digits: 3 }, { count: 1000 }))).toBe(
      "METROLOGY_REGISTER_REFUSED",
    );
  });
});

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return isCoded(error) ? error.code : String(error);
  }
  return undefined;
}
