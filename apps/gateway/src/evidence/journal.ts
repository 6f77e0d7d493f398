/**
 * The log's files: lines are appended to the newest, which is closed by a signature when it is a day old or large enough.
 * A line costs one write without a sync; the disk is asked to keep what was written every 30 s, off the cycle, so a power
 * cut loses that much at the most. A full disk costs records and never a cycle: what was lost is counted in the log.
 */
import { join } from "node:path";
import { type EvidenceBody, type Line, lineOf, sealLineOf, type Tail } from "@csj/export-limit";
import type { CodedError } from "@csj/fault";
import type { Digest, Log, Signer } from "@csj/runtime";
import { errors } from "../errors.ts";
import { removable } from "./budget.ts";
import type { Disk } from "./disk.ts";
import { logFileName } from "./log-files.ts";

export interface JournalOptions {
  readonly folder: string;
  readonly digest: Digest;
  readonly signer: Signer;
  readonly log: Log;
  readonly disk: Disk;
  readonly budgetBytes: number;
  /** A file of this size is closed. */
  readonly fileBytes: number;
}

export interface Written {
  readonly bytes: number;
  /** True where all of it is in the file. */
  readonly whole: boolean;
}

export interface Stamp {
  readonly t_ms: number;
  readonly wall_ms: number | null;
}

interface OpenFile {
  readonly file: number;
  bytes: number;
  /** What is behind `bytes` is the rest of a write that failed. */
  torn: boolean;
  readonly openedAt: Stamp;
}

/** What could be lost in a power cut, beside what the disk's own cache holds. */
export const SYNC_EVERY_MS = 30_000;
const DAY_MS = 86_400_000;

export class Journal {
  readonly #options: JournalOptions;
  #tail: Tail;
  #open: OpenFile | undefined;
  #resume: { readonly path: string } | undefined;
  #lost = { records: 0, from: 0, code: "" };
  #allLost = 0;
  #error: CodedError | undefined;
  #syncedAt = Number.NEGATIVE_INFINITY;
  /** The file that is being synced, and whether it is to be closed then. */
  #syncing: { readonly file: number; close: boolean } | undefined;

  constructor(options: JournalOptions, tail: Tail, resume: { readonly path: string } | undefined) {
    this.#options = options;
    this.#tail = tail;
    this.#resume = resume;
  }

  /** Code of the disk's last failure; undefined while it takes what is written. */
  get error(): string | undefined {
    return this.#error?.code;
  }

  get lost(): number {
    return this.#allLost;
  }

  get tail(): Tail {
    return this.#tail;
  }

  /** Never throws: what cannot be written is counted, and said once it can be. */
  append(bodies: readonly EvidenceBody[], at: Stamp): Written {
    if (bodies.length === 0) return { bytes: 0, whole: true };
    try {
      if (this.#full(at)) this.#rotate(at);
      const { digest } = this.#options;
      const written = this.#write([...this.#lostBodies(at), ...bodies], at, (tail, body) => lineOf(digest, tail, body));
      this.#recovered();
      if (at.t_ms - this.#syncedAt >= SYNC_EVERY_MS) this.#syncLater(at);
      return { bytes: written, whole: true };
    } catch (error) {
      this.#failed(error, bodies.length, at);
      return { bytes: 0, whole: false };
    }
  }

  /** Signs everything up to here, and asks the disk to keep it. */
  seal(at: Stamp): void {
    try {
      this.#seal(at, false);
      this.#syncLater(at);
    } catch (error) {
      this.#failed(error, 0, at);
    }
  }

  close(at: Stamp): void {
    this.seal(at);
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    try {
      this.#options.disk.sync(open.file);
    } catch (error) {
      this.#failed(error, 0, at);
    }
    this.#letGo(open.file);
  }

  #seal(at: Stamp, closes: boolean): void {
    const { digest, signer } = this.#options;
    this.#write([{ kind: "seal" as const, closes, ...at }], at, (tail, body) => sealLineOf(digest, signer, tail, body));
  }

  /** All of them or none; throws what the disk threw. */
  #write<Body>(bodies: readonly Body[], at: Stamp, line: (tail: Tail, body: Body) => Line): number {
    const open = this.#ensureOpen(at);
    let tail = this.#tail;
    let text = "";
    for (const body of bodies) {
      const next = line(tail, body);
      text += `${next.text}\n`;
      tail = next.tail;
    }
    const bytes = Buffer.from(text, "utf8");
    open.torn = true;
    for (let offset = 0; offset < bytes.length; ) offset += this.#options.disk.write(open.file, bytes, offset);
    open.torn = false;
    open.bytes += bytes.length;
    this.#tail = tail;
    return bytes.length;
  }

  #ensureOpen(at: Stamp): OpenFile {
    const { disk, folder } = this.#options;
    if (this.#open === undefined) {
      const path = this.#resume?.path ?? join(folder, logFileName(this.#tail.seq + 1));
      const file = disk.open(path);
      this.#open = { file, bytes: disk.size(file), torn: false, openedAt: at };
      this.#resume = undefined;
    }
    if (this.#open.torn) {
      disk.truncate(this.#open.file, this.#open.bytes);
      this.#open.torn = false;
    }
    return this.#open;
  }

  #full(at: Stamp): boolean {
    const open = this.#open;
    if (open === undefined || open.bytes === 0) return false;
    if (open.bytes >= this.#options.fileBytes) return true;
    const { openedAt } = open;
    if (at.wall_ms !== null && openedAt.wall_ms !== null) return dayOf(at.wall_ms) !== dayOf(openedAt.wall_ms);
    return at.t_ms - openedAt.t_ms >= DAY_MS;
  }

  /** The closed file is on the disk before the next one begins: a power cut may shorten the log and not hole it. */
  #rotate(at: Stamp): void {
    const open = this.#ensureOpen(at);
    this.#seal(at, true);
    this.#options.disk.sync(open.file);
    this.#open = undefined;
    this.#letGo(open.file);
    this.#keepBudget(at);
  }

  #keepBudget(at: Stamp): void {
    const { folder, budgetBytes, fileBytes, disk, digest } = this.#options;
    const gone = removable(folder, budgetBytes - fileBytes, this.#tail);
    if (gone.length === 0) return;
    const bodies = gone.map(({ path: _, ...facts }): EvidenceBody => ({ kind: "removed", ...facts, ...at }));
    this.#write(bodies, at, (tail, body) => lineOf(digest, tail, body));
    for (const { path } of gone) disk.remove(path);
  }

  #lostBodies(at: Stamp): EvidenceBody[] {
    const { records, from, code } = this.#lost;
    return records === 0 ? [] : [{ kind: "lost", records, from_t_ms: from, code, ...at }];
  }

  #recovered(): void {
    if (this.#error !== undefined)
      this.#options.log.info("the evidence log is written again", { lost: this.#lost.records });
    this.#error = undefined;
    this.#lost = { records: 0, from: 0, code: "" };
  }

  #failed(cause: unknown, records: number, at: Stamp): void {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    if (this.#lost.records === 0) this.#lost = { records: 0, from: at.t_ms, code };
    this.#lost.records += records;
    this.#allLost += records;
    if (this.#error !== undefined) return;
    this.#error = errors.GATEWAY_EVIDENCE_DISK(
      `The evidence log cannot be written (${code}).`,
      { file: this.#options.folder },
      cause,
    );
    this.#options.log.error(this.#error.describe(), { code: this.#error.code });
  }

  #syncLater(at: Stamp): void {
    const file = this.#open?.file;
    if (file === undefined || this.#syncing !== undefined) return;
    this.#syncedAt = at.t_ms;
    const syncing = { file, close: false };
    this.#syncing = syncing;
    this.#options.disk.syncLater(file, (error) => {
      this.#syncing = undefined;
      if (syncing.close) this.#options.disk.close(file);
      if (error !== null) this.#failed(error, 0, at);
    });
  }

  /** A file that is being synced is closed when that has ended: its number must not be another file's meanwhile. */
  #letGo(file: number): void {
    if (this.#syncing?.file === file) this.#syncing.close = true;
    else this.#options.disk.close(file);
  }
}

function dayOf(wall: number): number {
  return Math.floor(wall / DAY_MS);
}
