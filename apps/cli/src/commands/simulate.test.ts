import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@csj/gateway";
import { parseBusAddress } from "@csj/modbus";
import { afterEach, describe, expect, it } from "vitest";
import { withBus } from "./bus.ts";
import { readOnce } from "./read.ts";
import { type SimulateOptions, type Started, start } from "./simulate.ts";

const defaults: SimulateOptions = { sites: 1, seed: 1, host: "127.0.0.1", modbusPort: 0 };
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

async function started(options: Partial<SimulateOptions> = {}): Promise<Started> {
  const running = await start({ ...defaults, ...options });
  undo.push(() => running.simulation.stop());
  return running;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "csj-simulate-"));
  undo.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

describe("csj simulate", () => {
  it("serves each listed device where it says, readable through its profile", async () => {
    const { devices } = await started({ sites: 2 });
    expect(devices.map(({ id }) => id)).toEqual([
      "site-01-grid",
      "site-01-inverter",
      "site-02-grid",
      "site-02-inverter",
    ]);
    for (const device of devices) {
      const at = parseBusAddress(device.address);
      const reading = await withBus(at, 2000, (bus) => readOnce(bus, { at, profile: device.profile, timeout: 2000 }));
      const power = reading.quantities[device.role === "grid" ? "power" : "generation"];
      expect(power?.unit, device.id).toBe("W");
    }
  });

  it("writes a configuration for each site that its gateway accepts", async () => {
    const sites = folder();
    await started({ sites: 12, gatewayConfig: sites });
    expect(readdirSync(sites)).toHaveLength(12);
    for (const name of readdirSync(sites)) {
      const config = parseConfig(readFileSync(join(sites, name), "utf8"), name);
      expect(config.simulated).toBe(true);
      expect(config.devices.map(({ role }) => role)).toContain("inverter");
    }
  });

  it("writes what it served and what was true when it stops", async () => {
    const truth = join(folder(), "truth.jsonl");
    const { simulation } = await started({ truth });
    await simulation.stop();
    const lines = readFileSync(truth, "utf8").trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "");
    expect(last.devices["site-01-grid"].registers.import.count).toBeGreaterThan(0);
    expect(last.sites["site-01"].loadW).toBeGreaterThan(0);
  });

  it("refuses a device without a serial line, and a serial line at another speed", async () => {
    await expect(start({ ...defaults, device: "site-01-grid" })).rejects.toMatchObject({ code: "CLI_OPTION_INVALID" });
    const clock = { real: 0, simulated: 0, speed: 60 } as NonNullable<SimulateOptions["clock"]>;
    await expect(start({ ...defaults, serial: "/dev/null", clock })).rejects.toMatchObject({
      code: "WORLD_SERIAL_SPEED",
    });
  });
});
