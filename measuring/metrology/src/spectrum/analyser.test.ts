import { describe, expect, it } from "vitest";
import { channelIndex } from "../frame/channel.ts";
import { HARMONIC_PLACES } from "../window/record.ts";
import { SpectrumAnalyser } from "./analyser.ts";
import type { RingView } from "./ring-view.ts";
import type { SubgroupRecord } from "./subgroups.ts";

const U1 = channelIndex("u1");
const I1 = channelIndex("i1");

function emptyRecord(): SubgroupRecord {
  const places = () => new Float64Array(8 * HARMONIC_PLACES).fill(Number.NaN);
  return { harmonics: places(), interharmonics: places(), thd: new Float64Array(8).fill(Number.NaN), highest: 0 };
}

interface Tone {
  readonly hertz: number;
  readonly rms: number;
  readonly angle?: number;
}

/** A ring of one channel's samples from number `start` on, made of tones. */
function ringOf(rate: number, tones: readonly Tone[], start = 0, length = 16_384, channel = U1): RingView {
  const data = Array.from({ length: 8 }, () => new Float64Array(length));
  for (let k = start; k < start + length; k++) {
    let sum = 0;
    for (const { hertz, rms, angle = 0 } of tones) {
      sum += rms * Math.SQRT2 * Math.cos((2 * Math.PI * hertz * k) / rate + angle);
    }
    data[channel]![k & (length - 1)] = sum;
  }
  return { data, mask: length - 1 };
}

function windowOf(rate: number, hertz: number, cycles: number, from = 123.37) {
  return { from, to: from + (cycles * rate) / hertz, cycles };
}

/** Largest error of h1 to `highest`, each alone beside the fundamental, as a part of the harmonic. */
function worstHarmonicError(rate: number, hertz: number, cycles: number, percent = 5): number {
  const analyser = new SpectrumAnalyser({ rate, channels: ["u1"] });
  const record = emptyRecord();
  const window = windowOf(rate, hertz, cycles);
  let worst = 0;
  const probe = (tones: Tone[], h: number, rms: number) => {
    analyser.analyse(ringOf(rate, tones, 0, 8192), window.from, window.to, cycles, record);
    worst = Math.max(worst, Math.abs(record.harmonics[U1 * HARMONIC_PLACES + h]! / rms - 1));
  };
  probe([{ hertz, rms: 230 }], 1, 230);
  for (let h = 2; h <= record.highest; h++) {
    const rms = (230 * percent) / 100;
    probe(
      [
        { hertz, rms: 230 },
        { hertz: h * hertz, rms, angle: h },
      ],
      h,
      rms,
    );
  }
  return worst;
}

describe("harmonics", () => {
  it.each([4000, 6400, 8000, 16_000, 32_000])("h1 to h50 at %i samples a second and 50 Hz are within 0.1 %", (rate) => {
    expect(worstHarmonicError(rate, 50, 10)).toBeLessThan(0.001);
    expect(worstHarmonicError(rate, 60, 12)).toBeLessThan(0.001);
  });

  it.each([
    [42.5, 10],
    [47, 10],
    [50.2, 10],
    [57.5, 10],
    [51, 12],
    [69, 12],
  ])("what is left of that error at %d Hz (%i cycles) is below 0.05 %% at 8 and at 16 kS/s", (hertz, cycles) => {
    expect(worstHarmonicError(8000, hertz, cycles)).toBeLessThan(0.0005);
    expect(worstHarmonicError(16_000, hertz, cycles)).toBeLessThan(0.0005);
  });

  it("are not made of a fundamental alone: below 0.01 % of it in each order", () => {
    for (const hertz of [42.5, 49.93, 50.2, 57.5]) {
      const record = emptyRecord();
      const { from, to } = windowOf(16_000, hertz, 10);
      new SpectrumAnalyser({ rate: 16_000, channels: ["u1"] }).analyse(
        ringOf(16_000, [{ hertz, rms: 230 }]),
        from,
        to,
        10,
        record,
      );
      for (let h = 2; h <= 50; h++) expect(record.harmonics[h]! / 230, `h${h} at ${hertz} Hz`).toBeLessThan(1e-4);
    }
  });

  it("keep to 0.43 of a low sample rate, say so, and are unavailable above", () => {
    const analyser = new SpectrumAnalyser({ rate: 2000, channels: ["u1"] });
    const record = emptyRecord();
    analyser.analyse(ringOf(2000, [{ hertz: 50, rms: 230 }]), 100, 500, 10, record);
    expect(record.highest).toBe(17);
    expect(record.harmonics[17]).toBeGreaterThanOrEqual(0);
    expect(record.harmonics[18]).toBeNaN();
    expect(record.interharmonics[17]).toBeNaN();
  });

  it("of an absent channel are unavailable, not 0", () => {
    const record = emptyRecord();
    new SpectrumAnalyser({ rate: 8000, channels: ["u1"] }).analyse(
      ringOf(8000, [{ hertz: 50, rms: 230 }]),
      100,
      1700,
      10,
      record,
    );
    expect(record.harmonics[I1 * HARMONIC_PLACES + 1]).toBeNaN();
    expect(record.thd[I1]).toBeNaN();
  });

  it("are the same where the ring's end lies within the window, and far into the stream", () => {
    const analyser = new SpectrumAnalyser({ rate: 8000, channels: ["u1"] });
    const tones = [
      { hertz: 50, rms: 230 },
      { hertz: 250, rms: 10 },
    ];
    const plain = emptyRecord();
    analyser.analyse(ringOf(8000, tones, 0), 1600.25, 3200.25, 10, plain);
    const wrapped = emptyRecord();
    // 2^33 samples are 12 days of 8 kS/s; the window lies across a multiple of the ring's length, at the same phase.
    const start = 2 ** 33 - 2272;
    analyser.analyse(ringOf(8000, tones, start), start + 1600.25, start + 3200.25, 10, wrapped);
    expect(wrapped.harmonics[1]).toBeCloseTo(plain.harmonics[1]!, 3);
    expect(wrapped.harmonics[5]).toBeCloseTo(plain.harmonics[5]!, 3);
  });

  it("of DC are its value, sign aside", () => {
    const record = emptyRecord();
    const ring = ringOf(8000, [{ hertz: 50, rms: 230 }]);
    for (let k = 0; k <= ring.mask; k++) ring.data[U1]![k] = ring.data[U1]![k]! - 1.5;
    new SpectrumAnalyser({ rate: 8000, channels: ["u1"] }).analyse(ring, 100.5, 1700.5, 10, record);
    expect(record.harmonics[0]).toBeCloseTo(1.5, 4);
  });
});

describe("interharmonics", () => {
  it.each([
    [50, 10, 180, 3],
    [60, 12, 210, 3],
    [60, 12, 230, 3],
  ])(
    "at %d Hz and %i cycles: a tone of %d Hz stands in the subgroup above h%i and in no harmonic",
    (hertz, cycles, tone, h) => {
      const record = emptyRecord();
      const ring = ringOf(8000, [
        { hertz, rms: 230 },
        { hertz: tone, rms: 5 },
      ]);
      const { from, to } = windowOf(8000, hertz, cycles);
      new SpectrumAnalyser({ rate: 8000, channels: ["u1"] }).analyse(ring, from, to, cycles, record);
      expect(record.interharmonics[h]).toBeCloseTo(5, 2);
      expect(record.harmonics[h]).toBeLessThan(0.01);
      expect(record.harmonics[h + 1]).toBeLessThan(0.01);
      expect(record.thd[U1]).toBeLessThan(1e-3);
    },
  );

  it("beside a harmonic by one bin count to the harmonic", () => {
    const record = emptyRecord();
    const ring = ringOf(8000, [
      { hertz: 50, rms: 230 },
      { hertz: 245, rms: 3 },
      { hertz: 250, rms: 4 },
    ]);
    new SpectrumAnalyser({ rate: 8000, channels: ["u1"] }).analyse(ring, 50, 1650, 10, record);
    expect(record.harmonics[5]).toBeCloseTo(5, 3);
    expect(record.interharmonics[4]).toBeLessThan(0.01);
  });

  it("above a harmonic by one bin count to the harmonic as well", () => {
    const record = emptyRecord();
    const tones = [
      { hertz: 50, rms: 230 },
      { hertz: 255, rms: 3 },
    ];
    new SpectrumAnalyser({ rate: 8000, channels: ["u1"] }).analyse(ringOf(8000, tones), 50, 1650, 10, record);
    expect(record.harmonics[5]).toBeCloseTo(3, 3);
    expect(record.interharmonics[5]).toBeLessThan(0.01);
  });
});

describe("the analyser", () => {
  it("gives the THD of the harmonics to the 40th, not of those above", () => {
    const record = emptyRecord();
    const tones = [
      { hertz: 50, rms: 200 },
      { hertz: 150, rms: 6 },
      { hertz: 350, rms: 8 },
      { hertz: 41 * 50, rms: 50 },
    ];
    new SpectrumAnalyser({ rate: 8000, channels: ["u1"] }).analyse(ringOf(8000, tones), 50, 1650, 10, record);
    expect(record.thd[U1]).toBeCloseTo(0.05, 5);
  });

  it("gives the direction of a harmonic's power", () => {
    const analyser = new SpectrumAnalyser({ rate: 8000, channels: ["u1", "i1"] });
    const u = ringOf(8000, [
      { hertz: 50, rms: 230 },
      { hertz: 250, rms: 10 },
    ]);
    const i = ringOf(
      8000,
      [
        { hertz: 50, rms: 4, angle: -Math.PI / 3 },
        { hertz: 250, rms: 2, angle: Math.PI },
      ],
      0,
      16_384,
      I1,
    );
    const ring = { data: [u.data[U1]!, ...u.data.slice(1, 4), i.data[I1]!, ...u.data.slice(5)], mask: u.mask };
    analyser.analyse(ring, 77.7, 1677.7, 10, emptyRecord());
    expect(analyser.harmonicActive(0, 1)).toBeCloseTo(230 * 4 * 0.5, 2);
    expect(analyser.harmonicActive(0, 5)).toBeCloseTo(-20, 3);
    expect(analyser.harmonicActive(1, 1)).toBeNaN();
  });

  it.each([
    [100, 100, 10],
    [100, 1700, 3],
    [100, 1700, 9.5],
    [100, 6000, 10],
    [Number.NaN, 1700, 10],
  ])("leaves everything unavailable for a window from %d to %d of %d cycles", (from, to, cycles) => {
    const record = emptyRecord();
    const analyser = new SpectrumAnalyser({ rate: 8000, channels: ["u1"] });
    analyser.analyse(ringOf(8000, [{ hertz: 50, rms: 230 }]), from, to, cycles, record);
    expect(record.highest).toBe(0);
    expect([...record.harmonics].every(Number.isNaN)).toBe(true);
  });

  it("refuses a rate that it cannot resample", () => {
    expect(() => new SpectrumAnalyser({ rate: 500, channels: ["u1"] })).toThrow(
      expect.objectContaining({ code: "METROLOGY_SPECTRUM_REFUSED" }),
    );
  });
});
