import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChannelId } from "../frame/channel.ts";
import { type Phasor, windowRecord } from "../test/windows.ts";
import { TamperMonitor } from "./monitor.ts";
import type { Occurrence } from "./occurrence.ts";
import type { Generation, TamperSite } from "./site.ts";

const DAYS = 2;
const STEP_MIN = 4;
const MIDNIGHT = Date.parse("2026-06-13T00:00:00Z");
const SEED = 20_261_124;
const wiring = "3p4w";
const siteOf = (generation: Generation): TamperSite => ({
  wiring,
  nominalVolts: 230,
  baseAmps: 10,
  startingAmps: 0.04,
  generation,
  dark: { from: 22 * 60, to: 2 * 60 },
});

/** A house: what each phase draws and its angle, how much sun, and which phases the inverter feeds. */
const house = fc.record({
  base: fc.tuple(watts(20, 600), watts(20, 600), watts(20, 600)),
  lag: fc.tuple(angle(), angle(), angle()),
  peak: fc.integer({ min: 500, max: 12_000 }),
  feeds: fc.constantFrom([1, 0, 0], [0, 0, 1], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.5, 0]),
  /** Reactive power of the inverter, of its active power; and what its filter draws at night, var. */
  inverter: fc.integer({ min: -45, max: 45 }),
  filter: fc.integer({ min: 0, max: 80 }),
  clouds: fc.integer({ min: 0, max: 90 }),
  dice: fc.integer({ min: 1, max: 1_000_000 }),
});
type House = typeof house extends fc.Arbitrary<infer H> ? H : never;

function watts(min: number, max: number) {
  return fc.integer({ min, max });
}
function angle() {
  return fc.integer({ min: -15, max: 35 });
}

/** Currents of the net power of each phase, with clouds and loads that come and go by the minute. */
function netPhasors(one: House, minute: number): Record<ChannelId, Phasor> {
  const hour = (minute / 60) % 24;
  const elevation = Math.max(0, Math.sin(((hour - 4) / 16) * Math.PI)) * (hour > 4 && hour < 20 ? 1 : 0);
  const cloud = 1 - (one.clouds / 100) * dice(one.dice, minute >> 2);
  const sun = one.peak * elevation * cloud;
  const entries = [0, 1, 2].flatMap((phase): [string, Phasor][] => {
    const load = one.base[phase]! * (dice(one.dice + phase, minute >> 3) > 0.8 ? 6 : 1);
    const feed = sun * one.feeds[phase]!;
    const p = load - feed;
    const q =
      load * Math.tan((one.lag[phase]! * Math.PI) / 180) + (feed * one.inverter) / 100 - one.filter * one.feeds[phase]!;
    const degrees = -120 * phase - (Math.atan2(q, p) * 180) / Math.PI;
    return [
      [`u${phase + 1}`, [230, -120 * phase]],
      [`i${phase + 1}`, [Math.hypot(p, q) / 230, degrees]],
    ];
  });
  return Object.fromEntries(entries) as Record<ChannelId, Phasor>;
}

function dice(seed: number, step: number): number {
  const x = Math.sin(seed * 12.9898 + step * 78.233) * 43_758.5453;
  return x - Math.floor(x);
}

function live(one: House, generation: Generation, wired: (phasors: Record<string, Phasor>) => object): Occurrence[] {
  const said: Occurrence[] = [];
  const monitor = new TamperMonitor({ site: siteOf(generation) }, (occurrence) => said.push(occurrence));
  for (let minute = STEP_MIN; minute <= DAYS * 1440; minute += STEP_MIN) {
    const phasors = wired(netPhasors(one, minute));
    monitor.window(windowRecord({ phasors, seconds: STEP_MIN * 60, at: MIDNIGHT + minute * 60_000 }));
  }
  return said;
}

describe("a PV site", () => {
  it("never raises a reversed or a wrong-phase current by what it exports, whatever the days are like", () => {
    fc.assert(
      fc.property(house, (one) => {
        expect(live(one, "pv", (phasors) => phasors)).toEqual([]);
        expect(live(one, "other", (phasors) => phasors)).toEqual([]);
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it("shows a reversed clamp in its first whole night", () => {
    const reverse = ({ i2, ...phasors }: Record<string, Phasor>) => ({ ...phasors, i2: [i2![0], i2![1] + 180] });
    fc.assert(
      fc.property(house, (one) => {
        const wide = { ...one, filter: 0 };
        const said = live(wide, "pv", reverse).filter(({ kind }) => kind === "reversed-current");
        expect(said.map(({ phase, edge }) => `${phase} ${edge}`)).toEqual(["2 start"]);
        expect(said[0]?.at).toBeLessThan(MIDNIGHT + 26 * 3_600_000);
      }),
      { seed: SEED, numRuns: 10 },
    );
  });

  it("concludes nothing from directions where its dark hours, or the time, are not known", () => {
    const said: Occurrence[] = [];
    const { dark: _, ...unknown } = siteOf("pv");
    for (const [site, start] of [
      [unknown, MIDNIGHT],
      [siteOf("pv"), Number.NaN],
    ] as const) {
      const monitor = new TamperMonitor({ site }, (occurrence) => said.push(occurrence));
      for (let minute = STEP_MIN; minute <= 1440; minute += STEP_MIN) {
        const phasors = {
          u1: [230, 0],
          u2: [230, -120],
          u3: [230, 120],
          i1: [5, 180],
          i2: [5, 60],
          i3: [5, -60],
        } as const;
        monitor.window(windowRecord({ phasors, seconds: STEP_MIN * 60, at: start + minute * 60_000 }));
      }
    }
    expect(said).toEqual([]);
  });
});
