import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { toHex } from "@csj/evidence";
import { seededRandom } from "@csj/runtime/fake";
import { generateDeviceKey, nodeSigner } from "@csj/runtime/node";
import { expect, test } from "vitest";
import { bench, readLog } from "../test/evidence.ts";

const KILLS = 20;
/** A start of a process costs half a second, and more on a busy machine. */
const TIMEOUT_MS = 180_000;
const SEED = 20_261_124;
const writer = fileURLToPath(new URL("../test/evidence-writer.mjs", import.meta.url));
const built = existsSync(new URL("../../dist/evidence/evidence.js", import.meta.url));

/** Runs the writer until it has said `lines` cycles and some time more; gives the last number that it said. */
async function writeUntilKilled(task: object, lines: number, more: number): Promise<number> {
  const child = spawn(process.execPath, [writer, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => child.once("close", resolve));
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error("the writer ended by itself")));
    child.stdout.on("data", (text) => {
      said += text;
      if (said.split("\n").length > lines) resolve();
    });
  });
  child.removeAllListeners("exit");
  await new Promise((resolve) => setTimeout(resolve, more));
  child.kill("SIGKILL");
  await gone;
  return Number(said.split("\n").at(-2));
}

test.skipIf(!built)(
  "killed at any moment, the log has every record that it said it had, in an unbroken chain (needs the build)",
  async () => {
    const { folder } = bench();
    const device = generateDeviceKey();
    const key = toHex(nodeSigner(device).publicKey);
    const random = seededRandom(SEED);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const task = { folder, device, from: Date.parse("2026-06-21T00:00:00Z") + kill * 3_600_000, budget: 8_000_000 };
      const said = await writeUntilKilled(task, 20 + Math.floor(random.next() * 400), random.next() * 20);
      const { report, records } = await readLog(folder, key);
      const about = `seed ${SEED}, kill ${kill}`;
      expect(report.broken, about).toBeUndefined();
      expect(records.at(-1)?.seq, about).toBeGreaterThanOrEqual(said);
      expect(records.filter(({ kind }) => kind === "start").length, about).toBe(kill + 1);
    }
    rmSync(dirname(folder), { recursive: true, force: true });
  },
  TIMEOUT_MS,
);
