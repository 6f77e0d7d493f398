import { describe, expect, it } from "vitest";
import { Engine } from "../engine.ts";
import type { Layout } from "../frame/layout.ts";
import { idealCalibration } from "../test/engine.ts";
import { PER_COUNT } from "../test/signal.ts";
import type { HalfCycleRecord } from "./record.ts";

/** A period, and two samples: a value that lies wholly within the change has to show it, however its crossings moved. */
const WITHIN = 1 / 50.1 + 2 / 8000;

const layout: Layout = {
  rate: 8000,
  channels: ["u1", "u2", "u3", "i1", "i2", "i3"],
  wiring: "3p4w",
  nominalHertz: 50,
  nominalVolts: 230,
};

describe("half cycles", () => {
  for (const residual of [0, 0.04, 0.3, 0.7, 0.85, 1.3]) {
    it(`show a change to ${residual * 100} % of the voltage for what it is, and go on without a gap`, () => {
      for (const start of [0.5, 0.5031, 0.507]) {
        const halves = run((seconds) => (seconds >= start && seconds < start + 0.2 ? residual : 1));
        const during = halves.filter(({ end }) => end / 8000 > start + WITHIN && end / 8000 < start + 0.2 - 2 / 8000);
        expect(during.length).toBeGreaterThan(12);
        for (const { rms, end, locked } of during)
          expect(Math.abs(rms[0]! / 230 - residual), `${start}, ${end} ${locked}`).toBeLessThan(0.0025);
        const after = halves.filter(({ end }) => end / 8000 > start + 0.25);
        for (const { rms } of after) expect(Math.abs(rms[0]! / 230 - 1), `${start}`).toBeLessThan(0.0025);
        expect(halves.slice(-4).every(({ locked }) => locked)).toBe(true);
        const highest = Math.max(...halves.filter(({ end }) => end / 8000 > 0.3).map(({ rms }) => rms[0]!));
        expect(highest / 230, "no swell that there was none of").toBeLessThan(Math.max(1, residual) * 1.01);
      }
    });
  }

  it("follow another phase where the first one is lost for good", () => {
    const halves = run((seconds, phase) => (phase === 0 && seconds > 0.5 ? 0 : 1));
    const late = halves.filter(({ end }) => end / 8000 > 0.7);
    expect(late.every(({ locked }) => locked)).toBe(true);
    for (const { rms } of late) expect(Math.abs(rms[1]! / 230 - 1)).toBeLessThan(0.0025);
    expect(late.at(-1)!.rms[0]).toBeLessThan(0.5);
  });

  it("go on where samples were lost, and say which", () => {
    const gaps: [number, number][] = [];
    let locked = 0;
    const engine = new Engine(layout, idealCalibration(layout), {
      gap: (from, to) => gaps.push([from, to]),
      cycle: (record) => {
        if (record.locked && record.from > 5000) {
          locked += 1;
          expect(Math.abs(record.rms[0]! / 230 - 1)).toBeLessThan(0.001);
        }
      },
    });
    engine.push({ first: 0, samples: samples(0, 4000, () => 1) });
    engine.push({ first: 4777, samples: samples(4777, 4000, () => 1) });
    expect(gaps).toEqual([[4000, 4777]]);
    expect(locked).toBeGreaterThan(18);
  });

  it("hold behind a gap of any length, whatever the phase there, and lose a third of a cycle at the most", () => {
    for (let gap = 1; gap < 400; gap += 19) {
      for (const turn of [0, 0.25, 0.5, 0.75]) {
        let measured = 0;
        let wattSeconds = 0;
        const where = `${gap} samples, ${turn} turns`;
        const wrong = (value: number, wanted: number) => Math.abs(value / wanted - 1) > 0.001;
        const engine = new Engine(layout, idealCalibration(layout), {
          half: ({ rms, end }) => expect(end > 1600 && wrong(rms[1]!, 230), `${where}, half to ${end}`).toBe(false),
          cycle: (record) => {
            measured += record.seconds;
            wattSeconds += record.active[1]! * record.seconds;
            const isWrong = record.locked && record.from > 1600 && wrong(record.active[1]!, 1150);
            expect(isWrong, `${where}, cycle from ${record.from}`).toBe(false);
          },
        });
        engine.push({ first: 0, samples: samples(0, 3000, () => 1) });
        engine.push({ first: 3000 + gap, samples: samples(3000 + gap, 3000, () => 1, turn) });
        engine.push({ first: 7000, samples: samples(7000, 1, () => 1) });
        expect(6000 - measured * 8000, where).toBeLessThan(2 * 56 + 32);
        // Two stretches are no whole cycles; their mean power may be off by what is left of u x i over half a cycle.
        expect(Math.abs(wattSeconds / measured - 1150), where).toBeLessThan(12);
      }
    }
  });

  it("are measured by the nominal period where there is no voltage from the start", () => {
    const cycles: number[] = [];
    const engine = new Engine(layout, idealCalibration(layout), {
      cycle: ({ locked, frequency, rms }) => {
        expect([locked, frequency, rms[0]]).toEqual([false, 50, 0]);
        cycles.push(rms[5]!);
      },
    });
    engine.push({ first: 0, samples: samples(0, 8000, () => 0) });
    expect(cycles.length).toBeGreaterThan(45);
    for (const amps of cycles) expect(Math.abs(amps / 5 - 1)).toBeLessThan(0.004);
  });

  it("refuse samples that were taken already, and those that are no whole number for each channel", () => {
    const engine = new Engine(layout, idealCalibration(layout), {});
    engine.push({ first: 0, samples: samples(0, 100, () => 1) });
    for (const [first, length] of [
      [99, 6],
      [100, 7],
      [100.5, 6],
      [Number.NaN, 6],
    ] as const) {
      expect(() => engine.push({ first, samples: new Int32Array(length) })).toThrow(
        expect.objectContaining({ code: "METROLOGY_FRAME_REFUSED" }),
      );
    }
    engine.push({ first: 100, samples: samples(100, 1, () => 1) });
    expect(engine.position).toBe(101);
  });

  it("know no time before there is a stamp, and then that of each crossing", () => {
    const noon = Date.parse("2026-06-13T12:00:00Z");
    const halves = run(
      () => 1,
      (engine) => engine.stamp(8000, noon),
    );
    expect(halves[0]!.at).toBeCloseTo(noon - 1000 + halves[0]!.end / 8, 3);
  });
});

type Level = (seconds: number, phase: number) => number;

/** A second and a half of three phases whose voltages follow a level. */
function run(level: Level, before: (engine: Engine) => void = () => {}): HalfCycleRecord[] {
  const halves: HalfCycleRecord[] = [];
  const engine = new Engine(layout, idealCalibration(layout), {
    half: (record) => halves.push({ ...record, rms: record.rms.slice() }),
  });
  before(engine);
  engine.push({ first: 0, samples: samples(0, 12_000, level) });
  return halves;
}

function samples(first: number, count: number, level: Level, turn = 0): Int32Array {
  const made = new Int32Array(count * 6);
  for (let n = 0; n < count; n += 1) {
    const seconds = (first + n) / 8000;
    for (let phase = 0; phase < 3; phase += 1) {
      const wave = Math.SQRT2 * Math.sin(2 * Math.PI * (50.1 * seconds - phase / 3 + turn));
      made[n * 6 + phase] = Math.round((230 * level(seconds, phase) * wave) / PER_COUNT);
      made[n * 6 + 3 + phase] = Math.round((5 * wave) / PER_COUNT);
    }
  }
  return made;
}
