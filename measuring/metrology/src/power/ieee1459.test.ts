import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { layoutOf, measure } from "../test/engine.ts";
import type { Signal, Tone } from "../test/signal.ts";
import { phasePower, systemPower } from "./ieee1459.ts";

const SEED = 1459;
/** What is left of a whole without its fundamental magnifies the error of both. */
const LEFT_OVER = 20;
const turn = (degrees: number) => (degrees * Math.PI) / 180;

describe("power by IEEE 1459", () => {
  it("has the identities of the standard for any distorted load, and each part by its formula", () => {
    const random = seededRandom(SEED);
    for (let run = 0; run < 8; run += 1) {
      const some = (size: number) => random.next() * size;
      const [v5, i1, i5, lag, lag5] = [some(20), 0.5 + some(20), some(8), some(180) - 90, some(360)];
      const signal: Signal = {
        rate: 8000,
        hertz: 50,
        channels: {
          u1: [{ rms: 230 }, { rms: v5, order: 5 }],
          i1: [
            { rms: i1, degrees: -lag },
            { rms: i5, order: 5, degrees: lag5 },
          ],
        },
      };
      const power = phasePower(measure(signal, layoutOf(signal, "1p2w"), 0.6).windows.at(-1)!, 0);
      const size = power.s * 2e-4;
      const where = `seed ${SEED}, run ${run}`;
      const near = (value: number, wanted: number, times = 1) =>
        expect(Math.abs(value - wanted), where).toBeLessThan(size * times);
      near(power.s, Math.hypot(230, v5) * Math.hypot(i1, i5));
      near(power.p1, 230 * i1 * Math.cos(turn(lag)));
      near(power.q1, 230 * i1 * Math.sin(turn(lag)));
      near(power.ph, v5 * i5 * Math.cos(turn(lag5)));
      near(power.di, 230 * i5, LEFT_OVER);
      near(power.dv, v5 * i1, LEFT_OVER);
      near(power.sh, v5 * i5, LEFT_OVER);
      near(Math.hypot(power.s1, power.sn), power.s);
      near(Math.hypot(power.p, power.n), power.s);
      near(Math.hypot(power.ph, power.dh), Math.max(power.sh, Math.abs(power.ph)));
      expect(power.pf, where).toBeCloseTo(power.p / power.s, 12);
    }
  });

  it("says for three equal phases what one phase says thrice, with no unbalance", () => {
    const { balanced } = systems();
    expect(balanced.ve).toBeCloseTo(230, 2);
    expect(balanced.ie).toBeCloseTo(10, 3);
    expect(balanced.se).toBeCloseTo(6900, 0);
    expect(balanced.p1Positive).toBeCloseTo(6900 * Math.cos(turn(30)), 0);
    expect(balanced.q1Positive).toBeCloseTo(3450, 0);
    expect(balanced.su1).toBeLessThan(20);
    expect(balanced.pf).toBeCloseTo(Math.cos(turn(30)), 4);
  });

  it("has a lower power factor where one phase carries all, and the rest as unbalance", () => {
    const { single } = systems();
    // One current of 30 A: Ie^2 = (30^2 + 30^2) / 3 with the neutral's.
    expect(single.ie).toBeCloseTo(Math.sqrt(600), 2);
    expect(single.p1Positive).toBeCloseTo(6900 * Math.cos(turn(30)), 0);
    expect(Math.hypot(single.s1Positive, single.su1)).toBeCloseTo(single.se1, 1);
    expect(single.pf).toBeCloseTo((6900 * Math.cos(turn(30))) / (690 * Math.sqrt(600)), 4);
  });
});

function systems() {
  const degrees = [0, -120, 120];
  const of = (amps: readonly number[]) => {
    const voltage = (phase: number): Tone[] => [{ rms: 230, degrees: degrees[phase]! }];
    const current = (phase: number): Tone[] => [{ rms: amps[phase]!, degrees: degrees[phase]! - 30 }];
    const signal: Signal = {
      rate: 8000,
      hertz: 50,
      channels: {
        u1: voltage(0),
        u2: voltage(1),
        u3: voltage(2),
        i1: current(0),
        i2: current(1),
        i3: current(2),
      },
    };
    return systemPower(measure(signal, layoutOf(signal, "3p4w"), 0.6).windows.at(-1)!);
  };
  return { balanced: of([10, 10, 10]), single: of([30, 0, 0]) };
}
