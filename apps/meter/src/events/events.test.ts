import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Recording, readComtrade, writeSingleFile } from "@csj/comtrade";
import { isCoded } from "@csj/fault";
import { ENTRY_BYTES, Engine, type Layout, VoltageEventDetector, verifyLog } from "@csj/metrology";
import { silentLog } from "@csj/runtime/fake";
import { nodeDigest } from "@csj/runtime/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordingOf } from "./captured.ts";
import { readEventCodes, readProtection } from "./data-files.ts";
import { openEventLog } from "./log-file.ts";
import { Watch } from "./watch.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "csj-events-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const T = Date.parse("2026-06-13T12:00:00Z");

function append(count: number): void {
  const { log, close } = openEventLog(folder, nodeDigest, silentLog);
  for (let n = 0; n < count; n += 1)
    log.append({ kind: "module", phase: 0, edge: n % 2 ? "end" : "start", at: T + n, confidence: 100, counts: [n] });
  close();
}

function opened() {
  const { log, close } = openEventLog(folder, nodeDigest, silentLog);
  close();
  return log;
}

describe("the event log on disk", () => {
  it("goes on where it was, in one chain", () => {
    append(5);
    append(4);
    const log = opened();
    expect(log.sequence).toBe(9);
    expect(verifyLog(nodeDigest, log.entries())).toEqual({ isWhole: true, head: log.head });
  });

  it("loses at most the entry that a power cut tore, at whatever byte", () => {
    append(4);
    const before = readFileSync(join(folder, "events.dat"));
    append(1);
    const after = readFileSync(join(folder, "events.dat"));
    for (let cut = 0; cut < ENTRY_BYTES; cut += 13) {
      const at = 5 * ENTRY_BYTES + cut;
      writeFileSync(join(folder, "events.dat"), Buffer.concat([after.subarray(0, at), before.subarray(at)]));
      const log = opened();
      expect([log.sequence, verifyLog(nodeDigest, log.entries()).isWhole]).toEqual([4, true]);
    }
  });

  it("says that it was damaged where an entry in its middle is gone", () => {
    append(9);
    const bytes = readFileSync(join(folder, "events.dat"));
    bytes[4 * ENTRY_BYTES + 50] = 0xff;
    writeFileSync(join(folder, "events.dat"), bytes);
    expect(opened().read(10)?.kind).toBe("log-damaged");
    expect(opened().sequence).toBe(10);
  });
});

describe("data files", () => {
  it("are read by their id, and refused by name where there are none", () => {
    expect(readEventCodes("idis").codes.length).toBeGreaterThan(10);
    expect(readProtection("g99").functions.map(({ name }) => name)).toContain("RoCoF");
    for (const id of ["nobody", "../package", ""]) {
      let code = "";
      try {
        readProtection(id);
      } catch (error) {
        code = isCoded(error) ? error.code : String(error);
      }
      expect(code).toBe("METER_DATA_FILE");
    }
  });
});

describe("a dip to a fifth", () => {
  const layout: Layout = { rate: 4000, channels: ["u1", "i1"], wiring: "1p2w", nominalHertz: 50, nominalVolts: 230 };
  const channel = { offset: 0, ratio: 0.001, lead: 0 };
  const calibration = {
    format: "csj-calibration-1",
    id: "test",
    rate: 4000,
    nominalHertz: 50,
    channels: { u1: channel, i1: channel },
  } as const;

  it("is in the log, trips in time, and is caught as a recording that others read", () => {
    const { log, close } = openEventLog(folder, nodeDigest, silentLog);
    const caught: Recording[] = [];
    const tripped: number[] = [];
    const instantOf = (position: number) => engine.time.at(position);
    const watch = new Watch({
      layout,
      tamper: { site: { wiring: "1p2w", nominalVolts: 230, baseAmps: 10, startingAmps: 0.04, generation: "pv" } },
      protection: [readProtection("vde-ar-n-4105"), readProtection("supervision")],
      log,
      counts: () => [1, 2],
      instantOf,
      isTimeKnown: () => true,
      onCapture: (capture) =>
        caught.push(recordingOf(capture, { station: "site", device: "meter", layout, calibration, instantOf })),
      onOutputs: ({ disconnect }, { position }) => disconnect && tripped.push(position / 4000),
    });
    const detector = new VoltageEventDetector(layout, {
      begun: (kind, position) => watch.begun(kind, position),
      ended: (event) => watch.ended(event),
    });
    const engine: Engine = new Engine(layout, calibration, {
      half: (record) => {
        detector.take(record);
        watch.half(record);
      },
      cycle: (record) => watch.cycle(record),
      window: (record) => watch.window(record),
    });
    engine.stamp(0, T);
    for (let first = 0; first < 4000 * 4; first += 40) {
      const samples = new Int32Array(80);
      for (let n = 0; n < 40; n += 1) {
        const at = (first + n) / 4000;
        const part = at >= 1 && at < 1.5 ? 0.2 : 1;
        samples[2 * n] = Math.round(230_000 * Math.SQRT2 * part * Math.sin(2 * Math.PI * 50 * at));
      }
      watch.push({ first, samples });
      engine.push({ first, samples });
    }
    expect(tripped).toHaveLength(1);
    expect(tripped[0]).toBeLessThan(1.3);
    const kinds = log.entries().map(({ kind, edge }) => `${kind} ${edge}`);
    expect(kinds).toEqual(["protection-trip start", "dip start", "dip end"]);
    expect(log.entries()[1]).toMatchObject({ counts: [1, 2] });
    expect(Math.abs((log.entries()[1]?.at ?? 0) - (T + 1000))).toBeLessThan(20);
    expect(caught).toHaveLength(1);
    const [recording] = caught;
    expect(recording?.samples.count).toBeGreaterThan((40 / 50) * 4000 - 2);
    const [u1] = (recording as Recording).samples.analog;
    const before = Math.max(...Array.from(u1!.subarray(0, 400), Math.abs)) * 0.001;
    expect(before).toBeCloseTo(230 * Math.SQRT2, 0);
    expect(readComtrade({ cff: writeSingleFile(recording as Recording) }).samples.count).toBe(recording?.samples.count);
    close();
  });
});
