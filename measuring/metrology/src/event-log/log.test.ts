import { createHash } from "node:crypto";
import { chainStart } from "@csj/evidence";
import { isCoded } from "@csj/fault";
import { nodeDigest } from "@csj/runtime/node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntry, ENTRY_BYTES, encodeEntry } from "./codec.ts";
import { bodyOf, COUNTS_MAX, type Entry, type EntryBody, edges, entryKinds, hashOfEntry } from "./entry.ts";
import { EventLog, LOG_CAPACITY } from "./log.ts";
import { verifyLog } from "./verify.ts";

const T = Date.parse("2026-06-13T12:00:00Z");
const body = (n: number): EntryBody => ({
  kind: "meter-cover",
  phase: 0,
  edge: n % 2 === 0 ? "start" : "end",
  at: T + n * 1000,
  confidence: 100,
  counts: [n, 2 * n],
});

function logOf(count: number): { log: EventLog; kept: Entry[] } {
  const kept: Entry[] = [];
  const log = new EventLog({ digest: nodeDigest, keep: (entry) => kept.push(entry) });
  for (let n = 0; n < count; n += 1) log.append(body(n));
  return { log, kept };
}

describe("the event log", () => {
  it("chains its entries by the SHA-256 of their canonical text, which anybody can make", () => {
    const { log } = logOf(2);
    const [first, second] = log.entries();
    const text = `{"at":${T},"confidence":100,"counts":[0,0],"edge":"start","kind":"meter-cover","phase":0,"previous":"${chainStart}","sequence":1}`;
    expect(second?.previous).toBe(createHash("sha256").update(text).digest("hex"));
    expect(first?.previous).toBe(chainStart);
  });

  it("shows a changed, a removed and an inserted entry by its number", () => {
    const { log } = logOf(20);
    const entries = log.entries();
    expect(verifyLog(nodeDigest, entries, chainStart)).toEqual({ isWhole: true, head: log.head });
    const changed = entries.map((entry) => (entry.sequence === 7 ? { ...entry, counts: [1, 1] } : entry));
    expect(verifyLog(nodeDigest, changed, chainStart).brokenAt).toBe(8);
    expect(verifyLog(nodeDigest, entries.toSpliced(9, 1), chainStart).brokenAt).toBe(11);
    expect(verifyLog(nodeDigest, entries.toSpliced(3, 0, entries[3] as Entry), chainStart).brokenAt).toBe(4);
    expect(verifyLog(nodeDigest, entries.slice(1), chainStart).brokenAt, "the first one removed").toBe(2);
  });

  it(`keeps the last ${LOG_CAPACITY}, with the hash of what was dropped`, () => {
    const { log, kept } = logOf(LOG_CAPACITY + 25);
    const entries = log.entries();
    expect(entries).toHaveLength(LOG_CAPACITY);
    expect(log.oldest).toBe(26);
    expect(log.anchor).toBe(hashOfEntry(nodeDigest, kept[24] as Entry));
    expect(verifyLog(nodeDigest, entries, log.anchor)).toEqual({ isWhole: true, head: log.head });
    expect([log.read(25), log.read(26)?.sequence, log.read(99_999)]).toEqual([undefined, 26, undefined]);
  });

  it("goes on from what was read, and says once that it was damaged", () => {
    const { kept } = logOf(30);
    const again: Entry[] = [];
    const whole = new EventLog({ digest: nodeDigest, keep: (entry) => again.push(entry), entries: kept });
    whole.append(body(30));
    expect(again.map(({ sequence }) => sequence)).toEqual([31]);
    const holed = kept.toSpliced(10, 1);
    const found = new EventLog({ digest: nodeDigest, keep: (entry) => holed.push(entry), entries: [...holed] });
    expect(found.read(31)?.kind).toBe("log-damaged");
    new EventLog({ digest: nodeDigest, keep: (entry) => holed.push(entry), entries: [...holed] });
    expect(holed.filter(({ kind }) => kind === "log-damaged")).toHaveLength(1);
  });

  it("does not count an entry that could not be kept", () => {
    const log = new EventLog({
      digest: nodeDigest,
      keep: () => {
        throw new Error("disk full");
      },
    });
    expect(() => log.append(body(0))).toThrow("disk full");
    expect([log.sequence, log.head]).toEqual([0, chainStart]);
  });

  it("refuses numbers that two readers could write differently", () => {
    const { log } = logOf(0);
    for (const wrong of [{ counts: [0.5] }, { at: Number.NaN }, { confidence: 101 }, { counts: Array(9).fill(1) }]) {
      let code = "";
      try {
        log.append({ ...body(0), ...wrong });
      } catch (error) {
        code = isCoded(error) ? error.code : String(error);
      }
      expect(code).toBe("METROLOGY_EVENT_REFUSED");
    }
  });

  it("holds null for an instant that is not known", () => {
    const occurrence = { kind: "module", phase: 0, edge: "start", at: Number.NaN, confidence: 100 } as const;
    expect(bodyOf({ ...occurrence, between: [Number.NaN, T] }, [])).toMatchObject({ at: null, between: [null, T] });
  });
});

const instant = fc.option(fc.integer({ min: 0, max: 8e15 }), { nil: null });
const entry = fc.record(
  {
    kind: fc.constantFrom(...entryKinds),
    phase: fc.constantFrom(0, 1, 2, 3),
    edge: fc.constantFrom(...edges),
    at: instant,
    between: fc.tuple(instant, instant),
    confidence: fc.integer({ min: 0, max: 100 }),
    shift: fc.integer(),
    counts: fc.array(fc.maxSafeNat(), { maxLength: COUNTS_MAX }),
    sequence: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    previous: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  },
  { requiredKeys: ["kind", "phase", "edge", "at", "confidence", "counts", "sequence", "previous"] },
) as fc.Arbitrary<Entry>;

describe("an entry as bytes", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(entry, (one) => {
        expect(decodeEntry(encodeEntry(one))).toEqual(one);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it("is nothing where any byte was damaged", () => {
    const bytes = encodeEntry({ ...body(1), sequence: 1, previous: chainStart } as Entry);
    for (let at = 0; at < ENTRY_BYTES; at += 1) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(decodeEntry(damaged), `byte ${at}`).toBeUndefined();
    }
    expect(decodeEntry(new Uint8Array(ENTRY_BYTES))).toBeUndefined();
    expect(decodeEntry(bytes.subarray(1))).toBeUndefined();
  });
});
