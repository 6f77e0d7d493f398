import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isCoded } from "@csj/fault";
import { EnergyBank, LoadProfile } from "@csj/metrology";
import { seededRandom } from "@csj/runtime/fake";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { countsAfter, secondOf, spec } from "../test/seconds.mjs";
import { RegisterStore } from "./register-store.ts";
import { SLOT_BYTES, SlotFile } from "./slot-file.ts";

const FROM = Date.parse("2026-06-13T12:00:00Z");
const KILLS = 25;
const SEED = 20_261_124;
/** A start of a process costs half a second, and more on a busy machine. */
const TIMEOUT_MS = 120_000;
const writer = fileURLToPath(new URL("../test/register-writer.mjs", import.meta.url));
const built = existsSync(new URL("../../dist/index.js", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "csj-meter-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the registers on disk", () => {
  it("are those of the last write", () => {
    const counts = measure(folder, 1000);
    const store = new RegisterStore(folder);
    expect(store.durable()?.energies.map(({ count }) => count)).toEqual(counts);
    expect(store.durable()?.demand.at).toBeNaN();
    expect(store.intervals.all().map(({ end }) => end * 1000)).toEqual([1, 2, 3].map((n) => FROM + n * 300_000));
    store.close();
  });

  it("are those of the write before where the last one was torn, at whatever byte", () => {
    measure(folder, 20);
    const path = join(folder, "registers.dat");
    const before = readFileSync(path);
    measure(folder, 1);
    const after = readFileSync(path);
    const changed = [...after.keys()].filter((at) => after[at] !== before[at]);
    const [first = 0, last = 0] = [changed[0], changed.at(-1)];
    const slot = Math.floor(first / SLOT_BYTES);
    expect(Math.floor(last / SLOT_BYTES), "one slot is written").toBe(slot);
    for (let cut = first; cut <= last; cut += 61) {
      writeFileSync(path, Buffer.concat([after.subarray(0, cut), before.subarray(cut)]));
      expect(secondsKept(folder), `torn at byte ${cut}`).toBe(20);
    }
    writeFileSync(path, after);
    expect(secondsKept(folder)).toBe(21);
  });

  it("survive a slot of zeros and one of noise", () => {
    measure(folder, 20);
    const path = join(folder, "registers.dat");
    const bytes = readFileSync(path);
    for (const fill of [0, 0xff, 0x5a]) {
      for (let slot = 0; slot < 4; slot += 1) {
        const damaged = Buffer.from(bytes);
        damaged.fill(fill, slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
        writeFileSync(path, damaged);
        expect(secondsKept(folder), `slot ${slot}`).toBeGreaterThanOrEqual(19);
      }
    }
  });

  it("are refused, and never begun at 0, where no slot is whole", () => {
    measure(folder, 20);
    const path = join(folder, "registers.dat");
    writeFileSync(path, Buffer.alloc(4 * SLOT_BYTES, 0xff));
    expect(refusal(() => new RegisterStore(folder))).toBe("METER_REGISTERS_DAMAGED");
    expect(
      readFileSync(path).every((byte) => byte === 0xff),
      "the evidence stays",
    ).toBe(true);
  });

  it("begin where power was lost between the making of the file and the first write", () => {
    SlotFile.open(join(folder, "registers.dat")).file.close();
    expect(new RegisterStore(folder).durable()).toBeUndefined();
  });
});

test.skipIf(!built)(
  "killed at any moment, a meter has every second that it said it had, and no record that its registers lack (needs the build)",
  async () => {
    const random = seededRandom(SEED);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const said = await measureUntilKilled(Math.floor(random.next() * 30), Math.floor(random.next() * 20));
      const store = new RegisterStore(folder);
      const state = store.durable();
      const kept = ((state?.at ?? FROM) - FROM) / 1000;
      const trace = `seed ${SEED}, kill ${kill}: said ${said}, kept ${kept}`;
      expect(kept - said, trace).toBeGreaterThanOrEqual(0);
      expect(kept - said, trace).toBeLessThanOrEqual(1);
      const [imported, exported] = countsAfter(kept);
      const total = state?.energies.slice(-8) ?? [];
      expect(Math.abs((total[0]?.count ?? Number.NaN) - imported), trace).toBeLessThanOrEqual(1);
      expect(Math.abs((total[1]?.count ?? Number.NaN) - exported), trace).toBeLessThanOrEqual(1);
      const records = store.intervals.all();
      expect(
        records.map(({ sequence }) => sequence),
        trace,
      ).toEqual(records.map((_, index) => index + 1));
      expect(records.length, trace).toBe(state?.profile.sequence);
      for (const { counts } of records) expect(counts[0], trace).toBeLessThanOrEqual(total[0]?.count ?? 0);
      store.close();
    }
  },
  TIMEOUT_MS,
);

/** Goes on measuring for some seconds from what the folder holds; gives the counts. */
function measure(path: string, seconds: number): number[] {
  const store = new RegisterStore(path);
  const kept = store.durable();
  const bank = new EnergyBank(spec, kept?.energies);
  const made: Parameters<RegisterStore["write"]>[0]["intervals"][number][] = [];
  const profile = new LoadProfile({ interval: 300 }, bank.registers, (record) => made.push(record), kept?.profile);
  let at = kept?.at ?? FROM;
  for (let second = 0; second < seconds; second += 1) {
    at += 1000;
    const record = secondOf(at, FROM);
    profile.cycle(record);
    bank.cycle(record);
    store.write({
      state: {
        energies: bank.save(),
        rates: [],
        demand: { maximum: 0, at: Number.NaN },
        profile: profile.save(),
        snapshots: 0,
        at,
      },
      intervals: made.splice(0),
      snapshots: [],
    });
  }
  store.close();
  return bank.registers.map(({ count }) => count);
}

function secondsKept(path: string): number {
  const store = new RegisterStore(path);
  const kept = ((store.durable()?.at ?? Number.NaN) - FROM) / 1000;
  store.close();
  return kept;
}

/** Runs the writer until it has said `lines` seconds and some time more; gives the last second that it said. */
async function measureUntilKilled(lines: number, more: number): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [writer, JSON.stringify({ folder, from: FROM })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const gone = new Promise((resolve) => child.once("exit", resolve));
  await new Promise<void>((resolve, reject) => {
    gone.then(() => reject(new Error("the writer ended by itself")));
    child.stdout?.on("data", (text) => {
      said += text;
      if (said.split("\n").length > lines + 1) resolve();
    });
  });
  await new Promise((resolve) => setTimeout(resolve, more));
  child.kill("SIGKILL");
  await gone;
  return (Number(said.split("\n").at(-2)) - FROM) / 1000;
}

function refusal(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return isCoded(error) ? error.code : String(error);
  }
  return undefined;
}
