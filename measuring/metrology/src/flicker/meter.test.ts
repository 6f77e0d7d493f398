import { describe, expect, it } from "vitest";
import { longTerm } from "./long-term.ts";
import { type Mains, meterOf, run } from "./modulation.fixture.ts";

const europe: Mains = { volts: 230, hertz: 50, rate: 2000 };

/** Pst of 10 minutes, after 20 s in which nothing is classified. */
function pst(mains: Mains, changesPerMinute: number, percent: number): number {
  const meter = meterOf(mains);
  run(meter, mains, { shape: "rect", hertz: changesPerMinute / 120, percent }, 620);
  const out = new Float64Array(8);
  meter.close(out);
  return out[0]!;
}

describe("Pinst of 230 V and 50 Hz is 1.00 within 8 %", () => {
  it.each([
    ["sin", 0.5, 2.325],
    ["sin", 1.5, 1.067],
    ["sin", 8.8, 0.25],
    ["sin", 20, 0.7],
    ["sin", 25, 1.037],
    ["sin", 100 / 3, 2.128],
    ["rect", 0.5, 0.509],
    ["rect", 3.5, 0.342],
    ["rect", 8.8, 0.196],
    ["rect", 18, 0.446],
    ["rect", 22, 0.612],
    ["rect", 25.5, 0.806],
    ["rect", 100 / 3, 1.671],
  ] as const)("for %s modulation of %d Hz by %d %%", (shape, hertz, percent) => {
    const largest = run(meterOf(europe), europe, { shape, hertz, percent }, 45);
    expect(Math.abs(largest - 1)).toBeLessThan(0.08);
  });
});

describe("Pst is 1.00 within 5 %", () => {
  it.each([
    [1, 2.715],
    [2, 2.191],
    [7, 1.45],
    [39, 0.894],
    [110, 0.722],
    [1620, 0.407],
    [4000, 2.343],
  ])("at 230 V and 50 Hz for %i changes a minute of %d %%", (changes, percent) => {
    expect(Math.abs(pst(europe, changes, percent) - 1)).toBeLessThan(0.05);
  });

  it.each([
    [120, 60, 1, 3.181],
    [120, 60, 2, 2.564],
    [120, 60, 7, 1.694],
    [120, 60, 39, 1.04],
    [120, 60, 110, 0.844],
    [120, 60, 1620, 0.548],
    [120, 60, 4800, 4.837],
    [120, 50, 7, 1.694],
    [120, 50, 1620, 0.545],
    [230, 60, 7, 1.45],
    [230, 60, 1620, 0.409],
  ] as const)(
    "at %i V and %i Hz for %i changes a minute of %d %% (numbers from memory)",
    (volts, hertz, changes, percent) => {
      expect(Math.abs(pst({ volts, hertz, rate: 2000 }, changes, percent) - 1)).toBeLessThan(0.05);
    },
  );

  it("at 16 kS/s as well, where samples are gathered first", () => {
    const mains: Mains = { volts: 230, hertz: 50, rate: 16_000 };
    expect(Math.abs(run(meterOf(mains), mains, { shape: "sin", hertz: 8.8, percent: 0.25 }, 30) - 1)).toBeLessThan(
      0.02,
    );
  });
});

describe("no flicker is made", () => {
  it.each([39, 41])("of harmonic %i, which would fold onto the mains at 2,000 samples a second", (h) => {
    const rate = 16_000;
    const meter = meterOf({ volts: 230, hertz: 50, rate });
    const ring = { data: Array.from({ length: 8 }, () => new Float64Array(4096)), mask: 4095 };
    for (let at = 0; at < 30 * rate; at += 1600) {
      for (let k = at; k < at + 1600; k++) {
        const angle = (2 * Math.PI * 50.05 * k) / rate;
        ring.data[0]![k & 4095] = 325 * (Math.sin(angle) + 0.03 * Math.sin(h * angle));
      }
      meter.take(ring, at, at + 1600);
    }
    expect(meter.instant[0]).toBeLessThan(0.001);
  });
});

describe("the flicker meter", () => {
  it("gives the same bits however the samples are cut", () => {
    const data = Float64Array.from(
      { length: 65_536 },
      (_, k) => 325 * Math.sin(k / 51) * (1 + 0.01 * Math.sin(k / 300)),
    );
    const ring = { data: Array.from({ length: 8 }, () => data), mask: 65_535 };
    const results = [1, 7, 160, 4096].map((cut) => {
      const meter = meterOf({ volts: 230, hertz: 50, rate: 16_000 });
      for (let at = 0; at < 60_000; at += cut) meter.take(ring, at, Math.min(60_000, at + cut));
      return meter.instant[0];
    });
    expect(results[0]).toBeGreaterThan(0);
    expect(new Set(results).size).toBe(1);
  });
});

describe("a Pst is unavailable", () => {
  const steady = { shape: "sin", hertz: 8.8, percent: 0.25 } as const;
  const out = new Float64Array(8);

  it("where less than nine tenths of the 10 minutes were observed, and the next interval begins at nothing", () => {
    const meter = meterOf(europe);
    run(meter, europe, steady, 540);
    meter.close(out);
    expect(out[0]).toBeNaN();
    run(meter, europe, steady, 600, 540 * europe.rate);
    meter.close(out);
    expect(out[0]).toBeGreaterThan(0.5);
  });

  it("after a gap that cost more than that, since the filters settle anew", () => {
    const meter = meterOf(europe);
    run(meter, europe, steady, 540);
    run(meter, europe, steady, 39, 550 * europe.rate);
    meter.close(out);
    expect(out[0]).toBeNaN();
  });

  it("for channels that are no voltage of the layout", () => {
    const meter = meterOf(europe);
    run(meter, europe, steady, 621);
    meter.close(out);
    expect([...out].map(Number.isNaN)).toEqual([false, true, true, true, true, true, true, true]);
  });
});

describe("Plt", () => {
  it("is the cube root of the mean cube of twelve", () => {
    expect(longTerm(Array.from({ length: 12 }, (_, k) => (k < 6 ? 1 : 0)))).toBeCloseTo(Math.cbrt(0.5), 12);
  });

  it("is unavailable where one of them is, or where there are not twelve", () => {
    expect(longTerm([1, 1, 1, 1, 1, Number.NaN, 1, 1, 1, 1, 1, 1])).toBeNaN();
    expect(longTerm([1, 1, 1])).toBeNaN();
  });
});
