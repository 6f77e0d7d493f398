import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModbusBus } from "@csj/modbus";
import { silentLog } from "@csj/runtime/fake";
import { nodeClock, nodeTimers, serialLinks } from "@csj/runtime/node";
import { expect, it, vi } from "vitest";
import { checkConfig } from "./config/load.ts";
import { startMeter } from "./meter.ts";

const has = process.env["CI"] === "true" || spawnSync("socat", ["-V"]).status === 0;

it.skipIf(!has)(
  "a meter answers on a serial line, SunSpec and files too (skipped where socat is not installed)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "csj-meter-rtu-"));
    const [near, far] = [join(folder, "near"), join(folder, "far")];
    const socat: ChildProcess = spawn("socat", [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`]);
    await vi.waitUntil(() => existsSync(near) && existsSync(far), { timeout: 5000 });
    const config = checkConfig({
      id: "M1",
      wiring: "3p4w",
      nominal_hertz: 50,
      nominal_volts: 230,
      rate: 1000,
      rating: { class: "1", connection: "transformer", amps: 100 },
      source: { kind: "simulated", phases: [{ volts: 230, amps: 10 }] },
      modbus: { unit: 7, serial: `serial:${far}?baud=115200` },
    });
    const meter = await startMeter({ config, home: folder, clock: nodeClock(), timers: nodeTimers, log: silentLog });
    const links = serialLinks({ path: near, baud: 115_200, parity: "none", stopBits: 1 });
    const bus = new ModbusBus({ links, framing: "rtu", clock: nodeClock(), timers: nodeTimers, timeout: 2000 });
    try {
      const { words } = await bus.read({ unit: 7, function: 3, address: 40_000, count: 4 });
      expect([...words]).toEqual([0x5375, 0x6e53, 1, 66]);
      const ids = [40_002 + 68, 40_002 + 68 + 107];
      for (const [place, id] of [203, 213].entries()) {
        const model = await bus.read({ unit: 7, function: 3, address: ids[place]!, count: 1 });
        expect([...model.words]).toEqual([id]);
      }
      const version = await bus.read({ unit: 7, function: 4, address: 1000, count: 1 });
      expect([...version.words]).toEqual([1]);
      const { records } = await bus.readFileRecord({ unit: 7, records: [{ file: 100, record: 0, count: 32 }] });
      expect(records[0]).toHaveLength(32);
    } finally {
      bus.close();
      await meter.stop();
      socat.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
