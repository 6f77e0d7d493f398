import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { FAILURES, WITHIN_MS } from "./failed-access.ts";
import { unpowered } from "./latch.ts";
import { TamperMonitor } from "./monitor.ts";
import type { Occurrence } from "./occurrence.ts";
import type { TamperSite } from "./site.ts";
import { DEBOUNCE_MS, QUIET_MS, SwitchInput } from "./switch-input.ts";

const site: TamperSite = { wiring: "1p2w", nominalVolts: 230, baseAmps: 10, startingAmps: 0.04, generation: "none" };
const T = Date.parse("2026-06-13T12:00:00Z");

function collect() {
  const said: Occurrence[] = [];
  return { said, say: (occurrence: Occurrence) => said.push(occurrence) };
}

describe("a cover's switch", () => {
  it.each(["high", "low"] as const)("is said once it held still for 50 ms, where it is open when %s", (openWhen) => {
    const { said, say } = collect();
    const input = new SwitchInput({ kind: "terminal-cover", openWhen }, say);
    const open = openWhen === "high";
    input.level(open, T);
    input.level(!open, T + 10);
    input.level(open, T + 20);
    input.tick(T + 20 + DEBOUNCE_MS - 1);
    expect(said).toEqual([]);
    input.tick(T + 20 + DEBOUNCE_MS);
    expect(said).toEqual([{ kind: "terminal-cover", phase: 0, edge: "start", at: T + 20, confidence: 100 }]);
    input.level(!open, T + 5000);
    input.tick(T + 5050);
    expect(said[1]).toMatchObject({ edge: "end", at: T + 5000 });
  });

  it("ignores a spark", () => {
    const { said, say } = collect();
    const input = new SwitchInput({ kind: "module", openWhen: "high" }, say);
    input.level(true, T);
    input.level(false, T + 30);
    input.tick(T + 1000);
    expect(said).toEqual([]);
  });

  it("that chatters for an hour is one opening, which ends after a quiet minute", () => {
    const { said, say } = collect();
    const random = seededRandom(7);
    const input = new SwitchInput({ kind: "meter-cover", openWhen: "high" }, say);
    let at = T;
    for (let isHigh = true; at < T + 3_600_000; isHigh = !isHigh) {
      input.level(isHigh, at);
      at += 1 + Math.floor(random.next() * 5000);
    }
    expect(said.map(({ edge }) => edge).slice(-1)).toEqual(["start"]);
    expect(said.length).toBeLessThanOrEqual(5);
    input.level(false, at);
    input.tick(at + QUIET_MS);
    expect(said.at(-1)?.edge).toBe("end");
  });
});

describe("the latch", () => {
  const [seen, boot] = [T, T + 86_400_000];

  it("gives the time at which a cover was opened while the meter was dead", () => {
    const latch = { isClockTrusted: true, inputs: [{ kind: "terminal-cover", at: T + 3_600_000 }] } as const;
    expect(unpowered(latch, seen, boot)).toEqual([
      { kind: "terminal-cover", phase: 0, edge: "start", at: T + 3_600_000, confidence: 100 },
    ]);
  });

  it("gives bounds, and no time, where its clock cannot be right", () => {
    const inputs = [{ kind: "meter-cover", at: T - 5 }, { kind: "module" }, { kind: "module", at: boot + 1 }] as const;
    for (const found of unpowered({ isClockTrusted: true, inputs }, seen, boot))
      expect(found).toMatchObject({ at: boot, between: [seen, boot] });
    const [found] = unpowered({ isClockTrusted: false, inputs: [{ kind: "module", at: T + 5 }] }, seen, boot);
    expect(found?.between).toEqual([seen, boot]);
  });
});

describe("other inputs", () => {
  it("show a magnet from 50 mT of either sign, and nothing by a sensor that failed", () => {
    const { said, say } = collect();
    const monitor = new TamperMonitor({ site }, say);
    for (let n = 0; n < 100; n += 1) monitor.field(n < 50 ? 3 : -80, T + n * 100);
    for (let n = 100; n < 200; n += 1) monitor.field(Number.NaN, T + n * 100);
    for (let n = 200; n < 300; n += 1) monitor.field(2, T + n * 100);
    expect(said.map(({ kind, edge }) => `${kind} ${edge}`)).toEqual(["magnetic-field start", "magnetic-field end"]);
    expect(Math.abs((said[0]?.at ?? 0) - (T + 4900))).toBeLessThanOrEqual(100);
  });

  it("show an attempt at the fifth refusal within a quarter of an hour, not typing errors", () => {
    const { said, say } = collect();
    const monitor = new TamperMonitor({ site }, say);
    for (let n = 0; n < 20; n += 1) monitor.accessFailed(T + n * 300_000);
    expect(said).toEqual([]);
    const from = T + 100 * 300_000;
    for (let n = 0; n < FAILURES + 3; n += 1) monitor.accessFailed(from + n * 1000);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ kind: "failed-access", edge: "start", at: from });
    monitor.tick(from + WITHIN_MS + 60_000);
    expect(said[1]?.edge).toBe("end");
  });

  it("show a clock that was set, and not one that was corrected", () => {
    const { said, say } = collect();
    const monitor = new TamperMonitor({ site }, say);
    monitor.clockSet(300, T);
    monitor.clockSet(-7_200_000, T);
    expect(said).toEqual([
      { kind: "clock-change", phase: 0, edge: "moment", at: T, confidence: 100, shift: -7_200_000 },
    ]);
  });
});
