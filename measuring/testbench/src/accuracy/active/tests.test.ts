import { describe, expect, it } from "vitest";
import { frontEndPreset } from "../../frontend/presets.ts";
import { circuitSignal } from "../../source/circuit.ts";
import { BLOCK, renderBlock } from "../../source/generator.ts";
import { activeClasses } from "./limits.ts";
import { type ActiveTest, activeTests } from "./tests.ts";

const spec = frontEndPreset("24-bit")!;
const named = (name: string): ActiveTest => activeTests("1", spec).find(({ test }) => test.startsWith(name))!;

/** At 12,800 samples a second: 256 samples a cycle. */
function currentOf({ load }: ActiveTest, cycles = 8): Float64Array {
  const { current, lag = 0 } = load.distortion!;
  const signal = circuitSignal({
    wiring: "1p2w",
    frequency: { hertz: 50 },
    phases: [{ volts: 230, amps: 1, lag }],
    currentOvertones: current,
  });
  const samples = new Float64Array(cycles * BLOCK);
  for (let block = 0; block < cycles; block++) {
    renderBlock(signal, signal.channels.i1!, { rate: 12_800, delay: 0 }, block, samples.subarray(block * BLOCK));
  }
  return samples;
}

describe("the tests of an active energy class", () => {
  it.each(activeClasses)("are 60 or more for class %s, each with a limit", (name) => {
    const tests = activeTests(name, spec);
    expect(tests.length).toBeGreaterThanOrEqual(60);
    expect(tests.every(({ limit }) => limit > 0)).toBe(true);
  });

  it("allow more at small currents: class 0.2S 0.4 % at 0.01 In and 0.2 % from 0.05 In at unity", () => {
    const unity = activeTests("0.2S", spec).filter(({ test, load }) => test === "Balanced load" && load.pf === 1);
    expect(unity.map(({ load, limit }) => [load.part, limit])).toEqual([
      [0.01, 0.4],
      [0.02, 0.4],
      [0.05, 0.2],
      [0.1, 0.2],
      [0.2, 0.2],
      [0.5, 0.2],
      [1, 0.2],
      [1.2, 0.2],
    ]);
  });

  it("fire the current a quarter of a cycle after the voltage's zero crossing, with nothing before it", () => {
    const samples = currentOf(named("Odd harmonics"));
    // The voltage is a cosine: it crosses zero upwards at 3/4 of a cycle, so the current flows from 0 to 1/4 and 1/2 to 3/4.
    const rms = (from: number, to: number) =>
      Math.sqrt(samples.slice(from, to).reduce((sum, value) => sum + value * value, 0) / (to - from));
    expect(rms(BLOCK + 70, BLOCK + 122)).toBeLessThan(0.1);
    expect(rms(BLOCK + 198, BLOCK + 250)).toBeLessThan(0.1);
    const peak = Math.SQRT2 / Math.hypot(1 / Math.PI, 0.5);
    expect(samples[BLOCK + 20]).toBeCloseTo(peak * Math.cos((2 * Math.PI * 20) / 256), 0);
  });

  it("let the current of a burst flow for two cycles and stop it for two", () => {
    // From the voltage's first zero crossing upwards.
    const samples = currentOf(named("Subharmonics"), 9).subarray((3 * BLOCK) / 4);
    const power = (cycle: number) =>
      samples.slice(cycle * BLOCK, (cycle + 1) * BLOCK).reduce((sum, value) => sum + value * value, 0) / BLOCK;
    const powers = [0, 1, 2, 3, 4, 5, 6, 7].map(power);
    const on = powers.filter((value) => value > 3);
    const off = powers.filter((value) => value < 0.1);
    expect([on.length, off.length]).toEqual([4, 4]);
    expect(powers[0]! - powers[4]!).toBeCloseTo(0, 9);
  });
});
