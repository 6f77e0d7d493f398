/**
 * Follows a chain of lines over all files, from the oldest to the newest, and says where it breaks first. A beginning that
 * is gone is allowed only where a later record of the same chain says that it was removed and what it ended with.
 */
import { chainStart, fromHex, type Hash } from "@csj/evidence";
import type { Digest, Verifier } from "@csj/runtime";
import { checkSealLine, hashOfLine } from "./line.ts";
import { type BodyOf, type EvidenceRecord, recordOf } from "./record.ts";

export interface Break {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

export interface Sealed {
  readonly seq: number;
  readonly t_ms: number;
  readonly wall_ms: number | null;
}

export interface ChainReport {
  readonly broken: Break | undefined;
  readonly lines: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Numbers before this one were removed to stay within the disk budget. */
  readonly removedBefore: number | undefined;
  /** The last one before the first break. */
  readonly lastSeal: Sealed | undefined;
  /** Good ones before the first break. */
  readonly seals: number;
}

type Placed<Kind extends "seal" | "removed"> = BodyOf<Kind> & { readonly seq: number; readonly previous: Hash };

export class Chain {
  readonly #digest: Digest;
  readonly #verifier: Verifier;
  readonly #key: Uint8Array;
  readonly #keyHex: string;
  #expected: { readonly seq: number; readonly hash: Hash } | undefined;
  #first: { readonly seq: number; readonly previous: Hash; readonly file: string } | undefined;
  #broken: Break | undefined;
  #lines = 0;
  #seals = 0;
  #lastSeal: Sealed | undefined;
  #explained = false;
  #before: { readonly file: string; readonly line: number } | undefined;

  /** @param key the device's raw Ed25519 public key, hex */
  constructor(digest: Digest, verifier: Verifier, key: string) {
    this.#digest = digest;
    this.#verifier = verifier;
    this.#keyHex = key;
    this.#key = fromHex(key) ?? new Uint8Array(0);
  }

  /** The record, where the line holds one; the chain is followed even behind a break, to show what is there. */
  async add(file: string, line: number, text: string): Promise<EvidenceRecord | undefined> {
    this.#lines += 1;
    const record = parse(text);
    const before = this.#before;
    this.#before = { file, line };
    if (record === undefined) {
      this.#break(file, line, "this line is no record of the log");
      this.#expected = undefined;
      return undefined;
    }
    this.#follow(file, line, record, before ?? { file, line });
    this.#expected = { seq: record.seq + 1, hash: hashOfLine(this.#digest, text) };
    if (record.kind === "removed") this.#removed(record);
    if (record.kind === "damaged") this.#break(record.file, record.line, "the gateway found it damaged at a start");
    if (record.kind === "seal") await this.#sealed(file, line, record);
    return record;
  }

  end(): ChainReport {
    const first = this.#first;
    if (first !== undefined && first.previous !== chainStart && !this.#explained) {
      this.#break(first.file, 1, `what came before record ${first.seq} is gone, and no record says why`);
    }
    return {
      broken: this.#broken,
      lines: this.#lines,
      first: first?.seq,
      last: this.#expected === undefined ? undefined : this.#expected.seq - 1,
      removedBefore: first !== undefined && first.seq > 1 ? first.seq : undefined,
      lastSeal: this.#lastSeal,
      seals: this.#seals,
    };
  }

  #follow(file: string, line: number, record: EvidenceRecord, before: { file: string; line: number }): void {
    const expected = this.#expected;
    if (this.#first === undefined) {
      this.#first = { seq: record.seq, previous: record.previous, file };
      if ((record.seq === 1) !== (record.previous === chainStart)) {
        this.#break(file, line, "the chain's first record and its number do not agree");
      }
    } else if (expected !== undefined && record.seq !== expected.seq) {
      this.#break(file, line, `record ${expected.seq} is missing; this is ${record.seq}`);
    } else if (expected !== undefined && record.previous !== expected.hash) {
      this.#break(before.file, before.line, "this line, or the one after it, was changed");
    }
  }

  #removed({ last_seq: seq, last_hash: hash }: Placed<"removed">): void {
    const first = this.#first;
    if (first !== undefined && seq === first.seq - 1 && hash === first.previous) this.#explained = true;
  }

  async #sealed(file: string, line: number, record: Placed<"seal">): Promise<void> {
    const good = record.key === this.#keyHex && (await checkSealLine(this.#digest, this.#verifier, this.#key, record));
    if (!good) {
      const why = record.key === this.#keyHex ? "the signature is wrong" : "it is signed with another key";
      return this.#break(file, line, why);
    }
    if (this.#broken !== undefined) return;
    const { seq, t_ms, wall_ms } = record;
    this.#seals += 1;
    this.#lastSeal = { seq, t_ms, wall_ms };
  }

  #break(file: string, line: number, what: string): void {
    this.#broken ??= { file, line, what };
  }
}

function parse(text: string): EvidenceRecord | undefined {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
