import { describe, expect, it } from "vitest";
import { layoutOf, measure } from "../test/engine.ts";
import type { Signal, Tone } from "../test/signal.ts";

const SETTLED = 12;

interface Distorted {
  readonly name: string;
  readonly volts: readonly Tone[];
  readonly amps: readonly Tone[];
}

const fundamental: Distorted = { name: "", volts: [{ rms: 230, degrees: 10 }], amps: [{ rms: 5, degrees: -50 }] };
const distorted: readonly Distorted[] = [
  {
    name: "a rectifier's fifth",
    volts: [{ rms: 23, order: 5 }],
    amps: [{ rms: 2, order: 5, degrees: 90 }],
  },
  {
    name: "THD of 18 % over four harmonics",
    volts: [
      { rms: 23, order: 3, degrees: 120 },
      { rms: 23, order: 5, degrees: 77 },
      { rms: 18.4, order: 11, degrees: 33 },
      { rms: 18.4, order: 25, degrees: 180 },
    ],
    amps: [
      { rms: 2, order: 3 },
      { rms: 0.8, order: 11, degrees: 10 },
      { rms: 0.5, order: 25 },
    ],
  },
  {
    name: "a 25th of 20 %, which crosses zero five times where the fundamental does once",
    volts: [{ rms: 46, order: 25, degrees: 180 }],
    amps: [{ rms: 1, order: 25, degrees: 170 }],
  },
  {
    name: "even harmonics, which have no symmetry",
    volts: [{ rms: 11.5, order: 2, degrees: 40 }],
    amps: [{ rms: 2, order: 2, degrees: 170 }],
  },
  {
    name: "a converter's offset on both",
    volts: [{ rms: 4 / Math.SQRT2, order: 0, degrees: 90 }],
    amps: [{ rms: 0.1 / Math.SQRT2, order: 0, degrees: 90 }],
  },
];

describe("each cycle of each phase", () => {
  for (const { name, volts, amps } of distorted) {
    it(`has its power within 0.02 % of S with ${name}`, () => {
      for (const [nominal, hertz] of [
        [50, 42.5],
        [50, 50.2],
        [60, 69],
      ] as const) {
        const [u, i] = [
          [...fundamental.volts, ...volts],
          [...fundamental.amps, ...amps],
        ];
        const signal = threePhase(8000, hertz, u, i);
        const { cycles } = measure(signal, layoutOf(signal, "3p4w", nominal), 0.5);
        const [p, s] = [powerOf(u, i), rmsOf(u) * rmsOf(i)];
        expect(cycles.length).toBeGreaterThan(SETTLED + 4);
        for (const { locked, frequency, active, rms } of cycles.slice(SETTLED)) {
          expect(locked).toBe(true);
          expect(Math.abs(frequency - hertz), `${hertz} Hz`).toBeLessThan(0.01);
          for (let phase = 0; phase < 3; phase += 1) {
            expect(Math.abs(active[phase]! - p) / s, `${hertz} Hz, phase ${phase + 1}`).toBeLessThan(0.0002);
            expect(Math.abs(rms[phase]! / rmsOf(u) - 1)).toBeLessThan(0.0002);
          }
        }
      }
    });
  }

  it("ends at a crossing of its own also with interharmonics, and their sum is the energy", () => {
    const volts = [...fundamental.volts, { rms: 11.5, order: 1.58 }];
    const signal = threePhase(8000, 50.1, volts, fundamental.amps);
    const { cycles } = measure(signal, layoutOf(signal, "3p4w"), 4);
    const settled = cycles.slice(SETTLED);
    expect(settled.every(({ locked }) => locked)).toBe(true);
    for (const [index, { from }] of settled.slice(1).entries()) expect(from).toBe(settled[index]!.to);
    const seconds = settled.reduce((sum, cycle) => sum + cycle.seconds, 0);
    const energy = settled.reduce((sum, cycle) => sum + cycle.seconds * cycle.active[2]!, 0);
    expect(Math.abs(settled.length / seconds - 50.1)).toBeLessThan(0.01);
    expect(Math.abs(energy / seconds / powerOf(fundamental.volts, fundamental.amps) - 1)).toBeLessThan(0.001);
  });
});

/** Phase p a third of a turn of the fundamental behind the one before: harmonic h is h thirds behind. */
function threePhase(rate: number, hertz: number, volts: readonly Tone[], amps: readonly Tone[]): Signal {
  const of = (tones: readonly Tone[], phase: number) =>
    tones.map((tone) => ({ ...tone, degrees: (tone.degrees ?? 0) - 120 * phase * (tone.order ?? 1) }));
  return {
    rate,
    hertz,
    channels: {
      u1: of(volts, 0),
      u2: of(volts, 1),
      u3: of(volts, 2),
      i1: of(amps, 0),
      i2: of(amps, 1),
      i3: of(amps, 2),
    },
  };
}

/** Of order 0 the sine stands still: its mean square is not half of the amplitude's. */
function rmsOf(tones: readonly Tone[]): number {
  const square = ({ rms, order = 1 }: Tone) => (order === 0 ? 2 : 1) * rms * rms;
  return Math.sqrt(tones.reduce((sum, tone) => sum + square(tone), 0));
}

function powerOf(volts: readonly Tone[], amps: readonly Tone[]): number {
  let power = 0;
  for (const { rms, order = 1, degrees = 0 } of volts) {
    const other = amps.find((tone) => (tone.order ?? 1) === order);
    if (other === undefined) continue;
    const angle = ((degrees - (other.degrees ?? 0)) * Math.PI) / 180;
    power += (order === 0 ? 2 : 1) * rms * other.rms * Math.cos(angle);
  }
  return power;
}
