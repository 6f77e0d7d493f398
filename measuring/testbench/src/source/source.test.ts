import { describe, expect, it } from "vitest";
import { circuitSignal, unbalancedVolts } from "./circuit.ts";
import { BLOCK, renderBlock } from "./generator.ts";
import { checkSignal, cyclesAt, factorAt, hertzAt, type Signal, type Waveform } from "./signal.ts";
import { activeEnergy, rmsOf, toneOf, truthOf } from "./truth.ts";

const RATE = 8000;

/** The formula of signal.ts, sample by sample, with no recurrence. */
function byFormula({ frequency }: Signal, { tones, dc = 0, ...rest }: Waveform, t: number): number {
  const wave = tones.map(({ order, rms, degrees }) => {
    const turns = order * cyclesAt(frequency, t);
    return Math.SQRT2 * rms * Math.cos(2 * Math.PI * (turns - Math.floor(turns)) + (degrees * Math.PI) / 180);
  });
  return dc + factorAt({ tones, ...rest }, t) * wave.reduce((sum, value) => sum + value, 0);
}

function rendered(signal: Signal, waveform: Waveform, blocks: number, delay = 0): Float64Array {
  const all = new Float64Array(blocks * BLOCK);
  for (let block = 0; block < blocks; block++) {
    renderBlock(signal, waveform, { rate: RATE, delay }, block, all.subarray(block * BLOCK));
  }
  return all;
}

const rich: Waveform = {
  tones: [
    { order: 1, rms: 230, degrees: -120 },
    { order: 5, rms: 14, degrees: 40 },
    { order: 50, rms: 1, degrees: 10 },
    { order: 3.4, rms: 2, degrees: 0 },
  ],
  dc: 0.5,
  steps: [{ from: 0.04, to: 0.1, factor: 0.4 }],
  modulation: { shape: "sin", hertz: 8.8, percent: 0.25 },
};

describe("a source", () => {
  it("gives the formula at each sample, also an hour after its start", () => {
    const signal: Signal = { frequency: { hertz: 49.37 }, channels: { u1: rich } };
    for (const block of [0, 1, 3, Math.floor((3600 * RATE) / BLOCK)]) {
      const values = new Float64Array(BLOCK);
      renderBlock(signal, rich, { rate: RATE, delay: 3e-6 }, block, values);
      values.forEach((value, n) => {
        const t = (block * BLOCK) / RATE + 3e-6 + n / RATE;
        expect(Math.abs(value - byFormula(signal, rich, t)) / 325).toBeLessThan(1e-8);
      });
    }
  });

  it("follows a ramp of the frequency with an unbroken angle, and knows the frequency on it", () => {
    const frequency = { hertz: 50, ramp: { from: 0.1, to: 0.6, hertzPerSecond: -2 } };
    const signal: Signal = { frequency, channels: { u1: { tones: [{ order: 1, rms: 230, degrees: 0 }] } } };
    const values = rendered(signal, signal.channels.u1!, 40);
    values.forEach((value, n) => {
      expect(value).toBeCloseTo(byFormula(signal, signal.channels.u1!, n / RATE), 8);
    });
    expect([hertzAt(frequency, 0), hertzAt(frequency, 0.35), hertzAt(frequency, 9)]).toEqual([50, 49.5, 49]);
    expect(cyclesAt(frequency, 1.6) - cyclesAt(frequency, 0.6)).toBeCloseTo(49, 12);
  });

  it("gives slopes that are the change of its values", () => {
    const signal: Signal = { frequency: { hertz: 50 }, channels: {} };
    const waveform = { tones: rich.tones };
    const [before, after, values, slopes] = [0, 0, 0, 0].map(() => new Float64Array(BLOCK)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    renderBlock(signal, waveform, { rate: RATE, delay: -1e-7 }, 2, before);
    renderBlock(signal, waveform, { rate: RATE, delay: 1e-7 }, 2, after);
    renderBlock(signal, waveform, { rate: RATE, delay: 0 }, 2, values, slopes);
    slopes.forEach((slope, n) => {
      expect(Math.abs(slope - (after[n]! - before[n]!) / 2e-7) / 1e5).toBeLessThan(1e-4);
    });
  });

  it("turns a rectangular fluctuation at its half periods, from the highest to the lowest by its percent", () => {
    const waveform: Waveform = { tones: [], modulation: { shape: "rect", hertz: 1, percent: 4 } };
    expect([0.1, 0.49, 0.51, 0.99].map((t) => factorAt(waveform, t))).toEqual([1.02, 1.02, 0.98, 0.98]);
  });

  it.each([
    { frequency: { hertz: 0 }, channels: {} },
    { frequency: { hertz: 50 }, channels: { u1: { tones: [{ order: 0, rms: 1, degrees: 0 }] } } },
    { frequency: { hertz: 50 }, channels: { u1: { tones: [{ order: 1, rms: Number.NaN, degrees: 0 }] } } },
    { frequency: { hertz: 50 }, channels: { u1: { tones: [], steps: [{ from: 2, to: 1, factor: 0 }] } } },
  ] satisfies Signal[])("refuses what no formula is for: %j", (signal) => {
    expect(() => checkSignal(signal)).toThrow(expect.objectContaining({ code: "TESTBENCH_SIGNAL_REFUSED" }));
  });
});

describe("the truth", () => {
  const circuit = circuitSignal({
    wiring: "3p4w",
    frequency: { hertz: 50 },
    phases: [
      { volts: 230, amps: 10, lag: 60 },
      { volts: 231, amps: 5, lag: -30 },
      { volts: 229, amps: 0, lag: 0 },
    ],
    voltageOvertones: [{ order: 5, percent: 10 }],
    currentOvertones: [{ order: 5, percent: 40 }],
  });

  it("is U I cos phi of each order, and sine for reactive power", () => {
    const { phases, active, reactiveFundamental } = truthOf(circuit);
    expect(phases[0]?.activeFundamental).toBeCloseTo(1150, 9);
    expect(phases[0]?.reactiveFundamental).toBeCloseTo(2300 * Math.sin(Math.PI / 3), 9);
    expect(phases[0]?.active).toBeCloseTo(1150 + 23 * 4 * Math.cos((5 * Math.PI) / 3), 9);
    expect(phases[0]?.volts).toBeCloseTo(230 * Math.sqrt(1.01), 9);
    expect(phases[1]?.reactiveFundamental).toBeCloseTo(-1155 * 0.5, 9);
    expect(phases[2]?.active).toBe(0);
    expect(active).toBeCloseTo(phases[0]!.active + phases[1]!.active, 9);
    expect(reactiveFundamental).toBeCloseTo(2300 * Math.sin(Math.PI / 3) - 577.5, 9);
  });

  it("is the mean of the samples' products, with DC and interharmonics", () => {
    const u: Waveform = { tones: [...rich.tones], dc: 1 };
    const i: Waveform = {
      tones: [
        { order: 1, rms: 3, degrees: -150 },
        { order: 3.4, rms: 1, degrees: 60 },
      ],
      dc: -0.2,
    };
    const signal: Signal = { frequency: { hertz: 50 }, channels: { u1: u, i1: i } };
    const count = 32_000;
    const [volts, amps] = [rendered(signal, u, 125), rendered(signal, i, 125)];
    let [p, u2] = [0, 0];
    for (let n = 0; n < count; n++) {
      p += volts[n]! * amps[n]!;
      u2 += volts[n]! ** 2;
    }
    expect(truthOf(signal).phases[0]?.active).toBeCloseTo(p / count, 6);
    expect(rmsOf(u)).toBeCloseTo(Math.sqrt(u2 / count), 8);
  });

  it("integrates the energy between any two times, over steps", () => {
    const signal = circuitSignal({
      wiring: "1p2w",
      frequency: { hertz: 50 },
      phases: [{ volts: 230, amps: 10, lag: 20 }],
      current: { steps: [{ from: 0.013, to: 0.0335, factor: 0.25 }], dc: 0.3 },
    });
    const [from, to, steps] = [0.002, 0.0507, 200_000];
    let joules = 0;
    for (let k = 0; k < steps; k++) {
      const t = from + ((k + 0.5) * (to - from)) / steps;
      joules += byFormula(signal, signal.channels.u1!, t) * byFormula(signal, signal.channels.i1!, t);
    }
    expect(activeEnergy(signal, 0, from, to)).toBeCloseTo((joules * (to - from)) / steps / 3600, 6);
  });

  it("gives the sequence components that an unbalance was made of", () => {
    const volts = unbalancedVolts(230, 2, 1).map((tones) => toneOf({ tones }, 1));
    const sequence = (turn: number) => {
      const re = volts.reduce(
        (sum, { rms, degrees }, p) => sum + rms * Math.cos(((degrees + turn * p) * Math.PI) / 180),
        0,
      );
      const im = volts.reduce(
        (sum, { rms, degrees }, p) => sum + rms * Math.sin(((degrees + turn * p) * Math.PI) / 180),
        0,
      );
      return Math.hypot(re, im) / 3;
    };
    expect([sequence(120), sequence(240), sequence(0)].map((value) => value.toFixed(9))).toEqual(
      [230, 4.6, 2.3].map((value) => value.toFixed(9)),
    );
  });

  it("has the same power by two wattmeters as by three", () => {
    const load = { frequency: { hertz: 50 }, phases: [{ volts: 230, amps: 4, lag: 35 }] } as const;
    const three = truthOf(circuitSignal({ wiring: "3p4w", ...load }));
    const two = truthOf(circuitSignal({ wiring: "3p3w", ...load }));
    expect(two.active).toBeCloseTo(three.active, 9);
    expect(two.reactiveFundamental).toBeCloseTo(three.reactiveFundamental, 9);
    expect(two.phases[0]?.volts).toBeCloseTo(230 * Math.sqrt(3), 9);
  });
});
