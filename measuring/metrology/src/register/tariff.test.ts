import { isCoded } from "@csj/fault";
import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { cycleRecord } from "../test/records.ts";
import { MaximumDemand } from "./demand.ts";
import { EnergyBank } from "./energy-bank.ts";
import { registerIndex, TOTAL_PLACE } from "./energy-kind.ts";
import { RatePlan } from "./rate-plan.ts";
import { RATE_PLACES, RateRegisters } from "./rate-registers.ts";

const spec = { perCount: 0.001, digits: 12 };
const noon = Date.parse("2026-06-13T12:00:00Z");
const HOUR = 3_600_000;

describe("a rate plan", () => {
  const plan = new RatePlan([
    { at: noon, rate: 2 },
    { at: noon + HOUR, rate: 4 },
    { at: noon + 2 * HOUR, rate: 1 },
  ]);

  it("gives the rate from the switch's own instant on, forwards and backwards", () => {
    for (const [at, rate] of [
      [noon - 1, undefined],
      [noon, 2],
      [noon + HOUR - 1, 2],
      [noon + 5 * HOUR, 1],
      [noon + HOUR, 4],
      [noon - 1, undefined],
    ] as const) {
      expect(plan.rateAt(at)).toBe(rate);
    }
  });

  it("has no rate for an instant that is not known", () => {
    expect(new RatePlan([{ at: noon, rate: 1 }]).rateAt(Number.NaN)).toBeUndefined();
  });

  it("refuses switches that do not ascend and rates that are none", () => {
    for (const bad of [
      [{ at: noon, rate: 0 }],
      [{ at: noon, rate: 9 }],
      [{ at: noon, rate: 1.5 }],
      [
        { at: noon, rate: 1 },
        { at: noon, rate: 2 },
      ],
    ]) {
      expect(refusal(() => new RatePlan(bad))).toBe("METROLOGY_RATES_REFUSED");
    }
  });
});

describe("registers by rate", () => {
  it("sum to the total whatever was switched when", () => {
    const seed = 31;
    const random = seededRandom(seed);
    const switches = Array.from({ length: 40 }, (_, index) => ({
      at: noon + index * 1000 + Math.floor(random.next() * 900),
      rate: 1 + Math.floor(random.next() * 8),
    }));
    const bank = new EnergyBank({ register: spec, noLoadAmps: 0 });
    const rates = new RateRegisters(spec);
    const plan = new RatePlan(switches);
    for (let cycle = 0; cycle < 2500; cycle += 1) {
      const record = cycleRecord({
        active: [(random.next() - 0.3) * 9000],
        seconds: 0.02,
        at: noon - 5000 + cycle * 20,
      });
      bank.cycle(record);
      rates.cycle(bank.added, record.at, plan);
    }
    for (const kind of [0, 1]) {
      const places = rates.registers.slice(kind * RATE_PLACES, (kind + 1) * RATE_PLACES);
      const sum = places.reduce((total, register) => total + register.count + register.save().residual * 1000, 0);
      const total = bank.registers[registerIndex(kind, TOTAL_PLACE)]?.save();
      expect(sum, `seed ${seed}`).toBeCloseTo((total?.count ?? 0) + (total?.residual ?? 0) * 1000, 3);
      expect(places[0]?.count, "before the first switch").toBeGreaterThan(0);
    }
  });
});

describe("maximum demand", () => {
  it("is the highest mean power of a whole block", () => {
    const demand = new MaximumDemand({ subPeriod: HOUR / 2, subPeriods: 1 });
    run(demand, noon, [1000, 3000, 2000], HOUR / 2);
    expect(demand.save().maximum).toBeCloseTo(3000, 6);
    expect(demand.save().at).toBe(noon + HOUR);
  });

  it("slides by a sub-period", () => {
    const demand = new MaximumDemand({ subPeriod: HOUR / 4, subPeriods: 2 });
    run(demand, noon, [0, 4000, 4000, 0, 0], HOUR / 4);
    expect(demand.save().maximum).toBeCloseTo(4000, 6);
    const block = new MaximumDemand({ subPeriod: HOUR / 2, subPeriods: 1 });
    run(block, noon, [0, 4000, 4000, 0, 0, 0], HOUR / 4);
    expect(block.save().maximum).toBeCloseTo(2000, 6);
  });

  it("takes no period that was not measured whole", () => {
    const demand = new MaximumDemand({ subPeriod: HOUR / 2, subPeriods: 1 });
    run(demand, noon + HOUR / 8, [9000], (HOUR * 3) / 8);
    run(demand, noon + HOUR / 2, [100, 0], HOUR / 2);
    expect(demand.save().maximum).toBeCloseTo(100, 6);
  });
});

/** Runs powers in W, each for a while, in pieces of one second. */
function run(demand: MaximumDemand, from: number, powers: readonly number[], each: number): void {
  let at = from;
  for (const watts of powers) {
    for (const end = at + each; at < end; ) {
      at += 1000;
      demand.cycle(watts / 3600, at, 1);
    }
  }
  demand.cycle(0, at + 1000, 1);
}

function refusal(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return isCoded(error) ? error.code : String(error);
  }
  return undefined;
}
