import { describe, expect, it } from "vitest";
import { type AccuracyPoint, judged } from "../accuracy/point.ts";
import { frontEndPreset } from "../frontend/presets.ts";
import { accuracyHtml } from "./html.ts";
import { byClass, pointTable } from "./table.ts";

const point = (i: number, error_pct: number | null, more: Partial<AccuracyPoint> = {}): AccuracyPoint =>
  judged({
    standard: "IEC 62053-22",
    class: "0.2S",
    test: "Balanced load",
    i,
    pf: 1,
    reactance: "none",
    f: 50,
    distortion: "none",
    error_pct,
    limit_pct: 0.2,
    of: "the energy",
    source: "IEC 62053-22, 8.1",
    verified: false,
    ...more,
  });

const points = [
  point(0.25, 0.05),
  point(5, -0.2),
  point(6, 0.21),
  point(5, 0.01, { pf: 0.5, reactance: "inductive" }),
  point(5, null, { class: "A", test: "Harmonic 50 <1 %>", i: null, pf: null, reactance: null }),
];

describe("a verdict", () => {
  it.each([
    [0.2, true],
    [-0.2, true],
    [0.2001, false],
    [Number.NaN, false],
    [null, false],
  ])("of an error of %s %% at a limit of 0.2 %% is %s", (error, pass) => {
    expect(point(5, error).pass).toBe(pass);
  });
});

describe("the report", () => {
  it("counts by class and puts the failures' word where the eye falls first", () => {
    expect(byClass(points).map(({ class: name, failed }) => [name, failed])).toEqual([
      ["0.2S", 1],
      ["A", 1],
    ]);
    const lines = pointTable(points).split("\n");
    expect(lines[0]).toBe("Class 0.2S (IEC 62053-22): 4 points, 1 FAILED");
    expect(lines.filter((line) => line.startsWith("  FAIL"))).toHaveLength(2);
    expect(lines.find((line) => line.includes("no value"))).toContain("Harmonic 50");
  });

  it("is one HTML file without a script, a link or an unescaped sign", () => {
    const html = accuracyHtml({ frontEnd: frontEndPreset("24-bit")!, seed: 1, points });
    expect(html).not.toMatch(/<script|<link|src=|href=|url\(|@import/);
    expect(html).toContain("Harmonic 50 &lt;1 %&gt;");
    expect(html).toContain("prefers-color-scheme: dark");
    expect(html.match(/<svg/g)).toHaveLength(1);
    expect(html.match(/<tr class="failed"/g)).toHaveLength(2);
  });

  it("draws each point of a balanced load at its place, and a failed one as failed", () => {
    const html = accuracyHtml({ frontEnd: frontEndPreset("24-bit")!, seed: 1, points });
    const circles = [...html.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="[\d.]+" class="(\w+)"><title>/g)];
    expect(circles.map(([, , , kind]) => kind)).toEqual(["s0", "s0", "failed", "s1"]);
    const [x, y] = [1, 2].map((k) => circles.map((circle) => Number(circle[k]))) as [number[], number[]];
    expect(x[0]).toBeLessThan(x[1]!);
    expect(y[2]).toBeLessThan(y[0]!);
    expect(y[0]).toBeLessThan(y[1]!);
  });
});
