import { describe, expect, it } from "vitest";
import type { ChannelId } from "../frame/channel.ts";
import { type Phasor, type WindowGiven, windowRecord } from "../test/windows.ts";
import { TamperMonitor, type TamperSetup } from "./monitor.ts";
import type { Occurrence } from "./occurrence.ts";
import type { TamperSite } from "./site.ts";

const NOON = Date.parse("2026-06-13T12:00:00Z");
const site: TamperSite = {
  wiring: "3p4w",
  nominalVolts: 230,
  baseAmps: 10,
  startingAmps: 0.04,
  generation: "none",
};
type Phasors = Partial<Record<ChannelId, Phasor>>;
const volts: Phasors = { u1: [230, 0], u2: [230, -120], u3: [230, 120] };
/** Inductive loads of 20 degrees. */
const loads: Phasors = { i1: [5, -20], i2: [4, -140], i3: [6, 100] };
const healthy: Phasors = { ...volts, ...loads };

type Stretch = readonly [seconds: number, phasors: Phasors, more?: Partial<WindowGiven> | undefined];

function run(stretches: readonly Stretch[], setup: TamperSetup = { site }): Occurrence[] {
  const said: Occurrence[] = [];
  const monitor = new TamperMonitor(setup, (occurrence) => said.push(occurrence));
  let at = NOON;
  for (const [seconds, phasors, more] of stretches) {
    for (let n = 0; n < Math.round(seconds * 5); n += 1) {
      at += 200;
      monitor.window(windowRecord({ phasors, seconds: 0.2, at, ...more }));
    }
  }
  return said;
}

const brief = (said: readonly Occurrence[]) =>
  said.map(({ kind, phase, edge, at }) => `${edge} ${kind} ${phase} ${Math.round((at - NOON) / 100) / 10}`);

describe("a healthy site", () => {
  it("raises nothing, with load, without load and with its supply gone", () => {
    const unloaded = { ...volts, i1: [0, 0], i2: [0, 0], i3: [0, 0] } as Phasors;
    const dead = Object.fromEntries(Object.keys(healthy).map((id) => [id, [0, 0]])) as Phasors;
    expect(
      run([
        [700, healthy],
        [700, unloaded],
        [60, dead, { locked: false }],
        [60, healthy],
      ]),
    ).toEqual([]);
  });

  it("raises nothing for a single-phase house with a neutral's clamp either way round", () => {
    const one: TamperSite = { ...site, wiring: "1p2w" };
    for (const degrees of [-30, 150])
      expect(run([[60, { u1: [230, 0], i1: [8, -30], i4: [8, degrees] }]], { site: one })).toEqual([]);
  });
});

describe("a fault is said once, with its beginning and its end", () => {
  const cases: readonly [name: string, fault: Phasors, expected: string, more?: Partial<WindowGiven>][] = [
    ["a clamp that was reversed", { ...healthy, i2: [4, 40] }, "reversed-current 2"],
    ["a potential link that was opened", { ...healthy, u3: [3, 120] }, "missing-potential 3"],
    ["a neutral that broke", { u1: [280, 0], u2: [212, -110], u3: [212, 110], ...loads }, "missing-neutral 0"],
    ["a sequence that was reversed", { ...volts, u2: [230, 120], u3: [230, -120], i1: [0, 0] }, "phase-sequence 0"],
    [
      "a meter that is fed by something else",
      { ...healthy, u1: [1, 0], u2: [1, -120], u3: [1, 120] },
      "current-without-voltage 0",
      { locked: false },
    ],
    ["a current of half waves", healthy, "dc-current 1", { mean: { i1: 3 }, second: { i1: 2 } }],
  ];
  it.each(cases)("%s", (_name, fault, expected, more) => {
    const said = brief(
      run([
        [30, healthy],
        [30, fault, more],
        [60, healthy],
      ]),
    );
    expect(said).toEqual([`start ${expected} 30`, `end ${expected} 60`]);
  });

  it("a current that returns round the meter", () => {
    const one: TamperSite = { ...site, wiring: "1p2w" };
    const at = (phase: number): Phasors => ({ u1: [230, 0], i1: [phase, -30], i4: [8, 150] });
    expect(
      brief(
        run(
          [
            [30, at(8)],
            [30, at(3)],
            [60, at(8)],
          ],
          { site: one },
        ),
      ),
    ).toEqual(["start bypass 0 30", "end bypass 0 60"]);
    const back = { ...volts, i1: [5, 0], i2: [5, -120], i3: [5, 120] } as Phasors;
    expect(
      brief(
        run([
          [30, { ...back, i4: [0, 0] }],
          [30, { ...back, i4: [4, 60] }],
        ]),
      ),
    ).toEqual(["start bypass 0 30"]);
  });

  it("two clamps that were exchanged, and three that were turned round", () => {
    const swapped = { ...volts, i1: loads.i1!, i2: loads.i3!, i3: loads.i2! };
    expect(
      brief(
        run([
          [60, healthy],
          [1200, swapped],
          [1200, healthy],
        ]),
      ),
    ).toEqual(["start wrong-phase 2 60", "start wrong-phase 3 60", "end wrong-phase 2 1260", "end wrong-phase 3 1260"]);
    const turned = { ...volts, i1: loads.i2!, i2: loads.i3!, i3: loads.i1! };
    expect(brief(run([[900, turned]]))).toEqual([1, 2, 3].map((phase) => `start wrong-phase ${phase} 0`));
  });

  it("voltages that are unbalanced for long", () => {
    const uneven: Phasors = { ...healthy, u2: [210, -120] };
    expect(
      brief(
        run([
          [60, healthy],
          [900, uneven],
          [900, healthy],
        ]),
      ),
    ).toEqual(["start unbalance 0 60", "end unbalance 0 960"]);
    expect(
      run([
        [300, uneven],
        [300, healthy],
      ]),
      "not for five minutes",
    ).toEqual([]);
  });

  it("a split phase whose neutral broke", () => {
    const split: TamperSite = { ...site, wiring: "1p3w", nominalVolts: 120 };
    const at = (one: number): Phasors => ({ u1: [one, 0], u2: [240 - one, 180], i1: [5, 0], i2: [5, 180] });
    expect(
      brief(
        run(
          [
            [10, at(121)],
            [10, at(150)],
          ],
          { site: split },
        ),
      ),
    ).toEqual(["start missing-neutral 0 10"]);
  });
});

describe("evidence", () => {
  it("of a moment raises nothing", () => {
    const reversed = { ...healthy, i2: [4, 40] } as Phasors;
    const flicker: Stretch[] = Array.from({ length: 40 }, (_, n) => [1, n % 2 === 0 ? reversed : healthy]);
    expect(run(flicker)).toEqual([]);
  });

  it("that is mixed lowers the confidence, and the start is where it began", () => {
    const reversed = { ...healthy, i2: [4, 40] } as Phasors;
    const [found] = run([
      [20, healthy],
      [6, reversed],
      [2, healthy],
      [10, reversed],
    ]);
    expect(found).toMatchObject({ kind: "reversed-current", at: NOON + 20_000 });
    expect(found?.confidence).toBeGreaterThan(75);
    expect(found?.confidence).toBeLessThan(95);
    expect(run([[20, { ...healthy, i2: [4, 40] }]])[0]?.confidence).toBe(100);
  });
});
