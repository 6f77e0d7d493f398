import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import { idealCalibration, layoutOf, measure } from "../test/engine.ts";
import { PER_COUNT, type Signal } from "../test/signal.ts";
import type { Calibration, ChannelCalibration } from "./calibration.ts";
import { checkCalibration, withFilters } from "./check.ts";
import { delayTaps } from "./delay-filter.ts";

describe("a delay filter", () => {
  it.each([
    [17, 0.3125],
    [9, 0.16],
  ])(
    "of %i taps leaves everything up to %f of the rate within 0.03 %, and delays by what it was asked",
    (count, highest) => {
      for (const delay of [-0.5, -0.44, -0.1, 0, 0.25, 0.44, 0.5]) {
        const taps = delayTaps(delay, count);
        for (const part of [0.02, 0.2, 0.5, 0.8, 1].map((share) => share * highest)) {
          let re = 0;
          let im = 0;
          for (const [k, tap] of taps.entries()) {
            re += tap * Math.cos(2 * Math.PI * part * k);
            im -= tap * Math.sin(2 * Math.PI * part * k);
          }
          const where = `delay ${delay}, ${part} of the rate`;
          expect(Math.abs(Math.hypot(re, im) - 1), where).toBeLessThan(0.0003);
          const turned = -Math.atan2(im, re) / (2 * Math.PI * part);
          const middle = (count - 1) / 2;
          const wraps = Math.round((turned - middle - delay) * part) / part;
          expect(Math.abs(turned - wraps - middle - delay), where).toBeLessThan(0.0003);
        }
      }
    },
  );
});

describe("a calibration", () => {
  const signal: Signal = {
    rate: 8000,
    hertz: 50.2,
    channels: {
      u1: [{ rms: 230 }, { rms: 10, order: 11 }],
      i1: [
        { rms: 5, degrees: -60 },
        { rms: 1, order: 11, degrees: 20 },
      ],
    },
  };
  const layout = layoutOf(signal, "1p2w");
  const truth = 575 + 10 * Math.cos((20 * Math.PI) / 180);

  it("aligns a channel that is early, with its harmonics", () => {
    for (const lead of [-40, 3, 55, 180, 700]) {
      const early = early1(signal, lead);
      const { windows } = measure(early, layout, 0.7, { calibration: idealCalibration(layout, { i1: { lead } }) });
      expect(Math.abs(windows.at(-1)!.active[0]! / truth - 1), `${lead} microseconds`).toBeLessThan(0.0002);
    }
  });

  it("takes out the converter's offset", () => {
    const { cycles } = measure(signal, layout, 0.5, {
      calibration: idealCalibration(layout, { i1: { offset: -2 / PER_COUNT } }),
    });
    expect(cycles.at(-1)!.mean[4]).toBeCloseTo(2, 4);
  });

  it("follows a clamp's curve with its current", () => {
    const curve = [
      { amps: 0.5, gain: 1.02, lead: 1 },
      { amps: 10, gain: 0.99, lead: 0.1 },
    ];
    for (const amps of [0.1, 0.5, 3, 10, 40]) {
      const part = Math.min(1, Math.max(0, (amps - 0.5) / 9.5));
      const gain = 1.02 + part * (0.99 - 1.02);
      const lead = 1 + part * (0.1 - 1);
      const load: Signal = {
        rate: 8000,
        hertz: 50,
        channels: { u1: [{ rms: 230 }], i1: [{ rms: amps, degrees: -60 + lead }] },
      };
      const { cycles } = measure(load, layoutOf(load, "1p2w"), 1, {
        calibration: idealCalibration(layout, { i1: { curve } }),
      });
      expect(cycles.at(-1)!.active[0]! / (230 * amps * gain * 0.5) - 1, `${amps} A`).toBeCloseTo(0, 4);
    }
  });

  it("keeps its filters through JSON", () => {
    const made = withFilters(idealCalibration(layout, { i1: { lead: 33 } }));
    const read = checkCalibration(JSON.parse(JSON.stringify(made)));
    expect(withFilters(read).filters).toEqual(made.filters);
  });

  it("is refused by the name of what is wrong", () => {
    const good = JSON.parse(JSON.stringify(withFilters(idealCalibration(layout)))) as Calibration;
    const i1 = good.channels.i1 as ChannelCalibration;
    const cases: [object, string][] = [
      [{ ...good, format: "other" }, "format"],
      [{ ...good, rat: 1 }, "rat"],
      [{ ...good, channels: { ...good.channels, i9: i1 } }, "channels.i9"],
      [{ ...good, channels: { i1: { ...i1, ratio: 0 } } }, "channels.i1.ratio"],
      [{ ...good, channels: { i1: { ...i1, ratio: "1" } } }, "channels.i1.ratio"],
      [{ ...good, channels: { i1: { ...i1, lead: 9999 } } }, "channels.i1.lead"],
      [{ ...good, channels: { i1: { ...i1, curve: [] } } }, "channels.i1.curve"],
      [{ ...good, channels: { i1: { ...i1, curve: [{ amps: 1, gain: -1, lead: 0 }] } } }, "channels.i1.curve[0].gain"],
      [{ ...good, filters: { i1: [{ shift: 0, taps: [1] }] } }, "filters.i1[0].taps"],
    ];
    for (const [value, path] of cases) {
      const error = refusal(() => checkCalibration(value));
      expect(error, path).toMatchObject({ code: "METROLOGY_CALIBRATION_REFUSED", path });
    }
  });
});

/** The signal with its current's samples taken earlier by some microseconds. */
function early1(signal: Signal, lead: number): Signal {
  const degrees = (order: number) => (360 * signal.hertz * order * lead) / 1e6;
  const current = signal.channels.i1!.map((tone) => ({
    ...tone,
    degrees: (tone.degrees ?? 0) + degrees(tone.order ?? 1),
  }));
  return { ...signal, channels: { ...signal.channels, i1: current } };
}

function refusal(act: () => unknown): { code: string; path: string | undefined } | undefined {
  try {
    act();
  } catch (error) {
    return isCoded(error) ? { code: error.code, path: error.where?.path } : undefined;
  }
  return undefined;
}
