import { describe, expect, it } from "vitest";
import { RealFft } from "./fft.ts";

/** The sum that the transform is defined by. */
function defined(window: Float64Array, k: number): [number, number] {
  let re = 0;
  let im = 0;
  window.forEach((x, j) => {
    re += x * Math.cos((2 * Math.PI * j * k) / window.length);
    im -= x * Math.sin((2 * Math.PI * j * k) / window.length);
  });
  return [re, im];
}

describe("the real Fourier transform", () => {
  it.each([16, 32, 64, 128, 512, 1024])("gives the defining sum in every bin of %i points", (points) => {
    const fft = new RealFft(points);
    const window = Float64Array.from({ length: points }, (_, j) => ((j * 7919) % 101) / 50 - 1 + Math.sin(j));
    fft.transform(window);
    for (let k = 0; k <= points / 2; k++) {
      const [re, im] = defined(window, k);
      expect(fft.re[k]).toBeCloseTo(re, 9);
      expect(fft.im[k]).toBeCloseTo(im, 9);
    }
  });

  it.each([2048, 4096])("finds a tone of %i points in its own bin and nothing above 1e-12 elsewhere", (points) => {
    const fft = new RealFft(points);
    const angle = (j: number) => (2 * Math.PI * 500 * j) / points;
    fft.transform(Float64Array.from({ length: points }, (_, j) => Math.cos(angle(j) - 0.5)));
    expect(Math.hypot(fft.re[500]!, fft.im[500]!) / (points / 2)).toBeCloseTo(1, 12);
    expect(Math.atan2(fft.im[500]!, fft.re[500]!)).toBeCloseTo(-0.5, 12);
    for (let k = 0; k <= points / 2; k++) {
      if (k !== 500) expect(Math.hypot(fft.re[k]!, fft.im[k]!) / points).toBeLessThan(1e-12);
    }
  });

  it("takes only the bins apart that are asked for, and the same window gives the same bits again", () => {
    const fft = new RealFft(64);
    const window = Float64Array.from({ length: 64 }, (_, j) => Math.cos(j * j));
    fft.transform(window);
    const all = [...fft.re];
    fft.re.fill(0);
    fft.transform(window, 10);
    expect([...fft.re.subarray(0, 11)]).toEqual(all.slice(0, 11));
    expect([...fft.re.subarray(11)].every((value) => value === 0)).toBe(true);
  });

  it.each([0, 8, 48, 1000, 2 ** 17])("refuses %i points", (points) => {
    expect(() => new RealFft(points)).toThrow(expect.objectContaining({ code: "METROLOGY_SPECTRUM_REFUSED" }));
  });
});
