/** The same procedure with the engine between: from samples to the output, with the time that measuring takes. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Engine } from "../engine.ts";
import type { Layout } from "../frame/layout.ts";
import { idealCalibration } from "../test/engine.ts";
import { PER_COUNT } from "../test/signal.ts";
import { Protection } from "./protection.ts";

interface Moment {
  readonly part: number;
  readonly hertz: number;
  readonly fifth?: number;
}

/** Runs mains and gives the seconds after `step` at which the profile acted, by what had come of the stream by then. */
function actedAfter(id: string, step: number, end: number, mains: (seconds: number) => Moment, rate = 4000): number {
  const profile = parse(readFileSync(new URL(`../../protection/${id}.yaml`, import.meta.url), "utf8"));
  const layout: Layout = {
    rate,
    channels: ["u1", "i1"],
    wiring: "1p2w",
    nominalHertz: profile.nominal_hertz,
    nominalVolts: 230,
  };
  let acted = Number.NaN;
  const protection = new Protection(profile, layout, ({ throttle, disconnect }) => {
    if ((throttle || disconnect) && Number.isNaN(acted)) acted = engine.position / rate - step;
  });
  const engine = new Engine(layout, idealCalibration(layout), {
    half: (record) => protection.half(record),
    cycle: (record) => protection.cycle(record),
    window: (record) => protection.window(record),
    gap: (_from, to) => protection.gap(to),
  });
  const count = rate / 100;
  const samples = new Int32Array(count * 2);
  let turns = 0.1;
  for (let first = 0; first < end * rate && Number.isNaN(acted); first += count) {
    for (let n = 0; n < count; n += 1) {
      const { part, hertz, fifth = 0 } = mains((first + n) / rate);
      const wave = Math.sin(2 * Math.PI * turns) + fifth * Math.sin(10 * Math.PI * turns);
      samples[2 * n] = Math.round((230 * Math.SQRT2 * part * wave) / PER_COUNT);
      turns = (turns + hertz / rate) % 1;
    }
    engine.push({ first, samples });
  }
  return acted;
}

describe("from samples to the output", () => {
  const cases: readonly [name: string, id: string, clearing: number, before: Moment, after: Moment][] = [
    ["OV2", "ieee1547-cat-ii", 0.16, { part: 1.18, hertz: 60 }, { part: 1.22, hertz: 60 }],
    ["UV2", "ieee1547-cat-ii", 0.16, { part: 0.47, hertz: 60 }, { part: 0.43, hertz: 60 }],
    ["OF2", "ieee1547-cat-ii", 0.16, { part: 1, hertz: 61.98 }, { part: 1, hertz: 62.02 }],
    ["UF2", "ieee1547-cat-ii", 0.16, { part: 1, hertz: 56.52 }, { part: 1, hertz: 56.48 }],
    ["U>>", "vde-ar-n-4105", 0.1, { part: 1.23, hertz: 50 }, { part: 1.27, hertz: 50 }],
    ["U<<", "vde-ar-n-4105", 0.3, { part: 0.47, hertz: 50 }, { part: 0.43, hertz: 50 }],
    ["f>", "vde-ar-n-4105", 0.1, { part: 1, hertz: 51.48 }, { part: 1, hertz: 51.52 }],
    ["f<", "vde-ar-n-4105", 0.1, { part: 1, hertz: 47.52 }, { part: 1, hertz: 47.48 }],
    ["27.S2", "cei-0-21", 0.2, { part: 0.17, hertz: 50 }, { part: 0.13, hertz: 50 }],
    ["O>>", "g99", 0.5, { part: 1.17, hertz: 50 }, { part: 1.21, hertz: 50 }],
  ];
  it.each(cases)("%s of %s acts within its clearing time of %f s, five times", (_name, id, clearing, before, after) => {
    for (let repeat = 0; repeat < 5; repeat += 1) {
      // Each at another point of the wave; before it, nominal mains so that the hold is as short as the procedure's.
      const held = 0.5 + repeat * 0.0037;
      const start = held + clearing + 2 * 0.04;
      const nominal: Moment = { part: 1, hertz: id.startsWith("ieee") ? 60 : 50 };
      const acted = actedAfter(id, start, start + clearing + 0.1, (at) =>
        at < held ? nominal : at < start ? before : after,
      );
      expect(acted, `repeat ${repeat}`).toBeGreaterThan(0);
      expect(acted, `repeat ${repeat}`).toBeLessThanOrEqual(clearing);
    }
  });

  it("a fast change of frequency acts in its time after it was measured, a slower one never", () => {
    const ramp = (rate: number) => (at: number) => ({ part: 1, hertz: at < 1 ? 50 : 50 - rate * (at - 1) });
    expect(actedAfter("g99", 1, 2.5, ramp(0.8))).toBeNaN();
    const acted = actedAfter("g99", 1, 2.5, ramp(1.2));
    expect(acted).toBeGreaterThan(0.5);
    expect(acted).toBeLessThanOrEqual(0.5 + 0.5);
  });

  it("a jump of the phase by 30 degrees is no change of frequency", () => {
    const jump = (at: number) => ({ part: 1, hertz: at >= 1 && at < 1.00025 ? 50 + (30 / 360) * 4000 : 50 });
    for (const id of ["g99", "vde-ar-n-4105"]) expect(actedAfter(id, 1, 3, jump), id).toBeNaN();
  });

  it("distortion throttles after its time", () => {
    const acted = actedAfter("supervision", 1, 13, (at) => ({ part: 1, hertz: 50, fifth: at < 1 ? 0.07 : 0.09 }));
    expect(acted).toBeGreaterThan(9);
    expect(acted).toBeLessThanOrEqual(10.4);
    expect(actedAfter("supervision", 1, 13, () => ({ part: 1, hertz: 50, fifth: 0.07 }))).toBeNaN();
  });

  it("a mean of ten minutes above the limit acts, though no half cycle is beyond the fast one", () => {
    const acted = actedAfter("vde-ar-n-4105", 605, 920, (at) => ({ part: at < 605 ? 1.08 : 1.12, hertz: 50 }), 1000);
    expect(acted).toBeGreaterThan(290);
    expect(acted).toBeLessThanOrEqual(301);
  });
});
