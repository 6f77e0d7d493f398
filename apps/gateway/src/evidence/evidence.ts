/**
 * The log that shows what was held: docs/EVIDENCE.md says what is in it and what it proves. It takes the gateway's cycles
 * and decides by itself which of them are worth a line.
 */
import { mkdirSync } from "node:fs";
import { toHex } from "@csj/evidence";
import type { DaySummary, EvidenceBody } from "@csj/export-limit";
import type { Clock, Digest, Log, Signer } from "@csj/runtime";
import { type FolderLock, lockFolder } from "@csj/runtime/folder";
import { type Disk, nodeDisk } from "./disk.ts";
import type { CycleRecord, EvidenceEvent } from "./facts.ts";
import { Journal, type Stamp } from "./journal.ts";
import type { Recent } from "./recent.ts";
import { Recorder } from "./recorder.ts";
import { type Found, recover } from "./recover.ts";
import { moment, short } from "./rounded.ts";

export interface EvidenceOptions {
  /** A folder of its own, in the gateway's: made where there is none. */
  readonly folder: string;
  readonly site: string;
  readonly signer: Signer;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly log: Log;
  /** 200 MB where not given. */
  readonly budgetBytes?: number;
  readonly disk?: Disk;
}

export interface EvidenceHealth {
  /** Code of the disk's failure; undefined while the log is written. */
  readonly error: string | undefined;
  /** Records that could not be written since the start. */
  readonly lost: number;
  /** Number of the last record. */
  readonly seq: number;
}

export interface Evidence {
  /** Called each cycle. It never throws and writes only what changed, or what surrounds an excursion. */
  cycle(record: CycleRecord): void;
  event(event: EvidenceEvent): void;
  readonly health: EvidenceHealth;
  /** The last 24 h, from memory. */
  day(): DaySummary;
  /** Writes the end and frees the folder. */
  close(): void;
}

export const BUDGET_DEFAULT_BYTES = 200_000_000;
const FILES_IN_BUDGET = 25;
const FILE_BYTES_MIN = 16_384;
/** Of the budget, for all of a day but its minutes: a site that flaps for a week must not push out its past. */
const SHARE_PER_DAY = 0.05;
/** What a thief of the card could still rewrite: the time since the last signature. */
const SEAL_EVERY_MS = 3_600_000;
/** An excursion is signed when it has ended; one that follows at once is signed with the next. */
const SEAL_APART_MS = 60_000;

/** Throws RUNTIME_FOLDER_IN_USE where another process writes the same log. */
export function openEvidence(options: EvidenceOptions): Evidence {
  const { folder, digest, log } = options;
  const lock = lockFolder(folder);
  try {
    mkdirSync(folder, { recursive: true });
    const found = recover(folder, digest);
    if (found.cut !== undefined) log.warn("the torn end of the evidence log was cut off", { ...found.cut });
    if (found.damaged !== undefined) log.error("the evidence log is damaged", { ...found.damaged });
    return new EvidenceLog(options, found, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

class EvidenceLog implements Evidence {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #recorder: Recorder;
  readonly #lock: FolderLock;
  readonly #recent: Recent;
  #sealSoon = false;
  #sealedAt: number;
  #closed = false;

  constructor(options: EvidenceOptions, found: Found, lock: FolderLock) {
    const { budgetBytes = BUDGET_DEFAULT_BYTES, disk = nodeDisk } = options;
    this.#clock = options.clock;
    this.#lock = lock;
    this.#recent = found.recent;
    const fileBytes = Math.max(FILE_BYTES_MIN, Math.floor(budgetBytes / FILES_IN_BUDGET));
    this.#journal = new Journal({ ...options, disk, budgetBytes, fileBytes }, found.tail, found.file);
    this.#recorder = new Recorder({ bytesPerDay: budgetBytes * SHARE_PER_DAY });
    const at = this.#stamp();
    this.#sealedAt = at.t_ms - SEAL_APART_MS;
    this.#journal.append(startBodies(options, found, at), at);
  }

  get health(): EvidenceHealth {
    const { error, lost, tail } = this.#journal;
    return { error, lost, seq: tail.seq };
  }

  cycle(record: CycleRecord): void {
    if (this.#closed) return;
    const { bodies, seal } = this.#recorder.cycle(record);
    this.#sealSoon ||= seal;
    const at = moment(record.now, record.wall);
    if (bodies.length > 0) {
      const { bytes } = this.#journal.append(bodies, at);
      this.#recorder.spent(bodies, bytes);
      this.#recent.add(bodies);
    }
    if (at.t_ms - this.#sealedAt >= (this.#sealSoon ? SEAL_APART_MS : SEAL_EVERY_MS)) this.#seal(at);
  }

  event(event: EvidenceEvent): void {
    if (this.#closed) return;
    const at = this.#stamp();
    this.#journal.append([bodyOf(event, at)], at);
  }

  day(): DaySummary {
    return this.#recent.summary(this.#stamp().wall_ms ?? undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const at = this.#stamp();
    const bodies = this.#recorder.finish(at.t_ms, at.wall_ms ?? undefined);
    this.#journal.append([...bodies, { kind: "stop", ...at }], at);
    this.#journal.close(at);
    this.#lock.release();
  }

  #seal(at: Stamp): void {
    this.#sealSoon = false;
    this.#sealedAt = at.t_ms;
    this.#journal.seal(at);
  }

  #stamp(): Stamp {
    const clock = this.#clock;
    return moment(clock.monotonic(), clock.trusted() ? clock.now() : undefined);
  }
}

function startBodies({ site, signer }: EvidenceOptions, found: Found, at: Stamp): EvidenceBody[] {
  const bodies: EvidenceBody[] = [];
  const clean = found.last === undefined ? null : endedClean(found);
  if (found.cut !== undefined) bodies.push({ kind: "cut", ...found.cut, ...at });
  if (found.damaged !== undefined) bodies.push({ kind: "damaged", ...found.damaged, ...at });
  bodies.push({ kind: "start", site: short(site), key: toHex(signer.publicKey), clean, ...at });
  return bodies;
}

/** A stop is the last record but for the signature behind it, and nothing was torn. */
function endedClean({ last, cut, stopped }: Found): boolean {
  return cut === undefined && last?.kind === "seal" && stopped;
}

function bodyOf(event: EvidenceEvent, at: Stamp): EvidenceBody {
  switch (event.kind) {
    case "config":
      return { ...event, profiles: { ...event.profiles }, ...at };
    case "alarm":
      return { ...event, code: short(event.code), text: short(event.text), ...at };
    case "probe":
      return { ...event, result: short(event.result), text: short(event.text), ...at };
    case "action":
      return { ...event, action: short(event.action), who: short(event.who), text: short(event.text), ...at };
  }
}
