/** A log in a folder of its own, a disk that can be full, and cycles to write. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@csj/evidence";
import { Chain, type ChainReport, type EvidenceRecord } from "@csj/export-limit";
import { Instant, Millis } from "@csj/quantity";
import type { Log, Signer } from "@csj/runtime";
import { FakeTime, silentLog } from "@csj/runtime/fake";
import { generateDeviceKey, nodeDigest, nodeSigner, nodeVerifier } from "@csj/runtime/node";
import { type Disk, nodeDisk } from "../evidence/disk.ts";
import { type Evidence, openEvidence } from "../evidence/evidence.ts";
import type { CycleRecord } from "../evidence/facts.ts";
import { storedLines } from "../evidence/read.ts";

export const START = Instant(Date.parse("2026-06-21T10:00:00Z"));

export interface Bench {
  readonly folder: string;
  readonly time: FakeTime;
  readonly signer: Signer;
  open(more?: { budgetBytes?: number; disk?: Disk; log?: Log }): Evidence;
  /** One cycle a second later. */
  cycle(evidence: Evidence, change?: Partial<CycleRecord>, after?: number): void;
  read(key?: string): Promise<{ report: ChainReport; records: EvidenceRecord[] }>;
}

export function bench(start: Instant = START): Bench {
  const folder = join(mkdtempSync(join(tmpdir(), "csj-evidence-")), "evidence");
  const time = new FakeTime(start);
  const signer = nodeSigner(generateDeviceKey());
  return {
    folder,
    time,
    signer,
    open: (more = {}) =>
      openEvidence({ folder, site: "site-01", signer, digest: nodeDigest, clock: time, log: silentLog, ...more }),
    cycle(evidence, change = {}, after = 1000) {
      time.skip(Millis(after));
      evidence.cycle(quiet(time, change));
    },
    read: (key = toHex(signer.publicKey)) => readLog(folder, key),
  };
}

/** The home takes 50 W more than the array gives. */
export function quiet(time: FakeTime, change: Partial<CycleRecord> = {}): CycleRecord {
  const now = time.monotonic();
  return {
    now,
    wall: time.trusted() ? time.now() : undefined,
    gridW: 50,
    gridAt: now,
    pvW: 2000,
    pvAt: now,
    limitW: 2050,
    allowedW: 0,
    origin: "installer",
    mode: "normal",
    reason: "following-load",
    units: [{ id: "inverter", limitW: 2050, outputW: 2000, heldW: 2050, state: "ok" }],
    ...change,
  };
}

export async function readLog(
  folder: string,
  key: string,
): Promise<{ report: ChainReport; records: EvidenceRecord[] }> {
  const chain = new Chain(nodeDigest, nodeVerifier(), key);
  const records: EvidenceRecord[] = [];
  for (const { file, line, text } of storedLines(folder)) {
    const record = await chain.add(file, line, text);
    if (record !== undefined) records.push(record);
  }
  return { report: chain.end(), records };
}

/** A disk that takes so many bytes more, the last write in part, as a real one does. */
export function smallDisk(): Disk & { room: number } {
  const disk = {
    ...nodeDisk,
    room: Number.POSITIVE_INFINITY,
    write(file: number, bytes: Uint8Array, offset: number): number {
      if (disk.room <= 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      const taken = nodeDisk.write(
        file,
        bytes.subarray(0, offset + Math.min(disk.room, bytes.length - offset)),
        offset,
      );
      disk.room -= taken;
      return taken;
    },
  };
  return disk;
}
