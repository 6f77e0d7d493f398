/** The files of a log: `000000000001.jsonl`, each named by the number of its first record. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export interface LogFile {
  readonly name: string;
  readonly path: string;
  readonly first: number;
  readonly bytes: number;
}

const NAME = /^(\d{12})\.jsonl$/;

export function logFileName(first: number): string {
  return `${String(first).padStart(12, "0")}.jsonl`;
}

/** Oldest first; empty where there is no such folder. */
export function logFiles(folder: string): LogFile[] {
  const files: LogFile[] = [];
  for (const name of namesIn(folder)) {
    const first = NAME.exec(name)?.[1];
    if (first === undefined) continue;
    const path = join(folder, name);
    files.push({ name, path, first: Number(first), bytes: statSync(path).size });
  }
  return files.sort((a, b) => a.first - b.first);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}
