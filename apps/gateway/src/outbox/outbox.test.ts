import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChannelId, Instant } from "@csj/quantity";
import { memoryLog } from "@csj/runtime/fake";
import { generateDeviceKey, nodeDigest, nodeSigner, nodeVerifier } from "@csj/runtime/node";
import { bodyHash, checkBody, type DayBody, type IntervalBody, type LossBody } from "@csj/uplink";
import Database from "libsql";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ChannelRead } from "../boundaries.ts";
import { openIdentity } from "../identity.ts";
import { type Outbox, type OutboxOptions, openOutbox } from "./outbox.ts";

const START = Instant(Date.parse("2026-06-21T00:00:00Z"));
const HALF_HOUR = 1_800_000;
const METER = [{ id: "meter", interval: 1800 as const }];
const signer = nodeSigner(generateDeviceKey());

let folder: string;
let outbox: Outbox;
let log: ReturnType<typeof memoryLog>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "csj-outbox-"));
  log = memoryLog();
  outbox = open();
});

afterEach(() => {
  outbox.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(more: Partial<OutboxOptions> = {}): Outbox {
  return openOutbox({
    path: join(folder, "outbox.db"),
    key: "0".repeat(64),
    log,
    newEpoch: () => 1_780_000_000,
    gateway: "site-01",
    digest: nodeDigest,
    signer,
    ...more,
  });
}

function reopen(more: Partial<OutboxOptions> = {}): void {
  outbox.close();
  outbox = open(more);
}

function read(at: number, count: number, more: Partial<ChannelRead> = {}): ChannelRead {
  return { unit: "Wh", perCount: 10, digits: 6, step: 1, count, measuredAt: Instant(at + 500), series: 0, ...more };
}

/** A boundary of one meter, its import register at `count`. */
function store(slot: number, count: number, more: Partial<ChannelRead> = {}, channel: ChannelId = "import"): boolean {
  const at = Instant(START + slot * HALF_HOUR);
  return outbox.store([{ meter: "meter", at, channels: new Map([[channel, read(at, count, more)]]) }], at);
}

const at = (slot: number) => Instant(START + slot * HALF_HOUR + 1_000);
const bodies = <Body>(): Body[] => outbox.waitingMessages(0, 1_000).map(({ body }) => JSON.parse(body));

interface Import {
  readonly import: {
    readonly counts: (number | null)[];
    readonly breaks: number[];
    readonly open: number | null;
    readonly close: number | null;
    readonly per_count: number;
  };
}

test("a closed interval becomes one message, with both registers and how late they were", () => {
  store(0, 100);
  expect(outbox.derive(METER, at(0))).toBe(false);
  expect(outbox.waiting).toBe(0);
  store(1, 107);
  outbox.derive(METER, at(1));
  outbox.derive(METER, at(1));
  expect(bodies<IntervalBody>()).toEqual([
    {
      kind: "interval",
      gateway: "site-01",
      epoch: 1_780_000_000,
      seq: 1,
      meter: "meter",
      start_s: START / 1000,
      interval_s: 1800,
      channels: {
        import: {
          unit: "Wh",
          per_count: 10,
          digits: 6,
          step: 1,
          open: 100,
          close: 107,
          open_delay_ms: 500,
          close_delay_ms: 500,
        },
      },
    },
  ]);
});

test("a boundary that was never read is null on both sides", () => {
  store(0, 100);
  store(2, 120);
  outbox.derive(METER, at(2));
  const pairs = bodies<IntervalBody>().map(({ channels }) => (channels as unknown as Import).import);
  expect(pairs.map(({ open, close }) => [open, close])).toEqual([
    [100, null],
    [null, 120],
  ]);
});

test("the day's message supersedes the interval messages that still wait", () => {
  for (let slot = 0; slot <= 47; slot += 1) store(slot, slot);
  outbox.derive(METER, at(47));
  outbox.derive(METER, at(47));
  expect(outbox.waiting).toBe(47);
  store(48, 48);
  outbox.derive(METER, at(48));
  const [day] = bodies<DayBody>();
  expect(outbox.waiting).toBe(1);
  expect(day).toMatchObject({ kind: "day", day: "2026-06-21", seq: 48 });
  expect((day!.channels as unknown as Import).import.counts).toEqual(Array.from({ length: 49 }, (_, slot) => slot));
});

test("a day whose last boundary is never read is given up when the next interval is over", () => {
  for (let slot = 0; slot <= 47; slot += 1) store(slot, slot);
  while (outbox.derive(METER, at(48))) {}
  expect(bodies<DayBody>().some(({ kind }) => kind === "day")).toBe(false);
  outbox.derive(METER, at(49));
  const [day] = bodies<DayBody>();
  expect((day!.channels as unknown as Import).import.counts[48]).toBeNull();
});

test("a month of silence becomes days, and a day without a read becomes nothing", () => {
  for (let slot = 0; slot <= 48 * 10; slot += 1) if (slot < 48 * 4 || slot > 48 * 6) store(slot, slot);
  while (outbox.derive(METER, at(48 * 10))) {}
  const days = bodies<DayBody>();
  expect(days.map(({ kind }) => kind)).toEqual(Array(8).fill("day"));
  expect(days.map(({ day }) => day.slice(8))).toEqual(["21", "22", "23", "24", "27", "28", "29", "30"]);
});

test("another register series is a break, and no count is taken for another format's", () => {
  store(0, 100);
  store(1, 110);
  store(2, 5, { series: 1, perCount: 1 });
  store(3, 9, { series: 1, perCount: 1 });
  store(48, 20, { series: 1, perCount: 1 });
  outbox.derive(METER, at(48));
  const { breaks, counts, per_count } = (bodies<DayBody>()[0]!.channels as unknown as Import).import;
  expect({ breaks, per_count, counts: counts.slice(0, 4) }).toEqual({
    breaks: [2],
    per_count: 1,
    counts: [1000, 1100, 5, 9],
  });
});

test("a boundary that is stored is never overwritten, over a restart as well", () => {
  store(1, 100);
  reopen();
  store(1, 999);
  expect(outbox.latestRead("meter", "import")?.count).toBe(100);
  expect(outbox.latestBoundary("meter")).toBe(START + HALF_HOUR);
});

test("seals hold, and each names the message of its kind before it", async () => {
  for (let slot = 0; slot <= 3; slot += 1) store(slot, slot);
  outbox.derive(METER, at(3));
  const messages = outbox.waitingMessages(0, 10);
  for (const [index, { body, seal, kind }] of messages.entries()) {
    const parsed = JSON.parse(body);
    expect(await checkBody(nodeDigest, nodeVerifier(), signer.publicKey, kind, parsed, seal)).toBe(true);
    const before = messages[index - 1];
    expect(seal.previous).toBe(before === undefined ? "0".repeat(64) : bodyHash(nodeDigest, JSON.parse(before.body)));
  }
});

test("confirmed messages stay for 90 days, can be asked for again as the same bytes, and go with their boundaries", () => {
  for (let slot = 0; slot <= 49; slot += 1) store(slot, slot);
  outbox.derive(METER, at(49));
  const sent = outbox.waitingMessages(0, 10);
  outbox.confirm(
    sent.map(({ seq }) => seq),
    at(49),
  );
  expect(outbox.waiting).toBe(0);
  const later = (days: number) => Instant(at(49) + days * 86_400_000);
  outbox.prune(later(89));
  outbox.sendAgain("2026-06-21", "2026-06-22");
  expect(outbox.waitingMessages(0, 10)).toEqual(sent);
  outbox.confirm(
    sent.map(({ seq }) => seq),
    at(49),
  );
  outbox.prune(later(91));
  outbox.sendAgain("2026-06-21", "2026-06-22");
  expect(outbox.waiting).toBe(0);
  expect(outbox.latestBoundary("meter")).toBe(START + 49 * HALF_HOUR);
});

test("an unconfirmed day is kept however old it is", () => {
  for (let slot = 0; slot <= 49; slot += 1) store(slot, slot);
  outbox.derive(METER, at(49));
  outbox.prune(Instant(at(49) + 1000 * 86_400_000));
  expect(bodies<DayBody>().filter(({ kind }) => kind === "day")).toHaveLength(1);
});

test("a full disk is survived: reads wait in memory, and what is dropped is counted and reported", () => {
  reopen({ maxBytes: 131_072 });
  let slot = 0;
  while (store(slot, slot)) slot += 1;
  const stored = slot;
  expect(outbox.behind).toBe(true);
  expect(log.lines.filter(({ fields }) => fields["code"] === "OUTBOX_CANNOT_STORE")).toHaveLength(1);
  for (slot += 1; slot < stored + 1_108; slot += 1) store(slot, slot);
  expect(outbox.held).toBe(1_008);
  outbox.close();
  const lost = outbox;
  outbox = open();
  expect(outbox.latestBoundary("meter")).toBe(START + (stored - 1) * HALF_HOUR);
  expect(lost.held).toBe(1_008);
});

test("what a full disk made it drop is in a loss message once the disk takes something again", () => {
  const database = new Database(join(folder, "outbox.db"), {
    encryptionCipher: "aes256cbc",
    encryptionKey: "0".repeat(64),
  } as object);
  database.exec("BEGIN IMMEDIATE");
  for (let slot = 0; slot < 1_010; slot += 1) store(slot, slot);
  expect(outbox.held).toBe(1_008);
  database.exec("COMMIT");
  database.close();
  expect(store(1_010, 1_010)).toBe(true);
  outbox.derive([], at(1_010));
  expect(bodies<LossBody>()).toMatchObject([
    { kind: "loss", dropped: 3, first_day: "2026-06-21", last_day: "2026-06-21" },
  ]);
  expect(outbox.latestBoundary("meter")).toBe(START + 1_010 * HALF_HOUR);
});

test("the file cannot be read without its key, and an unreadable one is set aside for a new epoch", () => {
  store(0, 123_456);
  outbox.close();
  expect(readFileSync(join(folder, "outbox.db")).subarray(0, 15).toString("latin1")).not.toBe("SQLite format 3");
  outbox = open({ key: "1".repeat(64), newEpoch: () => 1_780_000_001 });
  expect(outbox.epoch).toBe(1_780_000_001);
  expect(outbox.latestBoundary("meter")).toBeUndefined();
  expect(log.lines.at(-1)?.fields["code"]).toBe("OUTBOX_UNREADABLE");
  expect(readFileSync(join(folder, "outbox.db.unreadable-1")).length).toBeGreaterThan(0);
});

test("no two outboxes of a gateway have the same epoch, whatever the clock says", () => {
  const identity = openIdentity(folder);
  const epochs = [
    identity.nextEpoch(START),
    identity.nextEpoch(START),
    identity.nextEpoch(undefined),
    identity.nextEpoch(Instant(0)),
  ];
  expect(new Set(epochs).size).toBe(4);
  expect([...epochs].sort((a, b) => a - b)).toEqual(epochs);
  expect(openIdentity(folder).signer.publicKey).toEqual(identity.signer.publicKey);
});

test("a damaged key file is refused by name", () => {
  openIdentity(folder);
  writeFileSync(join(folder, "identity", "device.pem"), "no key");
  expect(() => openIdentity(folder)).toThrow("The key file does not hold a key.");
});
