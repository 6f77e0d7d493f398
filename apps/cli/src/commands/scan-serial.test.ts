/** A scan on a real serial line: a pair of pseudo terminals, one end ours, the other a device or another master. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oneUnit, serveLink } from "@csj/modbus";
import { serialLinks } from "@csj/runtime/node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { scanCommand } from "./scan.ts";

const has = process.env["CI"] === "true" || spawnSync("socat", ["-V"]).status === 0;
const FRAME = Uint8Array.of(1, 3, 0, 0, 0, 1, 0x84, 0x0a);
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function line(): Promise<{ near: string; far: string }> {
  const folder = mkdtempSync(join(tmpdir(), "csj-scan-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const [near, far] = [join(folder, "near"), join(folder, "far")];
  const socat: ChildProcess = spawn("socat", [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`]);
  cleanups.push(() => socat.kill());
  await vi.waitUntil(() => existsSync(near) && existsSync(far), { timeout: 5000 });
  return { near, far };
}

const open = (path: string) => serialLinks({ path, baud: 19_200, parity: "none", stopBits: 1 }).open();

async function scan(path: string, ...args: string[]): Promise<string> {
  let written = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  const at = `serial:${path}?baud=19200`;
  await scanCommand()
    .exitOverride()
    .parseAsync(["--at", at, "--json", ...args], { from: "user" });
  return written;
}

describe.skipIf(!has)("a scan of a serial line (skipped where socat is not installed)", () => {
  it("finds the unit that answers", async () => {
    const { near, far } = await line();
    const bank = { readHolding: (_: number, count: number) => (count > 4 ? 2 : new Uint16Array(count)) };
    const served = serveLink(await open(far), { framing: "rtu", units: oneUnit(2, bank) });
    cleanups.push(() => served.close());
    const { found } = JSON.parse(await scan(near, "--units", "1-3", "--listen", "50", "--timeout", "100"));
    expect(found.map((row: { unit: number }) => row.unit)).toEqual([2]);
  });

  it("leaves a line alone on which another master talks", async () => {
    const { near, far } = await line();
    const master = await open(far);
    const talking = setInterval(() => master.send(FRAME), 50);
    cleanups.push(() => {
      clearInterval(talking);
      master.close();
    });
    await expect(scan(near, "--units", "1", "--listen", "500")).rejects.toMatchObject({ code: "SCAN_BUS_IN_USE" });
  });
});
