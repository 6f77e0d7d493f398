import { describe, expect, it } from "vitest";
import { layoutOf, measure } from "../test/engine.ts";
import type { Signal, Tone } from "../test/signal.ts";
import { HARMONIC_PLACES } from "./record.ts";

describe("a measuring window", () => {
  for (const [nominal, hertz] of [
    [50, 50],
    [60, 60],
  ] as const) {
    it(`has each harmonic to the 50th within 0.1 % at 8 kS/s and ${hertz} Hz`, () => {
      const orders = Array.from({ length: 49 }, (_, index) => index + 2);
      const tones: Tone[] = orders.map((order) => ({ rms: 2, order, degrees: (order * 77) % 360 }));
      const signal: Signal = { rate: 8000, hertz, channels: { u1: [{ rms: 230 }, ...tones], i1: [{ rms: 5 }] } };
      const { windows } = measure(signal, layoutOf(signal, "1p2w", nominal), 0.9);
      const window = windows.at(-1)!;
      expect(window.highest).toBe(50);
      expect(window.cycles).toBe(nominal === 60 ? 12 : 10);
      for (const order of orders) expect(Math.abs(window.harmonics[order]! / 2 - 1), `h${order}`).toBeLessThan(0.001);
      expect(Math.abs(window.harmonics[1]! / 230 - 1)).toBeLessThan(0.0002);
    });
  }

  it("has the power of the fundamental apart from that of the harmonics", () => {
    const signal: Signal = {
      rate: 8000,
      hertz: 49.9,
      channels: {
        u1: [{ rms: 230 }, { rms: 23, order: 5 }],
        i1: [
          { rms: 10, degrees: -60 },
          { rms: 4, order: 5, degrees: 180 },
        ],
      },
    };
    const window = measure(signal, layoutOf(signal, "1p2w"), 0.9).windows.at(-1)!;
    expect(window.activeFundamental[0]).toBeCloseTo(1150, 0);
    expect(window.reactiveFundamental[0]).toBeCloseTo(2300 * Math.sin(Math.PI / 3), 0);
    expect(window.active[0]).toBeCloseTo(1150 - 92, 0);
    expect(window.apparent[0]).toBeCloseTo(Math.hypot(230, 23) * Math.hypot(10, 4), 0);
    expect(window.thd[0]).toBeCloseTo(0.1, 4);
  });

  it("has the symmetrical components of three voltages", () => {
    const degrees = [0, -120, 120];
    const voltage = (phase: number): Tone[] => [
      { rms: 230, degrees: degrees[phase]! },
      { rms: 4.6, degrees: -degrees[phase]! + 40 },
      { rms: 2.3, degrees: 100 },
    ];
    const current: Tone[] = [{ rms: 1 }];
    const signal: Signal = {
      rate: 8000,
      hertz: 50.1,
      channels: { u1: voltage(0), u2: voltage(1), u3: voltage(2), i1: current, i2: current, i3: current },
    };
    const window = measure(signal, layoutOf(signal, "3p4w"), 0.7).windows.at(-1)!;
    expect(window.unbalanceNegative).toBeCloseTo(0.02, 5);
    expect(window.unbalanceZero).toBeCloseTo(0.01, 5);
  });

  it("begins anew with the first cycle after a 10-minute tick, and the one under way overlaps", () => {
    const signal: Signal = { rate: 4000, hertz: 50.3, channels: { u1: [{ rms: 230 }], i1: [{ rms: 1 }] } };
    const tick = Date.parse("2026-06-13T12:10:00Z");
    const { windows } = measure(signal, layoutOf(signal, "1p2w"), 3, { stamp: tick - 1500 });
    const before = windows.filter(({ at, seconds }) => at - seconds * 1000 < tick);
    const after = windows.filter(({ at, seconds }) => at - seconds * 1000 >= tick);
    const fresh = after[0]!;
    expect(fresh.at - fresh.seconds * 1000 - tick).toBeLessThan(1000 / 50);
    expect(before.at(-1)!.to).toBeGreaterThan(fresh.from);
    expect(before.at(-1)!.from).toBeLessThan(fresh.from);
    expect(windows.every(({ cycles }) => cycles === 10)).toBe(true);
    expect(after.slice(1).every(({ from }, index) => from === after[index]!.to)).toBe(true);
  });

  it("has no place for what is not measured", () => {
    const signal: Signal = { rate: 1000, hertz: 50, channels: { u1: [{ rms: 230 }], i1: [{ rms: 1 }] } };
    const window = measure(signal, layoutOf(signal, "1p2w"), 0.9).windows.at(-1)!;
    expect(window.highest).toBe(8);
    expect(window.harmonics[9]).toBeNaN();
    expect(window.rms[1]).toBeNaN();
    expect(window.harmonics[HARMONIC_PLACES + 1]).toBeNaN();
    expect(window.unbalanceNegative).toBeNaN();
  });
});
