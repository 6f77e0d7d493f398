/** Reads a folder of recorded days: one load file and one PV file, a column per home or array, a row per minute, in kW. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { worldErrors } from "../errors.ts";

export const MINUTES = 1_440;

export interface RecordedDays {
  /** Per home, 1,440 means in W. */
  readonly loads: readonly Float64Array[];
  /** Per array that ran at all, 1,440 means in W. */
  readonly pv: readonly Float64Array[];
}

export function readRecordedDays(folder: string): RecordedDays {
  const loads = columnsOf(fileLike(folder, "loads_1min_"));
  const pv = columnsOf(fileLike(folder, "pv_1min_")).filter((column) => column.some((watts) => watts > 0));
  if (loads.length === 0 || pv.length === 0) {
    throw worldErrors.WORLD_DATA_BAD("The recorded data has no column with power in it.", { file: folder });
  }
  return { loads, pv };
}

function fileLike(folder: string, start: string): string {
  const found = namesIn(folder).find((name) => name.startsWith(start) && name.endsWith("_kw.csv"));
  if (found === undefined) {
    throw worldErrors.WORLD_DATA_MISSING(`There is no ${start}*_kw.csv.`, { file: folder });
  }
  return join(folder, found);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw worldErrors.WORLD_DATA_MISSING("The folder of recorded data cannot be read.", { file: folder }, error);
  }
}

function columnsOf(file: string): Float64Array[] {
  const lines = readFileSync(file, "utf8").trimEnd().split(/\r?\n/);
  const names = lines[0]?.split(",").slice(1) ?? [];
  if (lines.length !== MINUTES + 1) {
    throw worldErrors.WORLD_DATA_BAD(`It has ${lines.length - 1} rows of data, not ${MINUTES}.`, { file });
  }
  const columns = names.map(() => new Float64Array(MINUTES));
  for (let row = 1; row <= MINUTES; row += 1) fillRow(columns, lines[row] ?? "", row, file);
  return columns;
}

function fillRow(columns: readonly Float64Array[], line: string, row: number, file: string): void {
  const cells = line.split(",");
  if (cells.length !== columns.length + 1) {
    throw worldErrors.WORLD_DATA_BAD(`It has ${cells.length} cells, not ${columns.length + 1}.`, {
      file,
      line: row + 1,
    });
  }
  for (const [index, column] of columns.entries()) column[row - 1] = wattsOf(cells[index + 1] ?? "", row, index, file);
}

/** Recorders write -0.0 and tiny negatives at night; a clear negative is another matter. */
const NOISE_W = -1;

function wattsOf(cell: string, row: number, index: number, file: string): number {
  const watts = cell.trim() === "" ? Number.NaN : Math.round(Number(cell) * 1e6) / 1000;
  if (watts >= NOISE_W && watts < 1e9) return Math.max(0, watts);
  throw worldErrors.WORLD_DATA_BAD(`"${cell}" is no power in kW.`, { file, line: row + 1, column: index + 2 });
}
