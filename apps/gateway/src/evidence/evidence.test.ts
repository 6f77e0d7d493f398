import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@csj/evidence";
import type { EvidenceRecord } from "@csj/export-limit";
import { Instant, Millis } from "@csj/quantity";
import { memoryLog } from "@csj/runtime/fake";
import { generateDeviceKey, nodeSigner } from "@csj/runtime/node";
import { describe, expect, it } from "vitest";
import { bench, START, smallDisk } from "../test/evidence.ts";

const kinds = (records: readonly EvidenceRecord[]) => records.map(({ kind }) => kind);
const files = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".jsonl"));

describe("what is written", () => {
  it("says a minute in one line when nothing happens", async () => {
    const site = bench();
    const evidence = site.open();
    for (let second = 0; second < 600; second += 1) site.cycle(evidence, { gridW: 50 + (second % 7) });
    evidence.close();
    const { records, report } = await site.read();
    expect(report.broken).toBeUndefined();
    expect(kinds(records)).toEqual([
      "start",
      "time",
      "decision",
      ...Array.from({ length: 9 }, () => "minute"),
      "minute",
      "stop",
      "seal",
    ]);
    const minute = records.find(({ kind }) => kind === "minute");
    expect(minute).toMatchObject({ read: 61, grid_min_w: 50, grid_max_w: 56, over_longest_ms: 0, doubt_longest_ms: 0 });
  });

  it("keeps every cycle from 10 s before an excursion to 30 s after it, and what the excursion was", async () => {
    const site = bench();
    const evidence = site.open();
    for (let second = 0; second < 30; second += 1) site.cycle(evidence);
    for (let second = 0; second < 4; second += 1) site.cycle(evidence, { gridW: -900 - second });
    for (let second = 0; second < 60; second += 1) site.cycle(evidence);
    evidence.close();
    const { records } = await site.read();
    const cycles = records.filter((record) => record.kind === "cycle");
    expect(cycles.map(({ t_ms }) => t_ms / 1000)).toEqual(
      Array.from({ length: 11 + 4 + 30 }, (_, index) => 20 + index),
    );
    expect(cycles[11]).toMatchObject({ grid_w: -900, over_w: 900, units: [{ id: "inverter", held_w: 2050 }] });
    const excursion = records.find(({ kind }) => kind === "excursion");
    expect(excursion).toMatchObject({ started_t_ms: 31_000, duration_ms: 4_000, peak_w: 903, mwh: 1002 });
    // Signed a minute after the start at the earliest, then at once.
    expect(records.findLast(({ kind }) => kind === "seal")?.t_ms).toBeGreaterThan(34_000);
  });

  it("writes a change of mode, reason, unit or allowance at once, and a limit that follows the load seldom", async () => {
    const site = bench();
    const evidence = site.open();
    for (let second = 0; second < 30; second += 1) {
      site.cycle(evidence, { limitW: 2000 + 100 * second, reason: second % 2 === 0 ? "rising" : "following-load" });
    }
    site.cycle(evidence, { reason: "meter-unavailable", gridW: undefined, limitW: 0 });
    site.cycle(evidence, { reason: "meter-unavailable", gridW: undefined, limitW: 0, mode: "failsafe" });
    site.cycle(evidence, { allowedW: 1500, origin: "schedule" });
    evidence.close();
    const { records } = await site.read();
    const decisions = records.filter((record) => record.kind === "decision");
    expect(decisions.map(({ t_ms }) => t_ms / 1000)).toEqual([1, 11, 21, 31, 32, 33]);
    expect(records.find(({ kind }) => kind === "limit")).toMatchObject({ from_w: 0, to_w: 1500, origin: "schedule" });
  });

  it("takes no reading for proof that is missing, stale, disbelieved or no number", async () => {
    const site = bench();
    const evidence = site.open();
    const blind = [
      { gridW: undefined },
      { gridW: Number.NaN },
      { gridW: Number.POSITIVE_INFINITY },
      { gridAt: Millis(-60_000) },
      { reason: "implausible" },
      { reason: "meter-stale" },
    ];
    for (const change of blind) for (let second = 0; second < 5; second += 1) site.cycle(evidence, change);
    evidence.close();
    const { records, report } = await site.read();
    expect(report.broken).toBeUndefined();
    const minute = records.find(({ kind }) => kind === "minute");
    expect(minute).toMatchObject({ read: 0, doubt_longest_ms: 29_000, unread_longest_ms: 29_000, grid_min_w: null });
  });

  it("is sure without a meter where less is generated than may be exported", async () => {
    const site = bench();
    const evidence = site.open();
    for (let second = 0; second < 30; second += 1) site.cycle(evidence, { gridW: undefined, pvW: 40 });
    evidence.close();
    const { records } = await site.read();
    expect(records.find(({ kind }) => kind === "minute")).toMatchObject({
      doubt_longest_ms: 0,
      unread_longest_ms: 29_000,
    });
  });

  it("dates records by a mark when time becomes trusted, and marks a clock that jumps", async () => {
    const site = bench();
    site.time.setTrusted(false);
    const evidence = site.open();
    site.cycle(evidence);
    site.time.setTrusted(true);
    site.cycle(evidence);
    site.time.jump(Millis(3_600_000));
    site.cycle(evidence);
    evidence.close();
    const { records } = await site.read();
    expect(records[0]).toMatchObject({ kind: "start", wall_ms: null });
    const marks = records.filter(({ kind }) => kind === "time");
    expect(marks).toMatchObject([
      { why: "trusted", t_ms: 2000, wall_ms: START + 2000 },
      { why: "jump", by_ms: 3_600_000 },
    ]);
  });

  it("keeps an excursion that nobody ends at full rate for ten minutes, then once in ten seconds", async () => {
    const site = bench();
    const evidence = site.open();
    for (let second = 0; second < 1200; second += 1) site.cycle(evidence, { gridW: -900 });
    evidence.close();
    const { records } = await site.read();
    expect(kinds(records).filter((kind) => kind === "cycle").length).toBe(601 + 59);
    expect(records.find(({ kind }) => kind === "excursion")).toMatchObject({ duration_ms: 1_199_000 });
  });
});

describe("the chain", () => {
  async function written() {
    const site = bench();
    const evidence = site.open();
    for (let second = 0; second < 90; second += 1) site.cycle(evidence, { gridW: second === 40 ? -500 : 50 });
    evidence.close();
    const [name] = files(site.folder);
    const path = join(site.folder, name!);
    return { site, path, name: name!, lines: readFileSync(path, "utf8").split("\n") };
  }

  it("names file and line of a value that was changed", async () => {
    const { site, path, name, lines } = await written();
    const at = lines.findIndex((line) => line.includes('"grid_w":-500'));
    writeFileSync(path, lines.map((line, index) => (index === at ? line.replace("-500", "-5") : line)).join("\n"));
    expect((await site.read()).report.broken).toMatchObject({ file: name, line: at + 1 });
  });

  it("names the place of a line that was taken out, moved, or put in", async () => {
    const { site, path, name, lines } = await written();
    writeFileSync(path, lines.toSpliced(5, 1).join("\n"));
    expect((await site.read()).report.broken).toMatchObject({
      file: name,
      line: 6,
      what: expect.stringMatching("missing"),
    });
    writeFileSync(path, lines.toSpliced(5, 0, lines[4]!).join("\n"));
    expect((await site.read()).report.broken).toMatchObject({ file: name, line: 6 });
    writeFileSync(path, lines.toSpliced(5, 0, "nonsense").join("\n"));
    expect((await site.read()).report.broken).toMatchObject({ file: name, line: 6 });
  });

  it("takes no seal of another key, nor a chain that was made anew with one", async () => {
    const { site } = await written();
    const stranger = toHex(nodeSigner(generateDeviceKey()).publicKey);
    expect((await site.read(stranger)).report).toMatchObject({
      broken: { what: "it is signed with another key" },
      seals: 0,
    });
  });

  it("misses the first file where nobody said that it was removed", async () => {
    const site = bench();
    const evidence = site.open({ budgetBytes: 500_000 });
    for (let second = 0; second < 400; second += 1) site.cycle(evidence, { gridW: -900 - second });
    evidence.close();
    expect(files(site.folder).length).toBeGreaterThanOrEqual(3);
    expect((await site.read()).report.broken).toBeUndefined();
    const [oldest, second] = files(site.folder).sort();
    rmSync(join(site.folder, second!));
    expect((await site.read()).report.broken?.what).toMatch("missing");
    rmSync(join(site.folder, oldest!));
    expect((await site.read()).report.broken?.what).toMatch("no record says why");
  });
});

describe("the files", () => {
  it("stay within the budget, and say which of them are gone", async () => {
    const site = bench();
    const budget = 400_000;
    const evidence = site.open({ budgetBytes: budget });
    // Restless: an excursion in every second cycle, and a unit that changes in each.
    for (let second = 0; second < 20_000; second += 1) {
      const state = second % 2 === 0 ? "ok" : "disobeys";
      site.cycle(evidence, { gridW: second % 2 === 0 ? 50 : -900, units: [{ id: "inverter", limitW: 1, state }] });
    }
    evidence.close();
    const bytes = files(site.folder).reduce((sum, name) => sum + statSync(join(site.folder, name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(budget);
    const { report, records } = await site.read();
    expect(report.broken).toBeUndefined();
    expect(report.removedBefore).toBe(records[0]!.seq);
    expect(records[0]!.seq).toBeGreaterThan(1);
    expect(kinds(records)).toContain("removed");
    // The minutes tell what was thinned out.
    const minutes = records.filter((record) => record.kind === "minute");
    expect(minutes.slice(0, -1).every(({ over_ms }) => over_ms === 30_000)).toBe(true);
    expect(minutes.length).toBeGreaterThan(40);
  });

  it("begin anew with the day", async () => {
    const site = bench(Instant(Date.parse("2026-06-21T23:59:00Z")));
    const evidence = site.open();
    for (let second = 0; second < 180; second += 1) site.cycle(evidence);
    evidence.close();
    expect(files(site.folder).length).toBe(2);
    const { report, records } = await site.read();
    expect(report.broken).toBeUndefined();
    expect(records.filter((record) => record.kind === "seal" && record.closes)).toHaveLength(1);
  });

  it("go on after a stop in the same file, and after a kill with the torn line cut off and said", async () => {
    const site = bench();
    const first = site.open();
    site.cycle(first);
    first.close();
    const second = site.open();
    site.cycle(second);
    second.close();
    const [name] = files(site.folder);
    appendFileSync(join(site.folder, name!), '{"kind":"minute","t_ms":12');
    site.open().close();
    const { report, records } = await site.read();
    expect(report.broken).toBeUndefined();
    expect(files(site.folder)).toEqual([name]);
    expect(records.filter(({ kind }) => kind === "start")).toMatchObject([
      { clean: null },
      { clean: true },
      { clean: false },
    ]);
    expect(records.find(({ kind }) => kind === "cut")).toMatchObject({ bytes: 26, file: name });
  });

  it("leave a file alone in which a whole line is wrong, and go on in a new one that names it", async () => {
    const site = bench();
    const first = site.open();
    for (let second = 0; second < 90; second += 1) site.cycle(first);
    first.close();
    const [name] = files(site.folder);
    const path = join(site.folder, name!);
    const changed = readFileSync(path, "utf8").replace('"grid_min_w":50', '"grid_min_w":51');
    writeFileSync(path, changed);
    site.open().close();
    expect(readFileSync(path, "utf8")).toBe(changed);
    const { report, records } = await site.read();
    expect(report.broken?.file).toBe(name);
    expect(kinds(records)).toContain("damaged");
    expect(files(site.folder).length).toBe(2);
  });

  it("belong to one writer at a time", () => {
    const site = bench();
    const evidence = site.open();
    expect(() => site.open()).toThrow(expect.objectContaining({ code: "RUNTIME_FOLDER_IN_USE" }));
    evidence.close();
    site.open().close();
  });
});

describe("the day's summary", () => {
  it("comes from memory, and after a start from the file that is written on", () => {
    const site = bench();
    const first = site.open();
    for (let second = 0; second < 61; second += 1) site.cycle(first, { reason: "not-limiting" });
    for (let second = 0; second < 5; second += 1) site.cycle(first, { gridW: -900 });
    for (let second = 0; second < 120; second += 1) site.cycle(first, { pvW: 1500 });
    first.close();
    const again = site.open();
    const day = again.day();
    expect(day).toMatchObject({
      headroom_min_w: -900,
      excursions: { count: 1, longest_s: 5, peak_w: 900, wh: 1.25 },
      modes: { normal: 185 },
      states: [{ reason: "not-limiting" }, { reason: "following-load" }],
    });
    expect(day.held_unknown_s).toBe(0);
    // 119 s at 500 W below what the sun last gave.
    expect(day.curtailed_wh).toBeCloseTo((119 * 500) / 3600, 2);
    again.close();
    site.time.skip(Millis(90_000_000));
    const later = site.open();
    expect(later.day()).toMatchObject({ minutes: 0, headroom_min_w: null });
    later.close();
  });
});

describe("a full disk", () => {
  it("costs records and no cycle, is said once, and is counted in the log when there is room again", async () => {
    const site = bench();
    const disk = smallDisk();
    const log = memoryLog();
    const evidence = site.open({ disk, log });
    site.cycle(evidence);
    disk.room = 100;
    for (let second = 0; second < 50; second += 1) site.cycle(evidence, { gridW: -900 });
    expect(evidence.health.error).toBe("GATEWAY_EVIDENCE_DISK");
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    const { lost } = evidence.health;
    expect(lost).toBeGreaterThan(40);
    disk.room = Number.POSITIVE_INFINITY;
    site.cycle(evidence, { gridW: -900 });
    expect(evidence.health).toMatchObject({ error: undefined, lost });
    evidence.close();
    const { report, records } = await site.read();
    expect(report.broken).toBeUndefined();
    expect(records.find(({ kind }) => kind === "lost")).toMatchObject({ records: lost, code: "ENOSPC" });
  });
});
