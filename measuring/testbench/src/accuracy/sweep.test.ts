import { beforeAll, describe, expect, it } from "vitest";
import { frontEndPreset } from "../frontend/presets.ts";
import type { FrontEndSpec } from "../frontend/spec.ts";
import { circuitSignal } from "../source/circuit.ts";
import { runActive } from "./active/run.ts";
import { activeTests } from "./active/tests.ts";
import { Bench } from "./bench.ts";
import { designCalibration, userCalibration } from "./calibrated.ts";
import type { AccuracyPoint } from "./point.ts";
import { qualityPoints } from "./quality/run.ts";
import { qualityRuns } from "./quality/tests.ts";
import { type AccuracyClass, accuracyPoints } from "./sweep.ts";

const SEED = 1;
/** A sweep takes 2 s of CPU; a busy machine may need longer. */
const PATIENCE_MS = 60_000;
const spec24 = frontEndPreset("24-bit")!;
const load = circuitSignal({ wiring: "3p4w", frequency: { hertz: 50 }, phases: [{ volts: 230, amps: 5, lag: 60 }] });
const sweep = (name: string, wanted: AccuracyClass) => [
  ...accuracyPoints({ frontEnd: frontEndPreset(name)!, classes: [wanted], seed: SEED }),
];
const failed = (points: readonly AccuracyPoint[]) => points.filter(({ pass }) => !pass);

describe("the sweep of an active energy class", { timeout: PATIENCE_MS }, () => {
  let class02: AccuracyPoint[];
  beforeAll(() => {
    class02 = sweep("24-bit", "0.2S");
  }, PATIENCE_MS);

  it("passes class 0.2S with the 24-bit front end, at 60 points or more", () => {
    expect(failed(class02)).toEqual([]);
    expect(class02.length).toBeGreaterThanOrEqual(60);
    expect(class02.every(({ verified, limit_pct }) => !verified && limit_pct > 0)).toBe(true);
  });

  it("does not count where no current flows, and counts at the starting current", () => {
    const [start, none] = ["Starting", "No load"].map((name) => class02.find(({ test }) => test.startsWith(name)));
    expect(none?.error_pct).toBe(0);
    expect(Math.abs(start!.error_pct!)).toBeLessThan(1);
  });

  it("passes class 1 with the 12-bit front end, at 60 points or more", () => {
    const points = sweep("12-bit", "1");
    expect(failed(points)).toEqual([]);
    expect(points.length).toBeGreaterThanOrEqual(60);
  });

  it("fails class 0.2S with the 16-bit split cores, by the frequency and by a clamp that was closed again", () => {
    const spec = frontEndPreset("16-bit")!;
    const tests = activeTests("0.2S", spec).filter(({ test }) => /^Frequency -2|^Load in L1/.test(test));
    const points = [...runActive(new Bench(spec, userCalibration(spec, SEED), SEED, 1), "0.2S", tests)];
    const names = failed(points).map(({ test }) => test);
    expect(names).toContain("Frequency -2 %");
    expect(names).toContain("Load in L1 alone");
  });
});

describe("the virtual test bench", () => {
  it("gives the same energy for the same seed", () => {
    const bench = () => new Bench(spec24, designCalibration(spec24), 3, 1);
    expect(bench().energy(load, "0.2S", 20, 0)).toEqual(bench().energy(load, "0.2S", 20, 0));
  });

  it("shows the hardware's own error where nobody calibrated it", () => {
    const spec: FrontEndSpec = { ...spec24, voltage: { ...spec24.voltage, tolerance_percent: 5 } };
    const error = (calibration: typeof designCalibration) => {
      const { importWh, trueSeconds } = new Bench(spec, calibration(spec), SEED).energy(load, "0.2S", 20, 0);
      return Math.abs(importWh / ((1725 * trueSeconds) / 3600) - 1);
    };
    expect(error(designCalibration)).toBeGreaterThan(0.003);
    expect(error((each) => userCalibration(each, SEED))).toBeLessThan(0.0005);
  });
});

describe("the sweep of a power quality class", { timeout: PATIENCE_MS }, () => {
  const runs = qualityRuns("A", spec24);
  const withChecks = (start: string) => runs.filter(({ checks }) => checks[0]?.test.startsWith(start));
  const calibration = userCalibration(spec24, SEED);
  const wired = () => new Bench(spec24, calibration, SEED, 1);

  it("has 60 points or more for each class", () => {
    for (const name of ["A", "S"] as const) {
      const points = qualityRuns(name, spec24).flatMap(({ checks }) => checks);
      expect(points.length).toBeGreaterThanOrEqual(60);
    }
  });

  it.each(["Frequency 57.5", "Voltage 150", "Unbalance u2 2", "Harmonic"])(
    "passes class A with the 24-bit front end, in every state: %s",
    (start) => {
      const bench = wired();
      const points = withChecks(start).flatMap((run) => qualityPoints(bench, "A", run));
      expect(points.length).toBeGreaterThanOrEqual(3);
      expect(failed(points)).toEqual([]);
    },
  );

  it("finds a dip, a swell and an interruption as deep and, within a cycle, as long as they were", () => {
    const bench = wired();
    const tried = ["Dip to 10 %, 10", "Swell to 120 %, 10", "Interruption, 10"].flatMap(withChecks);
    const points = tried.flatMap((run) => qualityPoints(bench, "A", run));
    expect(points).toHaveLength(6);
    expect(failed(points)).toEqual([]);
  });

  it("gives no value, which fails, for a harmonic above what the sample rate holds", () => {
    const slow: FrontEndSpec = { ...spec24, rate: 4000 };
    const [run] = withChecks("Harmonic");
    const points = qualityPoints(new Bench(slow, designCalibration(slow), SEED), "A", run!);
    const highest = points.find(({ test }) => test.startsWith("Harmonic 50"));
    expect(highest).toMatchObject({ error_pct: null, pass: false });
  });
});
