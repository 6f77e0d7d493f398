import { describe, expect, it } from "vitest";
import { layoutOf, measure } from "./test/engine.ts";
import type { Signal } from "./test/signal.ts";

/** Cycles after a cold start until the frequency is known, 15 % off the nominal one. */
const SETTLED = 12;
const PHASES = [0, -120, 120];

describe("the engine", () => {
  for (const [nominal, lowest, highest] of [
    [50, 42.5, 57.5],
    [60, 51, 69],
  ] as const) {
    for (const rate of [4000, 8000, 16_000]) {
      it(`gives P within 0.02 % of S at any angle, ${lowest} to ${highest} Hz, ${rate} samples a second`, () => {
        for (const hertz of [lowest, nominal - 0.37, nominal, nominal + 1.29, highest]) {
          for (const angle of [0, 30, 60, 90, 137, -60, 180]) {
            const { cycles } = measure(
              threePhase(rate, hertz, angle),
              layoutOf(threePhase(rate, hertz, angle), "3p4w", nominal),
              0.4,
            );
            const cos = Math.cos((angle * Math.PI) / 180);
            const where = `${hertz} Hz, ${angle} degrees`;
            expect(cycles.length, where).toBeGreaterThan(8);
            for (const { active, reactive, rms, frequency } of cycles.slice(SETTLED)) {
              for (let phase = 0; phase < 3; phase += 1) {
                const error = active[phase]! - 1150 * cos;
                expect(Math.abs(error), where).toBeLessThan(1150 * 0.0002);
                if (Math.abs(cos) >= 0.499) expect(Math.abs(error / (1150 * cos)), where).toBeLessThan(0.0002);
                expect(Math.abs(reactive[phase]! - 1150 * Math.sin((angle * Math.PI) / 180)), where).toBeLessThan(1.15);
                expect(Math.abs(rms[phase]! / 230 - 1), where).toBeLessThan(0.0002);
              }
              expect(Math.abs(frequency - hertz), where).toBeLessThan(0.01);
            }
          }
        }
      });
    }
  }
});

/** Three phases of 230 V and 5 A with the current lagging by an angle. */
function threePhase(rate: number, hertz: number, angle: number): Signal {
  const voltage = (phase: number) => [{ rms: 230, degrees: PHASES[phase]! + 17 }];
  const current = (phase: number) => [{ rms: 5, degrees: PHASES[phase]! + 17 - angle }];
  return {
    rate,
    hertz,
    channels: { u1: voltage(0), u2: voltage(1), u3: voltage(2), i1: current(0), i2: current(1), i3: current(2) },
  };
}
