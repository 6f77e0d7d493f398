import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seededRandom, silentLog } from "@csj/runtime/fake";
import { generateDeviceKey, nodeDigest, nodeSigner, nodeVerifier } from "@csj/runtime/node";
import { checkBody, type DayBody, type IntervalBody } from "@csj/uplink";
import { expect, test } from "vitest";
import { openOutbox } from "./outbox.ts";

const KILLS = 20;
/** A start of a process costs half a second, and more on a busy machine. */
const TIMEOUT_MS = 120_000;
const SEED = 20_261_124;
const FROM = Date.parse("2026-06-21T00:00:00Z");
const STEP = 300_000;
const writer = fileURLToPath(new URL("../test/outbox-writer.mjs", import.meta.url));
const built = existsSync(new URL("../../dist/index.js", import.meta.url));

/** Runs the writer until it has said `lines` boundaries and some time more; gives the last one that it said. */
async function writeUntilKilled(task: object, lines: number, more: number): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [writer, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const gone = new Promise((resolve) => child.once("exit", resolve));
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error("the writer ended by itself")));
    child.stdout!.on("data", (text) => {
      said += text;
      if (said.split("\n").length > lines) resolve();
    });
  });
  child.removeAllListeners("exit");
  const killed = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve) => setTimeout(resolve, more));
  child.kill("SIGKILL");
  await Promise.race([killed, gone]);
  return Number(said.split("\n").at(-2));
}

test.skipIf(!built)(
  "killed at any moment, the outbox has every boundary that it said it had, each once (needs the build)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "csj-crash-"));
    const random = seededRandom(SEED);
    const task = {
      path: join(folder, "outbox.db"),
      key: "0".repeat(64),
      device: generateDeviceKey(),
      gateway: "site-01",
      from: FROM,
    };
    const signer = nodeSigner(task.device);
    let last = FROM;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const said = await writeUntilKilled(task, 1 + Math.floor(random.next() * 20), random.next() * 10);
      const outbox = openOutbox({ ...task, log: silentLog, newEpoch: () => 2, digest: nodeDigest, signer });
      const stored = Number(outbox.latestBoundary("meter"));
      expect(stored, `seed ${SEED}, kill ${kill}`).toBeGreaterThanOrEqual(said);
      expect(stored).toBeGreaterThanOrEqual(last);
      last = stored;
      expect(outbox.epoch).toBe(1);
      if (kill === KILLS - 1) await checkAll(outbox, signer.publicKey, last);
      outbox.close();
    }
    rmSync(folder, { recursive: true, force: true });
  },
  TIMEOUT_MS,
);

/** Every boundary is in some message, none twice with another value, and every seal holds. */
async function checkAll(outbox: ReturnType<typeof openOutbox>, publicKey: Uint8Array, last: number): Promise<void> {
  while (outbox.derive([{ id: "meter", interval: 300 }], (last + 1000) as never)) {}
  outbox.sendAgain("2026-01-01", "2027-12-31");
  const messages = outbox.waitingMessages(0, 100_000);
  const counts = new Map<number, number>();
  for (const { body, seal, kind } of messages) {
    const parsed = JSON.parse(body);
    expect(await checkBody(nodeDigest, nodeVerifier(), publicKey, kind, parsed, seal)).toBe(true);
    for (const [at, count] of boundariesOf(parsed)) {
      expect(counts.get(at) ?? count).toBe(count);
      counts.set(at, count);
    }
  }
  const expected = Array.from({ length: (last - FROM) / STEP + 1 }, (_, index) => [FROM + index * STEP, index]);
  expect([...counts].sort(([a], [b]) => a - b)).toEqual(expected);
}

function boundariesOf(body: DayBody | IntervalBody): [number, number][] {
  const channels = body.channels as Record<string, { counts: number[]; open: number; close: number }>;
  const { counts, open, close } = channels["import"]!;
  if (body.kind === "interval")
    return [
      [body.start_s * 1000, open],
      [body.start_s * 1000 + STEP, close],
    ];
  const start = Date.parse(`${body.day}T00:00:00Z`);
  return counts.flatMap((count, slot) => (count === null ? [] : [[start + slot * STEP, count] as [number, number]]));
}
