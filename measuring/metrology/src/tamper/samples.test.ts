/** From samples through the engine: the angles and signs that the detectors rely on are the engine's. */
import { describe, expect, it } from "vitest";
import { layoutOf, measure } from "../test/engine.ts";
import type { Signal, Tone } from "../test/signal.ts";
import { TamperMonitor } from "./monitor.ts";
import type { Occurrence } from "./occurrence.ts";

const mains = (rms: number, degrees: number): Tone[] => [{ rms, degrees: degrees + 40 }];

function found(
  currents: readonly (readonly [rms: number, degrees: number])[],
  neutral?: Tone[],
  volts = [0, -120, 120],
) {
  const signal: Signal = {
    rate: 4000,
    hertz: 49.9,
    channels: {
      u1: mains(230, volts[0]!),
      u2: mains(230, volts[1]!),
      u3: mains(230, volts[2]!),
      i1: mains(...currents[0]!),
      i2: mains(...currents[1]!),
      i3: mains(...currents[2]!),
      ...(neutral === undefined ? {} : { i4: neutral }),
    },
  };
  const said: Occurrence[] = [];
  const site = { wiring: "3p4w", nominalVolts: 230, baseAmps: 10, startingAmps: 0.04, generation: "none" } as const;
  const thresholds = { reversedSeconds: 1, wrongPhaseSeconds: 1, currentSeconds: 1, sequenceSeconds: 1 };
  const monitor = new TamperMonitor({ site, thresholds }, (occurrence) => said.push(occurrence));
  const { windows } = measure(signal, layoutOf(signal, "3p4w"), 2.5, { stamp: 1_800_000_000_000 });
  for (const window of windows) monitor.window(window);
  return said.map(({ kind, phase, edge }) => `${edge} ${kind} ${phase}`);
}

describe("from samples", () => {
  it("three loads are nothing, with harmonics of the neutral's clamp or without one", () => {
    const loads = [
      [5, -20],
      [5, -140],
      [5, 100],
    ] as const;
    expect(found(loads)).toEqual([]);
    expect(found(loads, [{ rms: 3, order: 3 }])).toEqual([]);
  });

  it("a reversed clamp, two exchanged ones, a bypass and a reversed sequence are what they are", () => {
    expect(
      found([
        [5, 160],
        [5, -140],
        [5, 100],
      ]),
    ).toEqual(["start reversed-current 1"]);
    expect(
      found([
        [5, -20],
        [6, 100],
        [4, -140],
      ]),
    ).toEqual(["start wrong-phase 2", "start wrong-phase 3"]);
    expect(
      found(
        [
          [5, -20],
          [5, -140],
          [5, 100],
        ],
        mains(4, 10),
      ),
    ).toEqual(["start bypass 0"]);
    expect(
      found(
        [
          [5, -20],
          [5, 100],
          [5, -140],
        ],
        undefined,
        [0, 120, -120],
      ),
    ).toEqual(["start phase-sequence 0"]);
  });
});
