import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { cycleRecord } from "../test/records.ts";
import { EnergyBank, type EnergyBankSpec } from "./energy-bank.ts";
import { type EnergyKind, type EnergyPlace, energyKinds, energyPlaces, registerIndex } from "./energy-kind.ts";

const spec: EnergyBankSpec = { register: { perCount: 0.001, digits: 12 }, noLoadAmps: 0.01 };

describe("the energy registers of a meter", () => {
  it("count an hour of 1 kW import as 1,000,000 counts of 1 mWh", () => {
    const bank = new EnergyBank(spec);
    for (let cycle = 0; cycle < 180_000; cycle += 1) bank.cycle(cycleRecord({ active: [1000], seconds: 0.02 }));
    expect(counts(bank, "active-import", "total")).toBeCloseTo(1_000_000, -1);
    expect(counts(bank, "active-export", "total")).toBe(0);
  });

  it("put each pair of signs into its quadrant", () => {
    const cases: [number, number, EnergyKind][] = [
      [100, 50, "reactive-q1"],
      [-100, 50, "reactive-q2"],
      [-100, -50, "reactive-q3"],
      [100, -50, "reactive-q4"],
    ];
    for (const [active, reactive, kind] of cases) {
      const bank = new EnergyBank(spec);
      bank.cycle(cycleRecord({ active: [active], reactive: [reactive], seconds: 3.6 }));
      for (const other of energyKinds.filter((name) => name.startsWith("reactive"))) {
        expect(counts(bank, other, "l1"), `${active}, ${reactive}: ${other}`).toBe(other === kind ? 50 : 0);
      }
    }
  });

  it("net the phases in the total and not in each other", () => {
    const bank = new EnergyBank(spec);
    bank.cycle(cycleRecord({ active: [3000, -1000, -500], seconds: 3.6 }));
    expect(counts(bank, "active-import", "l1")).toBe(3000);
    expect(counts(bank, "active-export", "l2")).toBe(1000);
    expect(counts(bank, "active-import", "total")).toBe(1500);
    expect(counts(bank, "active-export", "total")).toBe(0);
  });

  it("add nothing below the no-load current, and nothing for a reading that is not there", () => {
    const bank = new EnergyBank(spec);
    bank.cycle(cycleRecord({ active: [2], amps: [0.0099], seconds: 3600 }));
    bank.cycle(cycleRecord({ active: [Number.NaN], amps: [1], seconds: 3600 }));
    bank.cycle(cycleRecord({ active: [5], amps: [Number.NaN], seconds: 3600 }));
    expect(bank.save().every((state) => state.count === 0 && state.residual === 0)).toBe(true);
  });

  it("go on from any saved state as if they had not stopped, and never fall", () => {
    const seed = 4711;
    const random = seededRandom(seed);
    const whole = new EnergyBank(spec);
    let stopped = new EnergyBank(spec);
    let before = whole.save();
    for (let cycle = 0; cycle < 2000; cycle += 1) {
      const record = cycleRecord({
        active: [signed(random, 9000), signed(random, 9000), signed(random, 9000)],
        reactive: [signed(random, 3000), signed(random, 3000), signed(random, 3000)],
        seconds: 0.02,
      });
      whole.cycle(record);
      stopped.cycle(record);
      if (cycle % 97 === 0) stopped = new EnergyBank(spec, JSON.parse(JSON.stringify(stopped.save())));
      const now = whole.save();
      expect(
        now.every((state, index) => state.count >= (before[index]?.count ?? 0)),
        `seed ${seed}, cycle ${cycle}`,
      ).toBe(true);
      before = now;
    }
    expect(stopped.save(), `seed ${seed}`).toEqual(whole.save());
  });
});

function counts(bank: EnergyBank, kind: EnergyKind, place: EnergyPlace): number {
  return bank.registers[registerIndex(energyKinds.indexOf(kind), energyPlaces.indexOf(place))]?.count ?? Number.NaN;
}

function signed(random: { next(): number }, size: number): number {
  return (random.next() * 2 - 1) * size;
}
