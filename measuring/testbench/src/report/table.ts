/** The points as a terminal shows them: fixed columns, the verdict first, so that a failure is found at a glance. */
import type { AccuracyPoint } from "../accuracy/point.ts";
import { loadName } from "./plot.ts";

export interface ClassResult {
  readonly standard: string;
  readonly class: string;
  readonly points: readonly AccuracyPoint[];
  readonly failed: number;
}

/** By class, in the order in which they come. */
export function byClass(points: readonly AccuracyPoint[]): ClassResult[] {
  const names = [...new Set(points.map((point) => point.class))];
  return names.map((name) => {
    const own = points.filter((point) => point.class === name);
    return {
      standard: own[0]?.standard ?? "",
      class: name,
      points: own,
      failed: own.filter(({ pass }) => !pass).length,
    };
  });
}

export function pointTable(points: readonly AccuracyPoint[]): string {
  return byClass(points)
    .map((result) => [headLine(result), columnLine(), ...result.points.map(pointLine), ""].join("\n"))
    .join("\n");
}

export function headLine({ standard, class: name, points, failed }: ClassResult): string {
  const verdict = failed === 0 ? "all passed" : `${failed} FAILED`;
  return `Class ${name} (${standard}): ${points.length} points, ${verdict}`;
}

function columnLine(): string {
  return [
    "      ",
    "I, A".padStart(9),
    "PF".padStart(8),
    "f, Hz".padStart(7),
    "error %".padStart(10),
    "limit %".padStart(8),
    " test",
  ].join(" ");
}

function pointLine(point: AccuracyPoint): string {
  const { i, f, error_pct, limit_pct, test, distortion, pass } = point;
  const columns = [
    pass ? "  pass" : "  FAIL",
    (i === null ? "-" : String(Number(i.toPrecision(4)))).padStart(9),
    (loadName(point) || "-").padStart(8),
    String(Number(f.toFixed(2))).padStart(7),
    (error_pct === null ? "no value" : error_pct.toFixed(3)).padStart(10),
    String(Number(limit_pct.toPrecision(4))).padStart(8),
  ];
  return `${columns.join(" ")}  ${test}${distortion === "none" ? "" : ` (${distortion})`}`;
}
