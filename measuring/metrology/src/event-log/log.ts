/**
 * The meter's event log: append-only, each entry holding the hash of the one before. It is a ring: what is dropped leaves
 * its hash in the oldest entry that is left (`anchor`), so the rest can still be checked, and joined to an older copy.
 *
 * The chain shows that an entry was changed, removed or put in between. It does not show that the whole log was written
 * anew by somebody who holds the disk; for that a head must be known elsewhere (a signed statement, the gateway's copy).
 */
import { chainStart, type Hash } from "@csj/evidence";
import type { Digest } from "@csj/runtime";
import { metrologyErrors } from "../errors.ts";
import { COUNTS_MAX, type Entry, type EntryBody, hashOfEntry } from "./entry.ts";
import { verifyLog } from "./verify.ts";

/** Entries that are kept. */
export const LOG_CAPACITY = 10_000;

export interface EventLogSetup {
  readonly digest: Digest;
  /** Makes an entry durable before it counts; throws where it cannot. */
  readonly keep: (entry: Entry) => void;
  /** As read at start, oldest first, as much as was readable. */
  readonly entries?: readonly Entry[];
}

export class EventLog {
  readonly #digest: Digest;
  readonly #keep: (entry: Entry) => void;
  readonly #ring: Entry[] = [];
  #sequence = 0;
  #head: Hash = chainStart;

  /** Entries that do not follow from each other are kept and followed by one that says so (`log-damaged`), once. */
  constructor({ digest, keep, entries = [] }: EventLogSetup) {
    this.#digest = digest;
    this.#keep = keep;
    for (const entry of entries.slice(-LOG_CAPACITY)) this.#take(entry);
    const damaged = verifyLog(digest, this.entries(), entries[0]?.sequence === 1 ? chainStart : undefined).brokenAt;
    const isSaid = this.#ring.some(({ kind, sequence }) => kind === "log-damaged" && sequence >= (damaged ?? 0));
    if (damaged !== undefined && !isSaid) this.append(damagedBody);
  }

  /** Hash of the last entry. */
  get head(): Hash {
    return this.#head;
  }

  /** Of the last entry; 0 in an empty log. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Hash of the entry before the oldest that is kept. */
  get anchor(): Hash {
    return this.read(this.oldest)?.previous ?? chainStart;
  }

  /** Sequence number of the oldest that is kept; 0 in an empty log. */
  get oldest(): number {
    return this.entries()[0]?.sequence ?? 0;
  }

  /** @throws METROLOGY_EVENT_REFUSED where it holds what cannot be hashed alike everywhere */
  append(body: EntryBody): Entry {
    check(body);
    const entry: Entry = { ...body, sequence: this.#sequence + 1, previous: this.#head };
    this.#keep(entry);
    this.#take(entry);
    return entry;
  }

  /** Undefined where it was dropped, was lost, or does not exist yet. */
  read(sequence: number): Entry | undefined {
    const entry = this.#ring[sequence % LOG_CAPACITY];
    return entry?.sequence === sequence ? entry : undefined;
  }

  /** All that are kept, oldest first. */
  entries(): Entry[] {
    return this.#ring.filter((entry) => entry !== undefined).sort((one, other) => one.sequence - other.sequence);
  }

  #take(entry: Entry): void {
    this.#ring[entry.sequence % LOG_CAPACITY] = entry;
    this.#sequence = entry.sequence;
    this.#head = hashOfEntry(this.#digest, entry);
  }
}

const damagedBody: EntryBody = {
  kind: "log-damaged",
  phase: 0,
  edge: "moment",
  at: null,
  confidence: 100,
  counts: [],
};

function check({ kind, at, between, confidence, shift = 0, counts }: EntryBody): void {
  const numbers = [at, ...(between ?? []), shift, ...counts].filter((value) => value !== null);
  const isCountable = counts.length <= COUNTS_MAX && numbers.every((value) => Number.isSafeInteger(value));
  if (isCountable && Number.isInteger(confidence) && confidence >= 0 && confidence <= 100) return;
  throw metrologyErrors.METROLOGY_EVENT_REFUSED(`An event of ${kind} holds a number that is not whole, or too many.`);
}
