/** What the rest of the world, a server and the demo's page see of a device. */
import type { ChannelId, Instant, Millis } from "@csj/quantity";
import type { FaultName } from "../faults.ts";
import type { Role } from "../spec.ts";

export interface ServedRegister {
  readonly unit: "Wh" | "varh";
  /** In the register's own unit, as a reader of its words sees it. */
  readonly count: number;
  readonly perCount: number;
}

/** Answers reads with words or with a Modbus exception code. */
export interface WorldDevice {
  /** `site-01-grid`. */
  readonly id: string;
  readonly site: string;
  readonly role: Role;
  readonly profile: string;
  readonly unit: number;
  /** One sentence: what it plays. */
  readonly plays: string;
  /** The faults that make sense for it. */
  readonly faults: readonly FaultName[];
  readonly fault: FaultName;
  /** From the request to the answer. */
  readonly latency: Millis;
  /** How often a limit register was written. */
  readonly limitWrites: number;
  /** False while it is silent or restarts. */
  readonly answers: boolean;
  /** When its registers got the values that they serve. */
  readonly updatedAt: Instant;
  readHolding(address: number, count: number): Uint16Array | number;
  readInput(address: number, count: number): Uint16Array | number;
  /** Undefined where it was taken. */
  writeHolding(address: number, words: ArrayLike<number>): number | undefined;
  /** Only of a relay. */
  readCoils?(address: number, count: number): readonly boolean[] | number;
  readDiscrete?(address: number, count: number): readonly boolean[] | number;
  writeCoils?(address: number, bits: readonly boolean[]): number | undefined;
  served(): Partial<Record<ChannelId, ServedRegister>>;
}

/** What a site does with its devices; not for callers of the world. */
export interface PlantDevice extends WorldDevice {
  /** The latest update of its registers at or before `to`, where that is newer than the one it shows. */
  due(to: number): number | undefined;
  /** Takes the plant as it is now into its registers. */
  latch(now: number): void;
  setFault(fault: FaultName, now: number): void;
  save(): unknown;
  restore(state: unknown): void;
}
