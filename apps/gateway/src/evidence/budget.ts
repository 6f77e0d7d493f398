/** Which of the oldest files go, so that the log stays within its share of the disk. */
import { closeSync, openSync, readSync } from "node:fs";
import { recordOf, type Tail } from "@csj/export-limit";
import { type LogFile, logFiles } from "./log-files.ts";

export interface Removable {
  readonly path: string;
  readonly file: string;
  readonly first_seq: number;
  readonly last_seq: number;
  /** Of its last line: what the next file's first line names as the one before. */
  readonly last_hash: string;
  readonly bytes: number;
}

/** @param tail where the newest file ends */
export function removable(folder: string, budgetBytes: number, tail: Tail): Removable[] {
  const files = logFiles(folder);
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const gone: Removable[] = [];
  for (const [index, file] of files.entries()) {
    if (total <= budgetBytes) break;
    const next = files[index + 1];
    const hash = next === undefined ? tail.hash : previousOf(next);
    // Without the hash nobody could tell a removed file from a hidden one: it stays.
    if (hash === undefined) break;
    const last_seq = next === undefined ? tail.seq : next.first - 1;
    gone.push({
      path: file.path,
      file: file.name,
      first_seq: file.first,
      last_seq,
      last_hash: hash,
      bytes: file.bytes,
    });
    total -= file.bytes;
  }
  return gone;
}

/** Longer than any first line. */
const LINE_MAX = 16_384;

function previousOf({ path }: LogFile): string | undefined {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(LINE_MAX);
    const [line] = head.toString("utf8", 0, readSync(file, head, 0, LINE_MAX, 0)).split("\n", 1);
    return recordOf(JSON.parse(line ?? ""))?.previous;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    closeSync(file);
  }
}
