import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccuracyPoint, designCalibration, type FrontEndSpec, frontEndPreset } from "@csj/testbench";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { accuracyCommand, frontEndOf } from "./accuracy.ts";
import { calibrate, calibrateCommand } from "./calibrate.ts";

const folder = mkdtempSync(join(tmpdir(), "csj-accuracy-"));
const file = (name: string, text?: string): string => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};
const spec = frontEndPreset("24-bit")!;
const design = JSON.stringify(designCalibration(spec));
const code = (name: string) => expect.objectContaining({ code: name });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("csj accuracy", () => {
  it("takes a front end from a file as it prints one", () => {
    const own: FrontEndSpec = { ...spec, name: "mine", adc: { ...spec.adc, bits: 20 } };
    expect(frontEndOf(file("mine.yaml", stringify(own)))).toEqual(own);
    expect(frontEndOf("12-bit").adc.bits).toBe(12);
  });

  it("names the line of a front end that is wrong, and a name that is none", () => {
    const path = file("wrong.yaml", stringify(spec).replace("bits: 24", "bits: 99"));
    expect(() => frontEndOf(path)).toThrow(
      expect.objectContaining({
        code: "TESTBENCH_FRONT_END_REFUSED",
        where: expect.objectContaining({ file: path, line: expect.any(Number), path: "adc.bits" }),
      }),
    );
    expect(() => frontEndOf("10-bit")).toThrow(code("TESTBENCH_FRONT_END_REFUSED"));
  });

  it("prints {points}, each with its limit and verdict, and writes the page", { timeout: 60_000 }, async () => {
    const html = file("report.html");
    const printed = await outputOf(["--front-end", "12-bit", "--class", "1", "--json", "--html", html]);
    const { points, ...rest } = JSON.parse(printed) as { points: AccuracyPoint[] };
    expect(rest).toEqual({});
    expect(points.length).toBeGreaterThanOrEqual(60);
    expect(points.every(({ standard, limit_pct, pass }) => standard === "IEC 62053-21" && limit_pct > 0 && pass)).toBe(
      true,
    );
    expect(readFileSync(html, "utf8")).toContain("78 points, all passed");
  });
});

describe("csj calibrate", () => {
  it("makes a calibration from the readings that csj accuracy prints, right within its uncertainty", async () => {
    const from = file("design.json", await outputOf(["--print", "calibration"]));
    const readings = file("readings.csv", await outputOf(["--print", "readings", "--seed", "7"]));
    const { calibration, fitted } = calibrate({ readings, from, id: "piece 7", date: "2026-11-24" });
    expect(calibration).toMatchObject({ format: "csj-calibration-1", id: "piece 7", date: "2026-11-24" });
    expect(fitted.map(({ phase }) => phase)).toEqual([1, 2, 3]);
    expect(fitted.every(({ uncertainty }) => uncertainty.power < 0.05)).toBe(true);
    expect(calibration.channels.i2?.curve?.length).toBe(8);
  });

  it("reads a YAML list, and names the row that is wrong", () => {
    const from = file("again.json", design);
    const row = { phase: 1, ref_v: 230, ref_a: 5, ref_w: 1150, v: 230, a: 5, w: 1150, var: 0 };
    const rows = [row, { ...row, ref_a: 1, ref_w: 230, a: 1, w: 230 }];
    const good = calibrate({ readings: file("r.yaml", stringify(rows)), from });
    expect(good.fitted[0]?.levels.map(({ gain }) => Number(gain.toFixed(9)))).toEqual([1, 1]);
    const wrong = file("w.yaml", stringify([row, { ...row, phase: "L1" }]));
    expect(() => calibrate({ readings: wrong, from })).toThrow(
      expect.objectContaining({ code: "TESTBENCH_READINGS_REFUSED", where: { file: wrong, line: 9 } }),
    );
  });

  it("refuses a calibration that is none, and says how it is used", () => {
    const readings = file("one.csv", "phase,ref_v,ref_a,ref_w,v,a,w,var\n1,230,5,1150,230,5,1150,0\n");
    expect(() => calibrate({ readings, from: file("none.json", "{}") })).toThrow(code("METROLOGY_CALIBRATION_REFUSED"));
    expect(() => calibrate({ readings, from: file("d.json", design) })).toThrow(code("TESTBENCH_READINGS_FEW"));
    expect(calibrateCommand().helpInformation()).toContain("--readings");
  });
});

/** What the command writes to stdout. */
async function outputOf(options: readonly string[]): Promise<string> {
  const write = process.stdout.write;
  let text = "";
  process.stdout.write = ((part: string) => {
    text += part;
    return true;
  }) as typeof process.stdout.write;
  try {
    await accuracyCommand().parseAsync(["node", "csj", ...options]);
  } finally {
    process.stdout.write = write;
  }
  return text;
}
