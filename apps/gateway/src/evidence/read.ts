/** The lines of a log as they lie on the disk, oldest first; the gateway may be writing meanwhile. */
import { readFileSync } from "node:fs";
import { logFiles } from "./log-files.ts";

export interface StoredLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** What the newest file holds behind its last line feed is being written, or torn by a kill, and is not a line yet. */
export function* storedLines(folder: string): Generator<StoredLine> {
  const files = logFiles(folder);
  for (const [index, { name, path }] of files.entries()) {
    const lines = readFileSync(path, "utf8").split("\n");
    const rest = lines.pop();
    for (const [at, text] of lines.entries()) yield { file: name, line: at + 1, text };
    if (rest !== undefined && rest !== "" && index < files.length - 1) {
      yield { file: name, line: lines.length + 1, text: rest };
    }
  }
}
