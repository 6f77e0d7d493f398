/**
 * What a log ends with, found at each start. A program that is killed while it writes leaves a torn last line: it is cut
 * off, and the log says so. A line that is whole and does not follow from the one before is no accident of a kill: nothing
 * of that file is touched, and the log goes on in a new one that names the place.
 */
import { createHash } from "node:crypto";
import { readFileSync, truncateSync, unlinkSync } from "node:fs";
import { chainStart } from "@csj/evidence";
import { type EvidenceRecord, hashOfLine, noTail, recordOf, type Tail } from "@csj/export-limit";
import type { Digest } from "@csj/runtime";
import { type LogFile, logFiles } from "./log-files.ts";
import { Recent } from "./recent.ts";

export interface Found {
  readonly tail: Tail;
  /** The file that may be written on; undefined where a new one must be begun. */
  readonly file: { readonly path: string; readonly bytes: number } | undefined;
  /** The last record; undefined where the log is new. */
  readonly last: EvidenceRecord | undefined;
  /** True where the last record but for a seal is a stop. */
  readonly stopped: boolean;
  /** What the file that is written on holds for a day's summary. */
  readonly recent: Recent;
  readonly cut: { readonly file: string; readonly bytes: number; readonly sha256: string } | undefined;
  readonly damaged: { readonly file: string; readonly line: number } | undefined;
}

export function recover(folder: string, digest: Digest): Found {
  const files = logFiles(folder);
  let newest = files.pop();
  // A kill between the making of a file and its first line.
  while (newest !== undefined && newest.bytes === 0) {
    unlinkSync(newest.path);
    newest = files.pop();
  }
  if (newest === undefined) return nothingYet();
  return recoverFile(newest, digest, files);
}

interface Walk {
  tail: Tail;
  last: EvidenceRecord | undefined;
  stopped: boolean;
  readonly recent: Recent;
  /** Bytes up to the end of the last line that follows from the one before. */
  good: number;
  line: number;
}

function recoverFile(file: LogFile, digest: Digest, older: readonly LogFile[]): Found {
  const bytes = readFileSync(file.path);
  const walk: Walk = { tail: noTail, last: undefined, stopped: false, recent: new Recent(), good: 0, line: 0 };
  while (step(walk, bytes, file, digest)) {}
  const rest = bytes.subarray(walk.good);
  if (rest.length > 0 && holdsRecord(rest)) return damaged(file, walk, bytes, digest);
  const cut =
    rest.length === 0
      ? undefined
      : { file: file.name, bytes: rest.length, sha256: createHash("sha256").update(rest).digest("hex") };
  if (cut !== undefined) truncateSync(file.path, walk.good);
  if (walk.last === undefined) return { ...endOf(file, older, digest), cut };
  const closed = walk.last.kind === "seal" && walk.last.closes;
  return {
    tail: walk.tail,
    file: closed ? undefined : { path: file.path, bytes: walk.good },
    last: walk.last,
    stopped: walk.stopped,
    recent: walk.recent,
    cut,
    damaged: undefined,
  };
}

function nothingYet(): Found {
  return {
    tail: noTail,
    file: undefined,
    last: undefined,
    stopped: false,
    recent: new Recent(),
    cut: undefined,
    damaged: undefined,
  };
}

/** Nothing of the newest file was whole: the log ends with the one before it. */
function endOf(file: LogFile, older: readonly LogFile[], digest: Digest): Found {
  unlinkSync(file.path);
  const before = older.at(-1);
  if (before !== undefined) return recoverFile(before, digest, older.slice(0, -1));
  return nothingYet();
}

function step(walk: Walk, bytes: Buffer, file: LogFile, digest: Digest): boolean {
  const end = bytes.indexOf(10, walk.good);
  if (end < 0) return false;
  const text = bytes.toString("utf8", walk.good, end);
  const record = parsed(text);
  if (record === undefined) return false;
  const first = walk.last === undefined;
  const follows = first
    ? record.seq === file.first && (record.seq === 1) === (record.previous === chainStart)
    : record.seq === walk.tail.seq + 1 && record.previous === walk.tail.hash;
  if (!follows) return false;
  walk.tail = { seq: record.seq, hash: hashOfLine(digest, text) };
  walk.last = record;
  walk.recent.add([record]);
  if (record.kind !== "seal") walk.stopped = record.kind === "stop";
  walk.good = end + 1;
  walk.line += 1;
  return true;
}

/** A whole line that is a record somewhere behind the good part. */
function holdsRecord(rest: Buffer): boolean {
  const lines = rest.toString("utf8").split("\n");
  return lines.slice(0, -1).some((text) => parsed(text) !== undefined);
}

/** The chain goes on from the last whole record of the file, so that what lies behind the break is still in order. */
function damaged(file: LogFile, walk: Walk, bytes: Buffer, digest: Digest): Found {
  let tail = walk.tail;
  let last = walk.last;
  for (const text of bytes.toString("utf8").split("\n").slice(walk.line, -1)) {
    const record = parsed(text);
    if (record === undefined) continue;
    last = record;
    tail = { seq: record.seq, hash: hashOfLine(digest, text) };
  }
  const place = { file: file.name, line: walk.line + 1 };
  return { tail, file: undefined, last, stopped: false, recent: new Recent(), cut: undefined, damaged: place };
}

function parsed(text: string): EvidenceRecord | undefined {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
