import { describe, expect, it } from "vitest";
import { Dice } from "../frontend/dice.ts";
import { fitReadings } from "./fit.ts";
import { type ReferenceReading, readingOf, readingsFromCsv } from "./reading.ts";

/** What a meter with the given faults shows of a load. */
function shown(amps: number, lag: number, faults: { volts: number; amps: number; lead: number }): ReferenceReading {
  const angle = (lag * Math.PI) / 180;
  const seen = ((lag - faults.lead) * Math.PI) / 180;
  const [v, a] = [230 / faults.volts, amps / faults.amps];
  return {
    phase: 1,
    ref_v: 230,
    ref_a: amps,
    ref_w: 230 * amps * Math.cos(angle),
    ref_var: 230 * amps * Math.sin(angle),
    v,
    a,
    w: v * a * Math.cos(seen),
    var: v * a * Math.sin(seen),
  };
}

const code = (name: string) => expect.objectContaining({ code: name });

describe("the fit of a calibration", () => {
  it("finds ratio and phase at each current from which the readings were made", () => {
    const curve = [
      [0.05, { volts: 1.01, amps: 0.985, lead: 0.4 }],
      [1, { volts: 1.01, amps: 0.99, lead: 0.2 }],
      [5, { volts: 1.01, amps: 0.995, lead: 0.1 }],
    ] as const;
    const readings = curve.flatMap(([amps, faults]) => [shown(amps, 0, faults), shown(amps, 60, faults)]);
    const [fit] = fitReadings(readings);
    expect(fit?.voltageGain).toBeCloseTo(1.01, 12);
    fit?.levels.forEach((level, k) => {
      const [amps, faults] = curve[k]!;
      expect(level.gain).toBeCloseTo(faults.amps, 12);
      expect(level.lead).toBeCloseTo(faults.lead, 10);
      expect(level.amps).toBeCloseTo(amps / faults.amps, 10);
    });
    expect(fit?.uncertainty.power).toBeLessThan(1e-9);
  });

  it("takes the middle of readings with noise and says how far they lie apart", () => {
    const seed = 11;
    const dice = new Dice(seed);
    const noisy = () => ({ volts: 1 + 1e-4 * dice.normal(), amps: 1.02 * (1 + 1e-3 * dice.normal()), lead: 0.3 });
    const readings = [1, 10].flatMap((amps) => Array.from({ length: 50 }, () => shown(amps, 30, noisy())));
    const [fit] = fitReadings(readings);
    expect(Math.abs(fit!.levels[0]!.gain / 1.02 - 1), `seed ${seed}`).toBeLessThan(5e-4);
    expect(fit!.uncertainty.volts).toBeCloseTo(0.02, 2);
    expect(fit!.uncertainty.power).toBeGreaterThan(0.1);
    expect(fit!.uncertainty.power).toBeLessThan(0.25);
  });

  it("takes the DC that the meter shows out of its RMS values", () => {
    const exact = shown(5, 0, { volts: 1, amps: 1, lead: 0 });
    const readings = [exact, shown(1, 0, { volts: 1, amps: 1, lead: 0 })].map((one) => ({
      ...one,
      v: Math.hypot(one.v, 3),
      a: Math.hypot(one.a, 0.2),
      mean_v: 3,
      mean_a: -0.2,
      w: one.w - 0.6,
      var: one.var - 0.6,
    }));
    const [fit] = fitReadings(readings);
    expect(fit?.voltageGain).toBeCloseTo(1, 12);
    expect([fit?.meanVolts, fit?.meanAmps]).toEqual([3, -0.2]);
    expect(fit?.residuals.every(({ amps, power }) => Math.abs(amps) + Math.abs(power) < 1e-9)).toBe(true);
  });

  it("refuses readings at one current alone, and none at all", () => {
    const exact = { volts: 1, amps: 1, lead: 0 };
    expect(() => fitReadings([shown(5, 0, exact), shown(5, 60, exact)])).toThrow(code("TESTBENCH_READINGS_FEW"));
    expect(() => fitReadings([])).toThrow(code("TESTBENCH_READINGS_FEW"));
  });

  it("refuses readings that contradict each other, by line", () => {
    const exact = { volts: 1, amps: 1, lead: 0 };
    const readings = [
      ...[1, 5, 5, 5, 5].map((amps, k) => ({ ...shown(amps, 0, exact), line: k + 2 })),
      { ...shown(5, 0, { volts: 1, amps: 1.05, lead: 0 }), line: 7 },
    ];
    expect(() => fitReadings(readings, "readings.csv")).toThrow(
      expect.objectContaining({
        code: "TESTBENCH_READINGS_CONTRADICT",
        where: { file: "readings.csv", line: expect.any(Number) },
      }),
    );
  });

  it.each([180, 120, -120])("names a clamp whose current is turned by %i degrees", (lead) => {
    const turned = { volts: 1, amps: 1, lead };
    expect(() => fitReadings([shown(1, 0, turned), shown(5, 0, turned)])).toThrow(
      expect.objectContaining({
        code: "TESTBENCH_READINGS_CONTRADICT",
        message: expect.stringContaining("wrong way round"),
      }),
    );
  });
});

describe("a file of readings", () => {
  it("gives a row for each line, and reactive power where only the power factor is known", () => {
    const csv = "phase,ref_v,ref_a,ref_pf,v,a,w,var\n1,230,5,0.5,229,5.1,580,-1010\n\n2,230,5,1,229,5,1145,3\r\n";
    const [first, second] = readingsFromCsv(csv);
    expect(first).toMatchObject({ phase: 1, ref_w: 575, line: 2 });
    expect(first?.ref_var).toBeCloseTo(-1150 * Math.sqrt(0.75), 9);
    expect(second).toMatchObject({ phase: 2, ref_w: 1150, ref_var: 0, line: 4 });
  });

  it.each([
    ["phase,ref_v,ref_a,ref_w,v,a,w,var\n1,230,5,1150,230,5,1150,x", "var is not a number."],
    ["phase,ref_v,ref_a,ref_w,v,a,w,var\n4,230,5,1150,230,5,1150,0", "The phase is 4, not 1, 2 or 3."],
    ["phase,ref_v,ref_a,ref_w,v,a,w,volt\n1,230,5,1150,230,5,1150,0", "The column volt is not known."],
    ["phase,ref_v,ref_a,ref_w,v,a,w,var\n1,230,5", "There are 3 values and 8 columns."],
    ["phase,ref_v,ref_a,v,a,w,var\n1,230,5,230,5,1150,0", "Missing: ref_w."],
  ])("names the line that is wrong: %s", (csv, message) => {
    expect(() => readingsFromCsv(csv, "r.csv")).toThrow(
      expect.objectContaining({ code: "TESTBENCH_READINGS_REFUSED", message, where: { file: "r.csv", line: 2 } }),
    );
  });

  it("refuses what is no row", () => {
    expect(() => readingOf("1,2,3", 5)).toThrow(code("TESTBENCH_READINGS_REFUSED"));
  });
});
