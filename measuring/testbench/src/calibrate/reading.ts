/**
 * Reference readings: what a reference standard showed and what the meter showed of the same load at the same time. One
 * row for each phase and load; from a CSV file whose first line names the columns, or from a list.
 */
import { testbenchErrors } from "../errors.ts";

export interface ReferenceReading {
  /** 1 to 3. */
  readonly phase: number;
  /** The reference's V, A, W and var: import positive, var positive where the current lags. */
  readonly ref_v: number;
  readonly ref_a: number;
  readonly ref_w: number;
  readonly ref_var: number;
  /** The meter's. */
  readonly v: number;
  readonly a: number;
  readonly w: number;
  readonly var: number;
  /** The meter's DC parts, where it shows them: they give the converter's offset. */
  readonly mean_v?: number;
  readonly mean_a?: number;
  /** Line in its file, from 1. */
  readonly line?: number;
}

export const READINGS_MAX = 10_000;

const needed = ["phase", "ref_v", "ref_a", "ref_w", "v", "a", "w", "var"] as const;
const optional = ["ref_var", "ref_pf", "mean_v", "mean_a"] as const;
type Column = (typeof needed)[number] | (typeof optional)[number];
type Row = Partial<Record<Column, number>>;

/**
 * A list as YAML or JSON has it, or rows of a CSV. Where `ref_var` is missing it follows from V, A and W; its sign is then
 * that of the meter's own var.
 *
 * @throws TESTBENCH_READINGS_REFUSED with the line or the place in the list
 */
export function readingOf(row: unknown, line: number, file?: string): ReferenceReading {
  const values = numbersOf(row, line, file);
  const phase = values.phase ?? Number.NaN;
  if (![1, 2, 3].includes(phase)) refuse(`The phase is ${phase}, not 1, 2 or 3.`, line, file);
  const get = (column: Column) => values[column] ?? Number.NaN;
  const { mean_v, mean_a } = values;
  return {
    phase,
    ref_v: get("ref_v"),
    ref_a: get("ref_a"),
    ref_w: get("ref_w"),
    ref_var: values.ref_var ?? reactiveOf(get("ref_v") * get("ref_a"), get("ref_w"), get("var")),
    v: get("v"),
    a: get("a"),
    w: get("w"),
    var: get("var"),
    ...(mean_v === undefined ? {} : { mean_v }),
    ...(mean_a === undefined ? {} : { mean_a }),
    line,
  };
}

/** @throws TESTBENCH_READINGS_REFUSED with the line */
export function readingsFromCsv(text: string, file?: string): ReferenceReading[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = (lines[0] ?? "").split(",").map((name) => name.trim());
  if (lines.length > READINGS_MAX) refuse(`There are more than ${READINGS_MAX} lines.`, lines.length, file);
  return lines.slice(1).flatMap((content, k) => {
    if (content.trim() === "") return [];
    const cells = content.split(",").map((cell) => cell.trim());
    if (cells.length !== names.length)
      refuse(`There are ${cells.length} values and ${names.length} columns.`, k + 2, file);
    const filled = names.flatMap((name, at) => (cells[at] === "" ? [] : [[name, Number(cells[at])] as const]));
    return [readingOf(Object.fromEntries(filled), k + 2, file)];
  });
}

/** The file that `readingsFromCsv` reads. */
export function readingsToCsv(readings: readonly ReferenceReading[]): string {
  const names = ["phase", "ref_v", "ref_a", "ref_w", "ref_var", "v", "a", "w", "var", "mean_v", "mean_a"] as const;
  const rows = readings.map((reading) => names.map((name) => reading[name] ?? "").join(","));
  return `${[names.join(","), ...rows].join("\n")}\n`;
}

function numbersOf(row: unknown, line: number, file: string | undefined): Row {
  if (typeof row !== "object" || row === null) refuse("A reading is not a row of named values.", line, file);
  const known: readonly string[] = [...needed, ...optional];
  for (const [name, value] of Object.entries(row)) {
    if (!known.includes(name)) refuse(`The column ${name} is not known.`, line, file);
    if (typeof value !== "number" || !Number.isFinite(value)) refuse(`${name} is not a number.`, line, file);
  }
  const values = row as Row;
  const derived = values.ref_w === undefined && values.ref_pf !== undefined;
  const whole = derived
    ? { ...values, ref_w: (values.ref_v ?? 0) * (values.ref_a ?? 0) * (values.ref_pf ?? 0) }
    : values;
  const missing = needed.filter((name) => whole[name] === undefined);
  if (missing.length > 0) refuse(`Missing: ${missing.join(", ")}.`, line, file);
  return whole;
}

function reactiveOf(apparent: number, active: number, measured: number): number {
  const square = apparent * apparent - active * active;
  return square <= 0 ? 0 : Math.sqrt(square) * (measured < 0 ? -1 : 1);
}

function refuse(what: string, line: number, file: string | undefined): never {
  throw testbenchErrors.TESTBENCH_READINGS_REFUSED(what, { ...(file === undefined ? {} : { file }), line });
}
